// The mutants of a TypeScript file: small changes, each of which some test should notice.
import ts from 'typescript';

const { SyntaxKind } = ts;

/** What each operator becomes, one mutant an entry. */
const OPERATORS = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '**': ['*'],
  '%': ['*'],
  '+=': ['-='],
  '-=': ['+='],
  '*=': ['/='],
  '/=': ['*='],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
};

/** Functions that are exchanged by name. */
const EXCHANGED = {
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  some: 'every',
  every: 'some',
  largestEigenvalue: 'smallestEigenvalue',
};

/** What a number becomes: its neighbours if it counts, twice and half of it if it measures. */
function changedNumbers(text) {
  const value = Number(text.replaceAll('_', ''));
  if (value === 0) return ['1'];
  if (value === 1) return ['0', '2'];
  return [String(value * 2), String(value / 2)];
}

/**
 * Every mutant of a source text: { line, from, to, before, after, source }, in order of position. `source` is the line
 * without its indentation: with before and after it names the mutant though lines move.
 */
export function mutantsOf(fileName, text) {
  const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const add = (node, after) => {
    const from = node.getStart(file);
    const { line, character } = file.getLineAndCharacterOfPosition(from);
    const source = text.split('\n')[line].trim();
    const column = character - (text.split('\n')[line].length - text.split('\n')[line].trimStart().length);
    found.push({
      file: fileName,
      line: line + 1,
      column,
      from,
      to: node.getEnd(),
      before: text.slice(from, node.getEnd()),
      after,
      source,
    });
  };
  const visit = (node) => {
    if (isNoCode(node)) return;
    mutate(node, add);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found.sort((a, b) => a.from - b.from);
}

/** Types, imports and the words of errors: no change of them breaks a rule. */
function isNoCode(node) {
  return (
    ts.isTypeNode(node) ||
    ts.isImportDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isTemplateExpression(node)
  );
}

function mutate(node, add) {
  if (ts.isBinaryExpression(node)) {
    for (const after of OPERATORS[node.operatorToken.getText()] ?? []) add(node.operatorToken, after);
  } else if (ts.isNumericLiteral(node)) {
    for (const after of changedNumbers(node.getText())) add(node, after);
  } else if (
    ts.isPrefixUnaryExpression(node) &&
    [SyntaxKind.MinusToken, SyntaxKind.ExclamationToken].includes(node.operator)
  ) {
    add(node, node.operand.getText());
  } else if (ts.isIdentifier(node) && Object.hasOwn(EXCHANGED, node.text) && !isDeclared(node)) {
    add(node, EXCHANGED[node.text]);
  } else if (node.kind === SyntaxKind.TrueKeyword || node.kind === SyntaxKind.FalseKeyword) {
    add(node, node.kind === SyntaxKind.TrueKeyword ? 'false' : 'true');
  } else if (isRemovable(node)) add(node, ';');
  const condition = ts.isIfStatement(node)
    ? node.expression
    : ts.isConditionalExpression(node)
      ? node.condition
      : null;
  if (condition && !ts.isBinaryExpression(condition) && !ts.isPrefixUnaryExpression(condition))
    add(condition, `!(${condition.getText()})`);
}

function isDeclared(node) {
  return (
    ts.isPropertyAssignment(node.parent) ||
    ts.isVariableDeclaration(node.parent) ||
    ts.isParameter(node.parent) ||
    (ts.isCallExpression(node.parent) === false && ts.isPropertyAccessExpression(node.parent) === false) ||
    (ts.isPropertyAccessExpression(node.parent) && !ts.isCallExpression(node.parent.parent))
  );
}

/** Statements that do something and whose absence leaves the rest as it is. */
function isRemovable(node) {
  return (
    ts.isExpressionStatement(node) ||
    ts.isBreakStatement(node) ||
    ts.isContinueStatement(node) ||
    ts.isThrowStatement(node)
  );
}
