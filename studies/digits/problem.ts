import { UsageError } from '../../src/cli/options.js';
import { criticalMixing } from '../../src/theory/mean-curvature.js';
import {
  type BatchSizes,
  type ReducedProblem,
  type Sampling,
  rankOneSet,
  type FactorSet,
} from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { BLACK, PIXEL_COUNT, type Digits } from '../shared/digit-images.js';
import { randomSource } from '../../src/statistics/generator.js';
import type { DigitsOptions, ForgetChoice } from './options.js';
import type { PerSampleModel } from '../../src/unlearning/per-sample-model.js';

type LeastSquares = ReturnType<typeof linearLeastSquares>;

/** Two least-squares models on real images with a common minimum that fits every image exactly. */
export interface DigitsModels {
  readonly retain: LeastSquares;
  readonly forget: LeastSquares;
  /** w*: the weights of the linear teacher that made the labels, one a pixel. */
  readonly minimum: Float64Array;
}

/**
 * Least squares on the pixels (scaled to 0..1) of the retained and of the forgotten images, with the
 * labels of a linear teacher with standard normal weights.
 *
 * Pixels lit in few images are left out. A pixel that is never lit is a direction in which nothing ever
 * moves, so that no run would shrink. A pixel lit in a handful of images is a direction in which the
 * minimum holds by a curvature of 1e-6: true, but a run would have to take millions of steps to show it.
 */
export function digitsModels(digits: Digits, options: DigitsOptions): DigitsModels {
  const pixels = litPixels(digits, options.lit);
  const forgotten = forgottenImages(digits, options.forget, options.seed);
  const images = Array.from(digits.labels.keys());
  const random = randomSource('digits', 'teacher', options.seed);
  const minimum = Float64Array.from(pixels, () => random.normal());
  const model = (chosen: readonly number[]): LeastSquares => {
    const features = featureRows(digits, chosen, pixels);
    return linearLeastSquares(features, teacherLabels(features, minimum));
  };
  return {
    retain: model(images.filter((i) => !forgotten.has(i))),
    forget: model(images.filter((i) => forgotten.has(i))),
    minimum,
  };
}

/** Indices of the pixels that are lit in at least this share of the images, and in at least one. */
function litPixels({ pixels, labels }: Digits, share: number): number[] {
  const lit = new Int32Array(PIXEL_COUNT);
  pixels.forEach((value, k) => {
    if (value > 0) lit[k % PIXEL_COUNT]!++;
  });
  return Array.from(lit.keys()).filter((c) => lit[c]! > 0 && lit[c]! >= share * labels.length);
}

function forgottenImages({ labels }: Digits, choice: ForgetChoice, seed: number): ReadonlySet<number> {
  const images = Array.from(labels.keys());
  if (choice.kind === 'class') return new Set(images.filter((i) => labels[i] === choice.digit));
  const random = randomSource('digits', 'forget', seed);
  const left = images.slice();
  return new Set(Array.from({ length: choice.count }, () => left.splice(random.integer(left.length), 1)[0]!));
}

/** Images x pixels, row-major, in 0..1. */
function featureRows(
  { pixels }: Digits,
  images: readonly number[],
  columns: readonly number[],
): Float64Array {
  return Float64Array.from(images.flatMap((i) => columns.map((c) => pixels[i * PIXEL_COUNT + c]! / BLACK)));
}

/**
 * The unlearning problem of the models on U. All pixels of the example are independent, so U is the whole
 * pixel space and its coordinates can be the pixels themselves; those that `reduceProblem` finds are
 * rotated. So the Perron matrix below holds displacements of the models' own weights.
 *
 * @throws RangeError if some combination of the pixels is zero in all images.
 */
export function pixelProblem(
  models: DigitsModels,
  alpha: number,
  batch: BatchSizes,
  sampling: Sampling,
): ReducedProblem {
  const curvature = { retain: models.retain.curvature, forget: models.forget.curvature };
  const rotated = reduceProblem({ ...curvature, alpha, batch, sampling });
  const pixels = models.minimum.length;
  if (rotated.dimension !== pixels) {
    throw new RangeError(`the images must span all ${pixels} pixels; they span ${rotated.dimension}`);
  }
  const groups = rotated.groups.map((group) => ({ ...group, samples: curvature[group.name] }));
  return { ...rotated, groups };
}

/**
 * alpha* of the models, in (0, 0.5) so that settings on both sides of it exist.
 *
 * @throws UsageError otherwise.
 */
export function positiveCriticalMixing({ retain, forget }: DigitsModels): number {
  const alphaStar = criticalMixing(retain.curvature, forget.curvature);
  if (alphaStar > 0 && alphaStar < 0.5) return alphaStar;
  throw new UsageError(
    `--forget and --lit must leave alpha* in (0, 0.5); got ${alphaStar}` +
      (alphaStar === 0 ? ': the retained images do not span the forgotten ones (raise --lit)' : ''),
  );
}

/**
 * Linear regression with squared loss l_i(w) = (x_i . w - y_i)^2 / 2. H_i = x_i x_i^T everywhere.
 *
 * @param features n x p, row-major.
 * @param labels n numbers. With labels x_i . w* of a teacher w*, every sample is fitted exactly at w*.
 */
export function linearLeastSquares(
  features: Float64Array,
  labels: Float64Array,
): PerSampleModel & { readonly curvature: FactorSet } {
  const sampleCount = labels.length;
  const p = features.length / sampleCount;
  if (!Number.isInteger(p)) {
    throw new RangeError(
      `features must be ${sampleCount} rows of one length; got ${features.length} numbers`,
    );
  }
  const residual = (w: Float64Array, i: number): number => {
    let sum = -labels[i]!;
    for (let a = 0; a < p; a++) sum += features[i * p + a]! * w[a]!;
    return sum;
  };
  return {
    sampleCount,
    parameterCount: p,
    curvature: rankOneSet(features, p),
    loss: (w, i) => residual(w, i) ** 2 / 2,
    addGradient(w, i, scale, out) {
      const push = scale * residual(w, i);
      for (let a = 0; a < p; a++) out[a]! += push * features[i * p + a]!;
    },
  };
}

/** Labels x_i . w* of a linear teacher: n numbers for n x p features. */
export function teacherLabels(features: Float64Array, teacher: Float64Array): Float64Array {
  const p = teacher.length;
  return Float64Array.from({ length: features.length / p }, (_, i) =>
    teacher.reduce((sum, weight, a) => sum + weight * features[i * p + a]!, 0),
  );
}
