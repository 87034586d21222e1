import { hypothesisInWords, hypothesisUses, type Theorem } from '../harness/theorem.js';
import { wordedKind, wordsOf } from '../harness/kinds.js';
import { textTable } from '../report/table.js';
import type { CliCommand } from './context.js';
import { flag, readOptions, theoremNamed } from './options.js';

const OPTIONS = { json: flag('print as JSON') };

/** `theorems [ID] [--json]`: lists all, or explains one. */
export const theoremsCommand: CliCommand = {
  argument: ['[id]', 'theorem id'],
  options: OPTIONS,
  run({ context: { theorems, stdout }, words: [id], given }) {
    const chosen = id === undefined ? theorems : [theoremNamed(theorems, id)];
    const words = (): string => (id === undefined ? table(theorems) : explanation(chosen[0]!));
    const { json } = readOptions(OPTIONS, given);
    stdout.write(`${json ? JSON.stringify(chosen.map(described), null, 2) : words()}\n`);
    return 0;
  },
};

function table(theorems: readonly Theorem[]): string {
  const rows = theorems.map(({ id, name, statement }) => [id, name, statement]);
  return textTable(['id', 'name', 'statement'], rows);
}

function described(theorem: Theorem) {
  const { id, name, statement, formula, hypotheses, proof, source, claim, drawing } = theorem;
  const uses = { hypothesisUses: hypothesisUses(theorem) };
  return { id, name, statement, formula, hypotheses, ...uses, proof, source, kind: claim.kind, drawing };
}

function explanation(theorem: Theorem): string {
  return [
    `${theorem.id}  ${theorem.name}`,
    '',
    `statement   ${theorem.statement}`,
    ...hypothesisUses(theorem).map(
      (use, i) => `${i === 0 ? 'hypotheses' : '          '}  ${hypothesisInWords(use)}`,
    ),
    `why         ${theorem.proof}`,
    `source      ${theorem.source}`,
    `tested as   ${wordsOf(wordedKind(theorem.claim)).testedAs}`,
  ].join('\n');
}
