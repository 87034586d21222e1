import type { TrainingProgress } from '../network/training.js';
import type { CliContext } from './context.js';

/** One line on stderr that says what is being done. */
export interface NetworkProgress {
  /** @param training while a network is trained. */
  update(doing: string, training: TrainingProgress | null): void;
  clear(): void;
}

/** Milliseconds between two redraws. */
const REDRAW_INTERVAL = 100;

const silent: NetworkProgress = { update: () => undefined, clear: () => undefined };

/** Redrawn in place; nothing at all where stderr is no terminal. */
export function networkProgress({ stderr, now }: Pick<CliContext, 'stderr' | 'now'>): NetworkProgress {
  if (stderr.isTTY !== true) return silent;
  let shown = '';
  let last = -Infinity;
  return {
    update(doing, training) {
      // What begins is shown at once, how it goes on now and then.
      if (training && training.steps > 0 && now() - last < REDRAW_INTERVAL) return;
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
