import { randomSource, type RandomSource, shuffleFirst } from '../random/generator.js';
import type { BatchSizes, SetName } from '../theory/problem.js';
import { type Batch, batchSampler, type BatchSampler } from '../unlearning/batch-sampler.js';
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
  const { batch, sampling, dropLast, procedure } = setting;
  const { schedule } = procedure;
  const drawer = (set: SetName): (() => DrawnBatch) => {
    const scheme = sampling[set];
    const random = randomSource(seed, 'forecast', order, set);
    const [n, size] = [samples[set], batch[set]];
    const sampler = scheme === 'reshuffled' ? loader(n, size, dropLast) : batchSampler(scheme, n, size);
    return () => {
      sampler.draw(random);
      const drawn = sampler.batch.indices.slice(0, sampler.batch.size);
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

/** Walks an order of the samples batch by batch and shuffles it when it is through; whole sets keep their order. */
function loader(n: number, size: number, dropLast: boolean): BatchSampler {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const batch: Batch = { indices: new Int32Array(size), size: 0 };
  let next = n;
  return {
    batch,
    draw(random: RandomSource) {
      if (dropLast ? next + size > n : next >= n) {
        if (size < n) shuffleFirst(order, n, random);
        next = 0;
      }
      batch.size = Math.min(size, n - next);
      batch.indices.set(order.subarray(next, next + batch.size));
      next += batch.size;
    },
  };
}
