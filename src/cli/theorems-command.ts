import type { Theorem } from '../harness/theorem.js';
import { textTable } from '../report/text-table.js';
import type { CliContext } from './context.js';
import { theoremNamed } from './option-values.js';

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

function described({ id, name, statement, hypotheses, proof, source, claim }: Theorem) {
  return { id, name, statement, hypotheses, proof, source, kind: claim.kind };
}

function explanation(theorem: Theorem): string {
  return [
    `${theorem.id}  ${theorem.name}`,
    '',
    `statement   ${theorem.statement}`,
    ...theorem.hypotheses.map((hypothesis, i) => `${i === 0 ? 'hypotheses' : '          '}  ${hypothesis}`),
    `why         ${theorem.proof}`,
    `source      ${theorem.source}`,
    `tested as   ${kindSentence(theorem)}`,
  ].join('\n');
}

function kindSentence({ claim }: Theorem): string {
  switch (claim.kind) {
    case 'side':
      return `predicted side against the sampled certificate (asserts ${claim.asserts === 'both' ? 'divergence and stability' : claim.asserts})`;
    case 'order':
      return 'order of two problems: exact radii, and certificates of both sides';
    case 'inequality':
      return 'inequalities between computed quantities';
    case 'typical':
      return 'measured growth of single runs against the exact growth of the second moment';
    case 'escape-time':
      return 'predicted step of escape against a full-batch run of the real step, exactly';
  }
}
