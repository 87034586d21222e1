import pc from 'picocolors';
import type { TheoremProgress } from '../harness/run-work.js';
import type { Theorem } from '../harness/theorem.js';
import { progressWords } from '../jobs/progress-line.js';
import type { CliContext } from './context.js';

/** Shows how a run goes on; `clear` removes what is shown. */
export interface ProgressDisplay {
  readonly update: (progress: TheoremProgress) => void;
  clear(): void;
}

/** Milliseconds between two redraws. */
const REDRAW_INTERVAL = 120;

const silent: ProgressDisplay = { update: () => undefined, clear: () => undefined };

/**
 * A table on stderr, one line a theorem, redrawn in place; nothing at all where stderr is no terminal.
 *
 * @param instances of a theorem.
 * @param earlier instances that an earlier run has examined: they took no time in this one.
 */
export function liveTable(
  context: CliContext,
  theorems: readonly Theorem[],
  instances: number,
  earlier = 0,
): ProgressDisplay {
  const { stderr } = context;
  if (stderr.isTTY !== true) return silent;
  const colors = pc.createColors(context.env.NO_COLOR === undefined || context.env.NO_COLOR === '');
  const states = new Map<string, TheoremProgress>();
  const start = context.now();
  let drawn = 0;
  let last = -Infinity;

  function draw(): void {
    const width = Math.max(40, stderr.columns ?? 80);
    const lines = [
      ...theorems.map((theorem) => theoremLine(theorem, states.get(theorem.id), width)),
      timeLine(),
    ];
    clear();
    stderr.write(lines.map((line) => `${line}\n`).join(''));
    drawn = lines.length;
  }

  function clear(): void {
    if (drawn > 0) stderr.write(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  }

  function theoremLine(theorem: Theorem, progress: TheoremProgress | undefined, width: number): string {
    const done = progress?.examinations ?? [];
    const contradicted = done.some(({ outcome }) => outcome === 'contradict');
    const mark = contradicted ? 'x' : done.length === instances ? '+' : done.length > 0 ? '.' : ' ';
    const counts = (['agree', 'contradict', 'inconclusive'] as const)
      .map((kind) => `${done.filter(({ outcome }) => outcome === kind).length} ${kind}`)
      .join(', ');
    const text = `${mark} ${theorem.id.padEnd(4)}${theorem.name.padEnd(26)}${String(done.length).padStart(5)}/${instances}  ${done.length > 0 ? counts : ''}`;
    const cut = text.slice(0, width - 1);
    if (contradicted) return colors.red(cut);
    return done.length === instances ? colors.green(cut) : cut;
  }

  function timeLine(): string {
    const finished = [...states.values()].reduce((sum, { examinations }) => sum + examinations.length, 0);
    const total = theorems.length * instances;
    return progressWords({ done: finished, total, earlier }, context.now() - start, 0.02);
  }

  return {
    update(progress) {
      states.set(progress.theorem.id, progress);
      if (context.now() - last < REDRAW_INTERVAL) return;
      last = context.now();
      draw();
    },
    clear,
  };
}
