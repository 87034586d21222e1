import type { Recommendation, RecommendedWindow } from '../../../analysis/answer.js';

/** A window with step sizes that serve. */
export type ServingWindow = RecommendedWindow & {
  readonly low: number;
  readonly high: number;
  readonly margin: number;
};

export function serves(window: RecommendedWindow): window is ServingWindow {
  return window.low !== null && window.high !== null && window.margin !== null;
}

/** The windows that serve, in the order of the region. */
export function servingWindows({ region }: Pick<Recommendation, 'region'>): ServingWindow[] {
  return region.filter(serves);
}
