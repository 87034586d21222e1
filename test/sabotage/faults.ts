import { addBatchGradient, type PerSampleModel } from '../../src/unlearning/per-sample-model.js';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import type { Batch, BatchSampler } from '../../src/unlearning/batch-sampler.js';
import { unlearning, type UnlearningImplementation } from '../../src/unlearning/process.js';
import type { StepSettings, UnlearningStep } from '../../src/unlearning/step.js';

/** A broken implementation, and what a programmer would say of it afterwards. */
export interface Fault {
  readonly name: string;
  readonly implementation: UnlearningImplementation;
}

type Sampler = UnlearningImplementation['sampler'];

const withStep = (step: UnlearningStep): UnlearningImplementation => ({ ...unlearning, step });
const withSampler = (sampler: Sampler): UnlearningImplementation => ({ ...unlearning, sampler });

/** The real step with other settings. */
function withSettings(
  change: (settings: StepSettings, retain: Batch, forget: Batch) => Partial<StepSettings>,
): UnlearningImplementation {
  return withStep((settings, retain, forget, w, gradient) => {
    unlearning.step({ ...settings, ...change(settings, retain, forget) }, retain, forget, w, gradient);
  });
}

/** The model with all gradients multiplied by a factor. */
function scaledGradients(model: PerSampleModel, factor: number): PerSampleModel {
  return {
    ...model,
    addGradient: (w, i, scale, out) => model.addGradient(w, i, factor * scale, out),
    addBatchGradient: (w, batch, scale, out) => addBatchGradient(model, w, batch, factor * scale, out),
  };
}

/** The real step with the descent and the ascent multiplied by factors. */
function withFactors(
  factors: (settings: StepSettings) => { descent: number; ascent: number },
): UnlearningImplementation {
  return withSettings((settings) => {
    const { descent, ascent } = factors(settings);
    return {
      retain: scaledGradients(settings.retain, descent),
      forget: scaledGradients(settings.forget, ascent),
    };
  });
}

/** The gradient g of the real step at w, in an array of its own. */
function gradientAt(settings: StepSettings, retain: Batch, forget: Batch, w: Float64Array): Float64Array {
  const gradient = new Float64Array(w.length);
  unlearning.step(settings, retain, forget, w.slice(), gradient);
  return gradient;
}

function move(w: Float64Array, eta: number, gradient: Float64Array): void {
  for (let a = 0; a < w.length; a++) w[a]! -= eta * gradient[a]!;
}

/** `gradient` is the scratch array of the process: what the step before left there is still in it. */
const staleGradient: UnlearningStep = (settings, retain, forget, w, gradient) => {
  const fresh = gradientAt(settings, retain, forget, w);
  move(w, settings.eta, gradient);
  gradient.set(fresh);
};

const accumulatedGradient: UnlearningStep = (settings, retain, forget, w, gradient) => {
  const fresh = gradientAt(settings, retain, forget, w);
  for (let a = 0; a < w.length; a++) gradient[a]! += fresh[a]!;
  move(w, settings.eta, gradient);
};

const clippedGradient: UnlearningStep = (settings, retain, forget, w, gradient) => {
  gradient.set(gradientAt(settings, retain, forget, w));
  const length = Math.hypot(...gradient);
  move(w, settings.eta / Math.max(1, length), gradient);
};

const NO_BATCH: Batch = { indices: new Int32Array(0), size: 0 };

const ascentAfterDescent: UnlearningStep = (settings, retain, forget, w, gradient) => {
  unlearning.step(settings, retain, NO_BATCH, w, gradient);
  unlearning.step(settings, NO_BATCH, forget, w, gradient);
};

const roundedState: UnlearningStep = (settings, retain, forget, w, gradient) => {
  unlearning.step(settings, retain, forget, w, gradient);
  for (let a = 0; a < w.length; a++) w[a] = Math.fround(w[a]!);
};

/** A sampler that draws from `inner` only where `isDue` says so (and the first time), and else keeps its batch. */
function keeping(inner: BatchSampler, isDue: (random: RandomSource) => boolean): BatchSampler {
  let started = false;
  return {
    batch: inner.batch,
    draw(random) {
      if (!started || isDue(random)) inner.draw(random);
      started = true;
    },
  };
}

/** Each of the `count` first samples with the given probability. */
function coinFlips(count: number, probability: number): BatchSampler {
  const batch: Batch = { indices: new Int32Array(count), size: 0 };
  return {
    batch,
    draw(random) {
      batch.size = 0;
      for (let i = 0; i < count; i++) if (random.uniform() < probability) batch.indices[batch.size++] = i;
    },
  };
}

/** Uniform subsets that are cut one after another from a shuffled list; a new one where it does not last. */
function epochs(n: number, batchSize: number): BatchSampler {
  const shuffled = unlearning.sampler('without-replacement', n, Math.max(1, n - 1));
  const order = new Int32Array(n);
  const batch: Batch = { indices: new Int32Array(batchSize), size: batchSize };
  let used = n;
  return {
    batch,
    draw(random) {
      if (used + batchSize > n) {
        shuffled.draw(random);
        // The n-1 first are drawn one by one; the last is the one that is left.
        order.set(shuffled.batch.indices);
        order[n - 1] = (n * (n - 1)) / 2 - order.subarray(0, n - 1).reduce((sum, i) => sum + i, 0);
        used = 0;
      }
      batch.indices.set(order.subarray(used, used + batchSize));
      used += batchSize;
    },
  };
}

