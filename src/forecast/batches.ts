import { randomSource } from '../statistics/generator.js';
import type { BatchSizes, SetName } from '../theory/problem.js';
import { batchSampler } from '../unlearning/batch-sampler.js';
import type { ForecastSetting } from './setting.js';

/** Samples of a step by their numbers, with the divisor of the sum of their gradients. */
export interface DrawnBatch {
  readonly samples: Int32Array;
  readonly divisor: number;
}

/** Batches of one step; null where the step leaves a set out. */
export type StepBatches = Readonly<Record<SetName, DrawnBatch | null>>;

/**
 * Draws the batches of one step after another. The orders of the sets come from streams of their own, so that every procedure
 * with the same seed sees the same batches.
 *
 * @param order number of the batch order: 0, 1, ..
 */
export function batchStream(
  setting: ForecastSetting,
  samples: BatchSizes,
  seed: number,
  order: number,
): () => StepBatches {
  const { batch, sampling, procedure } = setting;
  const { schedule, dropLast } = procedure;
  const drawer = (set: SetName): (() => DrawnBatch) => {
    const scheme = sampling[set];
    const random = randomSource(seed, 'forecast', order, set);
    const [n, size] = [samples[set], batch[set]];
    const sampler = batchSampler(scheme, n, size, dropLast);
    return () => {
      sampler.draw(random);
      const drawn = sampler.batch.indices.slice(0, sampler.batch.size);
      // The order of a whole set would show in the rounding of its sum.
      if (size === n && scheme !== 'with-replacement') drawn.sort();
      // A bernoulli batch is divided by its mean size, as the theory does; a short last one by its own, as a mean loss is.
      return { samples: drawn, divisor: scheme === 'bernoulli' ? size : drawn.length };
    };
  };
  const [retain, forget] = [drawer('retain'), drawer('forget')];
  let step = 0;
  return () => {
    if (schedule === null) return { retain: retain(), forget: forget() };
    const isAscent = step++ % (schedule.ascent + schedule.descent) < schedule.ascent;
    return isAscent ? { retain: null, forget: forget() } : { retain: retain(), forget: null };
  };
}
