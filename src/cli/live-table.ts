import pc from 'picocolors';
import type { TheoremProgress } from '../harness/run-work.js';
import type { Theorem } from '../harness/theorem.js';
import { canRedraw, fitted, progressWords, rowsOf, terminalHeight } from '../jobs/progress-line.js';
import type { CliContext } from './context.js';

/** Shows how a run goes on; `clear` removes what is shown. */
interface ProgressDisplay {
  readonly update: (progress: TheoremProgress) => void;
  clear(): void;
}

/** A line of the table, cut to the terminal, and what colours it. */
interface Line {
  readonly text: string;
  readonly colour: (text: string) => string;
}

/** Milliseconds between two redraws. */
const REDRAW_INTERVAL = 120;

const silent: ProgressDisplay = { update: () => undefined, clear: () => undefined };

/**
 * A table on stderr, one line a theorem, redrawn in place; on a terminal of few rows a part of it, those under way first.
 * Nothing at all where stderr is no terminal, or a dumb one.
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
  if (!canRedraw(context)) return silent;
  const colors = pc.createColors(context.env.NO_COLOR === undefined || context.env.NO_COLOR === '');
  const states = new Map<string, TheoremProgress>();
  const start = context.now();
  /** Lengths of the lines that are shown. */
  let drawn: number[] = [];
  let last = -Infinity;

  function draw(): void {
    clear();
    const shown = shownTheorems();
    const others = theorems.length - shown.length;
    const lines = [
      ...shown.map((theorem) => theoremLine(theorem, states.get(theorem.id))),
      ...(others > 0 && terminalHeight(stderr) > 3 ? [plain(`  and ${others} more`)] : []),
      plain(timeLine()),
    ];
    stderr.write(lines.map(({ text, colour }) => `${colour(text)}\n`).join(''));
    drawn = lines.map(({ text }) => text.length);
  }

  function clear(): void {
    // A terminal that has become narrower has wrapped lines; no cursor goes above its first row.
    const wrapped = drawn.reduce((sum, length) => sum + rowsOf(length, stderr), 0);
    const above = Math.min(wrapped, terminalHeight(stderr) - 1);
    if (above > 0) stderr.write(`\u001b[${above}A\u001b[0J`);
    drawn = [];
  }

  /** All theorems, or as many as leave room for two lines more and the cursor: contradicted ones and those under way first. */
  function shownTheorems(): readonly Theorem[] {
    const rows = terminalHeight(stderr) - 1;
    if (theorems.length + 1 <= rows) return theorems;
    const room = Math.max(0, rows - 2);
    const byRank = [...theorems].sort((a, b) => rankOf(a) - rankOf(b)).slice(0, room);
    return theorems.filter((theorem) => byRank.includes(theorem));
  }

  function rankOf({ id }: Theorem): number {
    const done = states.get(id)?.examinations ?? [];
    if (done.some(({ outcome }) => outcome === 'contradict')) return 0;
    if (done.length === 0) return 2;
    return done.length < instances ? 1 : 3;
  }

  function plain(text: string): Line {
    return { text: fitted(text, stderr), colour: String };
  }

  function theoremLine(theorem: Theorem, progress: TheoremProgress | undefined): Line {
    const done = progress?.examinations ?? [];
    const contradicted = done.some(({ outcome }) => outcome === 'contradict');
    const mark = contradicted ? 'x' : done.length === instances ? '+' : done.length > 0 ? '.' : ' ';
    const counts = (['agree', 'contradict', 'inconclusive'] as const)
      .map((kind) => `${done.filter(({ outcome }) => outcome === kind).length} ${kind}`)
      .join(', ');
    const text = `${mark} ${theorem.id.padEnd(4)}${theorem.name.padEnd(26)}${String(done.length).padStart(5)}/${instances}  ${done.length > 0 ? counts : ''}`;
    if (contradicted) return { ...plain(text), colour: colors.red };
    return done.length === instances ? { ...plain(text), colour: colors.green } : plain(text);
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
