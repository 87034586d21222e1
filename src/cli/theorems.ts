import { wordedKind, wordsOf } from '../harness/kinds.js';
import type { Theorem } from '../harness/theorem.js';
import { textTable } from '../report/table.js';
import type { CliContext } from './context.js';
import { theoremNamed } from './options.js';

/** `theorems [ID] [--json]`: lists all, or explains one. */
export function theoremsCommand(
  context: CliContext,
  id: string | undefined,
  options: { json?: boolean },
): number {
  const chosen = id === undefined ? context.theorems : [theoremNamed(context.theorems, id)];
  context.stdout.write(`${options.json ? JSON.stringify(chosen.map(described), null, 2) : text()}\n`);
  return 0;

  function text(): string {
    if (id !== undefined) return explanation(chosen[0]!);
    const rows = chosen.map((theorem) => [theorem.id, theorem.name, theorem.statement]);
    return textTable(['id', 'name', 'statement'], rows);
  }
}

function described({ id, name, statement, formula, hypotheses, proof, source, claim, drawing }: Theorem) {
  return { id, name, statement, formula, hypotheses, proof, source, kind: claim.kind, drawing };
}

function explanation(theorem: Theorem): string {
  return [
    `${theorem.id}  ${theorem.name}`,
    '',
    `statement   ${theorem.statement}`,
    ...theorem.hypotheses.map((hypothesis, i) => `${i === 0 ? 'hypotheses' : '          '}  ${hypothesis}`),
    `why         ${theorem.proof}`,
    `source      ${theorem.source}`,
    `tested as   ${wordsOf(wordedKind(theorem.claim)).testedAs}`,
  ].join('\n');
}