/** The sampler of its name with a generator of its own, the same one for every sampler that is made. */
const ownGenerator: Sampler = (sampling, n, batchSize) => {
  const inner = unlearning.sampler(sampling, n, batchSize);
  const own = randomSource('batches', 42);
  return { batch: inner.batch, draw: () => inner.draw(own) };
};

/** A hash of seed and counter in place of a generator (mulberry32, 32 bits). */
function hashedSource(seed: number): RandomSource {
  let state = Math.imul(seed, 0x9e3779b1);
  const bits = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return t ^ (t >>> 14);
  };
  const uniform = (): number => (bits() >>> 0) / 2 ** 32;
  return { uniform, bits, integer: (bound) => Math.floor(bound * uniform()), normal: () => NaN };
}

/** The sampler of its name, seeded with the number of the draw: in step all its life with every other one. */
const seededByStep: Sampler = (sampling, n, batchSize) => {
  const inner = unlearning.sampler(sampling, n, batchSize);
  let step = 0;
  return { batch: inner.batch, draw: () => inner.draw(hashedSource(step++)) };
};

/** The ascent on the forget set turned into descent. */
export const flippedAscent = withFactors(() => ({ descent: 1, ascent: -1 }));

/** Every batch is the first B samples: nothing is random. */
export const frozenSampler = withSampler((_, n, batchSize) => {
  const indices = Int32Array.from({ length: n }, (_unused, i) => i);
  return { batch: { indices, size: batchSize }, draw: () => undefined };
});

/** What is planted: plausible mistakes, each in one of the two pieces of unlearning code under test. */
export const faults: readonly Fault[] = [
  { name: 'the sign of the ascent: the forget set is descended as well', implementation: flippedAscent },
  {
    name: '1 - alpha is forgotten: the descent has weight 1',
    implementation: withFactors(({ alpha }) => ({ descent: alpha < 1 ? 1 / (1 - alpha) : 1, ascent: 1 })),
  },
  {
    name: 'alpha and 1 - alpha are exchanged',
    implementation: withSettings(({ alpha }) => ({ alpha: 1 - alpha })),
  },
  {
    name: 'eta is applied twice to the forget term',
    implementation: withFactors(({ eta }) => ({ descent: 1, ascent: eta })),
  },
  {
    name: 'the gradient sums are divided by n, not by B',
    implementation: withSettings(({ retain, forget }) => ({
      batch: { retain: retain.sampleCount, forget: forget.sampleCount },
    })),
  },
  {
    name: 'the gradient sums are divided by the size of the drawn batch',
    implementation: withSettings((_, retain, forget) => ({
      batch: { retain: retain.size, forget: forget.size },
    })),
  },
  {
    name: 'the two batch sizes are exchanged where the sums are divided',
    implementation: withSettings(({ batch }) => ({ batch: { retain: batch.forget, forget: batch.retain } })),
  },
  {
    name: 'the ascent is taken where the descent has already moved to',
    implementation: withStep(ascentAfterDescent),
  },
  { name: 'the gradient of the step before is used', implementation: withStep(staleGradient) },
  { name: 'the gradient is not cleared between steps', implementation: withStep(accumulatedGradient) },
  { name: 'the gradient is clipped to length 1', implementation: withStep(clippedGradient) },
  { name: 'the state is rounded to float32', implementation: withStep(roundedState) },
  {
    name: 'the batch is drawn once and kept for all steps',
    implementation: withSampler((...args) => keeping(unlearning.sampler(...args), () => false)),
  },
  {
    name: 'the batch of the step before is used again, one time in ten',
    implementation: withSampler((...args) =>
      keeping(unlearning.sampler(...args), (random) => random.integer(10) > 0),
    ),
  },
  { name: 'every batch is the first B samples', implementation: frozenSampler },
  {
    name: 'subsets are drawn with replacement',
    implementation: withSampler((sampling, n, batchSize) =>
      unlearning.sampler(sampling === 'bernoulli' ? sampling : 'with-replacement', n, batchSize),
    ),
  },
  {
    name: 'subsets are cut from a shuffled list, epoch by epoch',
    implementation: withSampler((sampling, n, batchSize) =>
      sampling === 'without-replacement' ? epochs(n, batchSize) : unlearning.sampler(sampling, n, batchSize),
    ),
  },
  {
    name: 'batches of B - 1 samples',
    implementation: withSampler((sampling, n, batchSize) =>
      unlearning.sampler(sampling, n, Math.max(1, batchSize - 1)),
    ),
  },
  {
    name: 'batches of B + 1 samples',
    implementation: withSampler((sampling, n, batchSize) =>
      unlearning.sampler(sampling, n, Math.min(n, batchSize + 1)),
    ),
  },
  {
    name: 'the last sample is never drawn',
    implementation: withSampler((sampling, n, batchSize) => {
      if (n === 1) return unlearning.sampler(sampling, n, batchSize);
      if (sampling === 'bernoulli') return coinFlips(n - 1, batchSize / n);
      return unlearning.sampler(sampling, n - 1, Math.min(batchSize, n - 1));
    }),
  },
  {
    name: 'bernoulli batches with probability B/(n + 1)',
    implementation: withSampler((sampling, n, batchSize) =>
      sampling === 'bernoulli'
        ? coinFlips(n, batchSize / (n + 1))
        : unlearning.sampler(sampling, n, batchSize),
    ),
  },
  {
    name: 'retain and forget batches are drawn by two generators with one seed',
    implementation: withSampler(ownGenerator),
  },
  {
    name: 'retain and forget batches are drawn alike, with the number of the step as seed',
    implementation: withSampler(seededByStep),
  },
];
