import type { RecommendedWindow } from '../analysis/answer.js';

/** A window with step sizes that serve. */
export type ServingWindow = RecommendedWindow & {
  readonly low: number;
  readonly high: number;
  readonly margin: number;
};

/** True if some step sizes of a window serve. */
export function serves(window: RecommendedWindow): window is ServingWindow {
  return window.low !== null && window.high !== null && window.margin !== null;
}

/** For every pair of batch sizes, in their order, the window with the largest margin. */
export function widestByBatch<W extends RecommendedWindow>(windows: readonly W[]): W[] {
  const widest = new Map<string, W>();
  for (const window of windows) {
    const name = `${window.batch.retain}/${window.batch.forget}`;
    const before = widest.get(name);
    if (!before || (window.margin ?? 0) > (before.margin ?? 0)) widest.set(name, window);
  }
  return [...widest.values()];
}
