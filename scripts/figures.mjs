// Figures of the structure: `node scripts/figures.mjs [CHECKOUT] [--route]` (default: this one).
// `--route` names the files of the walk, in the order in which it enters them.
// Product: src, theorems and bin, and the folder library of older checkouts.
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import ts from 'typescript';

const root = resolve(process.argv.slice(2).find((word) => !word.startsWith('--')) ?? '.');
const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter(Boolean);
const product = tracked.filter((file) => /^(src|theorems|bin|library)\/.*\.ts$/.test(file));
const linesOf = (file) => readFileSync(join(root, file), 'utf8').split('\n').length - 1;
const lines = new Map(product.map((file) => [file, linesOf(file)]));
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

const configuration = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config;
const { options } = ts.parseJsonConfigFileContent(configuration, ts.sys, root);
const program = ts.createProgram(
  product.map((file) => join(root, file)),
  options,
);
const checker = program.getTypeChecker();
const sources = new Map(product.map((file) => [file, program.getSourceFile(join(root, file))]));
const pathOf = (source) => relative(root, source.fileName);

/** Product files that a file imports, and the names it takes from each. */
const imports = new Map(
  [...sources].map(([file, source]) => {
    const taken = [];
    for (const statement of source.statements) {
      const specifier = statement.moduleSpecifier?.text;
      if (!specifier?.startsWith('.')) continue;
      const target = posix.join(dirname(file), specifier).replace(/\.js$/, '.ts');
      const clause = statement.importClause?.namedBindings ?? statement.exportClause;
      const names = (clause?.elements ?? []).map(({ propertyName, name }) => (propertyName ?? name).text);
      const typeOnly = statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      if (sources.has(target)) taken.push({ target, names, typeOnly });
    }
    return [file, taken];
  }),
);

/** Groups of files that import each other in a circle, types included (Tarjan). */
function circles() {
  const found = [];
  const index = new Map();
  const low = new Map();
  const stack = [];
  const visit = (file) => {
    index.set(file, index.size);
    low.set(file, index.get(file));
    stack.push(file);
    for (const { target } of imports.get(file)) {
      if (!index.has(target)) visit(target);
      if (stack.includes(target)) low.set(file, Math.min(low.get(file), low.get(target)));
    }
    if (low.get(file) !== index.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1) found.push(group);
  };
  for (const file of product) if (!index.has(file)) visit(file);
  return found;
}

/** Exported names by the number of product files that import them. */
function exportsWithOneUser() {
  const users = new Map();
  for (const [file, taken] of imports) {
    for (const { target, names } of taken) {
      for (const name of names) {
        const key = `${target}#${name}`;
        users.set(key, (users.get(key) ?? new Set()).add(file));
      }
    }
  }
  return [...users.values()].filter((files) => files.size === 1).length;
}

const PROBLEM =
  /^(Unlearning|Reduced|Drawn|Estimated|Whole)?(Problem|ProblemSpec)$|^FactorSet$|^ProblemToAnalyze$|^Given(?!Option)/;

/** True if the type is a problem, or holds one in a field. */
function carriesProblem(type, depth = 0) {
  const names = [type.aliasSymbol?.name, type.symbol?.name];
  if (names.some((name) => name && PROBLEM.test(name))) return true;
  if (type.isUnionOrIntersection()) return type.types.some((part) => carriesProblem(part, depth));
  if (depth > 0 || !(type.flags & ts.TypeFlags.Object) || type.symbol?.name !== '__type') return false;
  return type
    .getProperties()
    .some((property) => carriesProblem(checker.getTypeOfSymbol(property), depth + 1));
}

/** The function of that name, or the method `run` of the command of that name. */
function declarationNamed(source, name) {
  for (const statement of source?.statements ?? []) {
    if (statement.name?.text === name) return statement;
    const declared = statement.declarationList?.declarations.find((one) => one.name.text === name);
    const run = declared?.initializer?.properties?.find((property) => property.name?.text === 'run');
    if (run) return run;
  }
  return null;
}

/** The files that a problem enters on its way through a command, in the order of the code; each function once. */
function walk(startFile, startName) {
  const route = [];
  const seen = new Set();
  const enter = (declaration) => {
    if (seen.has(declaration)) return;
    seen.add(declaration);
    const here = pathOf(declaration.getSourceFile());
    if (route.at(-1) !== here) route.push(here);
    const visit = (node) => {
      ts.forEachChild(node, visit);
      if (!ts.isCallExpression(node)) return;
      if (!node.arguments.some((argument) => carriesProblem(checker.getTypeAtLocation(argument)))) return;
      const called = checker.getResolvedSignature(node)?.declaration;
      if (!called?.body || !sources.has(pathOf(called.getSourceFile()))) return;
      enter(called);
      if (route.at(-1) !== here) route.push(here);
    };
    visit(declaration.body);
  };
  const source = sources.get(startFile);
  const start = declarationNamed(source, startName);
  if (!start) return null;
  enter(start);
  const entered = new Set();
  const back = route.filter((file) => entered.has(file) || !entered.add(file)).length;
  return { files: entered.size, back, entered: [...entered] };
}

const command = product.find((file) => /^src\/cli\/analyze(-command)?\.ts$/.test(file));
const walked = walk(command, 'analyzeCommand');
const folders = new Set(product.filter((file) => file.startsWith('src/')).map((file) => dirname(file)));
const long = [...lines].filter(([, count]) => count > 300);
const bytes = sum(tracked.map((file) => statSync(join(root, file), { throwIfNoEntry: false })?.size ?? 0));
const rows = [
  ['product lines', sum([...lines.values()])],
  ['product files', product.length],
  ['folders in src', folders.size],
  ['files over 300 lines', long.length],
  ['import circles', circles().length],
  ['exports with exactly one product user', exportsWithOneUser()],
  ['walk of a problem through analyze: files', walked?.files ?? 'no analyzeCommand'],
  ['walk of a problem through analyze: returns', walked?.back ?? '-'],
  ['checkout without history, MB', (bytes / 1e6).toFixed(1)],
];
for (const [name, value] of rows) console.log(`${name.padEnd(46)}${value}`);
if (process.argv.includes('--route')) console.log(walked?.entered.join('\n'));
