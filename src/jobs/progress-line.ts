import type { CliContext } from '../cli/context.js';
import type { TrainingProgress } from '../network/training.js';

/** Shows how far a run is; `clear` removes what is shown. */
export interface ProgressLine {
  update(done: number): void;
  clear(): void;
}

/** Milliseconds between two redraws. */
const REDRAW_INTERVAL = 200;

/**
 * One line on stderr that overwrites itself, with the remaining time; nothing at all where stderr is no terminal.
 *
 * @param total pieces of work; @param earlier of them that were done before: they took no time in this run.
 */
export function progressLine(
  { stderr, now }: Pick<CliContext, 'stderr' | 'now'>,
  name: string,
  total: number,
  earlier: number,
): ProgressLine {
  if (stderr.isTTY !== true) return { update: () => undefined, clear: () => undefined };
  const start = now();
  // Some terminals do not tell their width, or tell 0.
  const width = stderr.columns !== undefined && stderr.columns > 0 ? stderr.columns : 80;
  let last = -Infinity;
  return {
    update(done) {
      if (now() - last < REDRAW_INTERVAL) return;
      last = now();
      const elapsed = (last - start) / 1000;
      const share = (done - earlier) / Math.max(1, total - earlier);
      const left = share > 0 ? `, about ${Math.ceil((elapsed * (1 - share)) / share)} s left` : '';
      const text = `${name}: ${Math.floor((100 * done) / total)} % after ${Math.floor(elapsed)} s${left}`;
      stderr.write(`\r\u001b[K${text.slice(0, width - 1)}`);
    },
    clear: () => void stderr.write('\r\u001b[K'),
  };
}

/** One line on stderr that says what is being done. */
export interface NetworkProgress {
  /** @param training while a network is trained. */
  update(doing: string, training: TrainingProgress | null): void;
  clear(): void;
}

/** Milliseconds between two redraws. */
const TRAINING_REDRAW_INTERVAL = 100;

const silent: NetworkProgress = { update: () => undefined, clear: () => undefined };

/** Redrawn in place; nothing at all where stderr is no terminal. */
export function networkProgress({ stderr, now }: Pick<CliContext, 'stderr' | 'now'>): NetworkProgress {
  if (stderr.isTTY !== true) return silent;
  let shown = '';
  let last = -Infinity;
  return {
    update(doing, training) {
      // What begins is shown at once, how it goes on now and then.
      if (training && training.steps > 0 && now() - last < TRAINING_REDRAW_INTERVAL) return;
      last = now();
      const loss = training
        ? `: step ${training.steps}, ${training.relativeLoss.toExponential(1)} of the initial loss`
        : '';
      shown = `${doing}${loss}`.slice(0, Math.max(20, (stderr.columns ?? 80) - 1));
      stderr.write(`\r\u001b[K${shown}`);
    },
    clear() {
      if (shown !== '') stderr.write('\r\u001b[K');
      shown = '';
    },
  };
}
