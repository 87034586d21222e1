import { randomSource } from '../statistics/generator.js';
import type { BatchSizes, SetName } from '../theory/problem.js';
import { batchSampler } from '../unlearning/batch-sampler.js';
import { countsOf, type ForecastSets } from './output-set.js';
import type { ForecastSetting } from './setting.js';

/** Samples of a step by their numbers, with the divisor of the sum of their gradients. */
interface DrawnBatch {
  readonly samples: Int32Array;
  readonly divisor: number;
}

/** Batches of one step; null where the step leaves a set out. */
export type StepBatches = Readonly<Record<SetName, DrawnBatch | null>>;

/** Batches of the sets of a forecast: `batchStream` of all samples that they are draws from. */
export function batchesOf(
  { retain, forget }: Pick<ForecastSets, 'retain' | 'forget'>,
  setting: ForecastSetting,
  seed: number,
  order: number,
): () => StepBatches {
  const held = { retain: retain.samples, forget: forget.samples };
  return batchStream(setting, countsOf({ retain, forget }), seed, order, held);
}

/**
 * Draws the batches of one step after another. The orders of the sets come from streams of their own, so that every procedure
 * with the same seed sees the same batches.
 *
 * @param order number of the batch order: 0, 1, ..
 * @param held of the samples those that are at hand; each stands for its share of them, so that epochs and noise are those
 *   of all. By default all.
 */
export function batchStream(
  setting: ForecastSetting,
  samples: BatchSizes,
  seed: number,
  order: number,
  held: BatchSizes = samples,
): () => StepBatches {
  const { batch, sampling, procedure } = setting;
  const { schedule, dropLast } = procedure;
  const drawer = (set: SetName): (() => DrawnBatch) => {
    const scheme = sampling[set];
    const random = randomSource(seed, 'forecast', order, set);
    const [n, size, own] = [samples[set], batch[set], held[set]];
    if (size === n && scheme !== 'with-replacement') {
      // In their order, which would show in the rounding of the sum.
      const whole = { samples: Int32Array.from({ length: own }, (_, i) => i), divisor: own };
      return () => whole;
    }
    const sampler = batchSampler(scheme, n, size, dropLast);
    return () => {
      sampler.draw(random);
      const drawn = sampler.batch.indices.slice(0, sampler.batch.size);
      if (own < n) drawn.forEach((sample, k) => (drawn[k] = Math.floor((sample * own) / n)));
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
