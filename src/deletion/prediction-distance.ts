import { sampleQuantiles } from '../statistics/intervals.js';

/** How far predictions are apart over samples, and over pairs of networks if there are several. */
export interface PredictionDistance {
  /** Mean of |f - f'|. */
  readonly mean: number;
  /** 95th percentile of |f - f'|. */
  readonly high: number;
}

/** Share of the differences that are at most `high`. */
const HIGH = 0.95;

/**
 * Distance of the outputs of one network to those of others on the same samples; null if there are none.
 *
 * @param outputs f of every sample: n numbers; each of `others` as many.
 */
export function predictionDistance(
  outputs: Float64Array,
  others: readonly Float64Array[],
): PredictionDistance | null {
  return summary(others.flatMap((other) => differences(outputs, other)));
}

/** Distance of the outputs of networks to each other; null for fewer than two. */
export function mutualDistance(networks: readonly Float64Array[]): PredictionDistance | null {
  return summary(
    networks.flatMap((outputs, i) => networks.slice(i + 1).flatMap((other) => differences(outputs, other))),
  );
}

function differences(outputs: Float64Array, others: Float64Array): number[] {
  return Array.from(outputs, (f, i) => Math.abs(f - others[i]!));
}

function summary(distances: readonly number[]): PredictionDistance | null {
  const quantiles = sampleQuantiles(distances, [HIGH]);
  if (quantiles === null) return null;
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
  return { mean, high: quantiles[0]! };
}
