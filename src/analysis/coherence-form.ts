import { largestEigenpair } from '../linalg/davidson.js';
import { alignedOf, coherenceBlock, spectralNorm } from '../theory/coherence.js';
import type { FactorSet, SetName } from '../theory/problem.js';
import { type Estimate, estimated } from './estimates.js';
import { estimatedMean, type EstimatedProblem, halfIndices, sampleWeights } from './estimated-problem.js';
import {
  designErrors,
  type LinearForm,
  lowerEnd,
  type SampleErrors,
  type Split,
  upperEnd,
} from './linear-form.js';

/** Coherences of an estimated problem. */
export interface EstimatedCoherence {
  readonly sigma: Estimate;
  readonly lambda1S: number;
  /** null for a set that takes no part. */
  readonly retain: number | null;
  readonly forget: number | null;
  readonly alignedRetain: number | null;
  readonly alignedForget: number | null;
  readonly cross: number;
}

/**
 * sigma = lambda_1(S)/max lambda_1(K_i), whose denominator is known but for thinned sets, with its interval; and estimates of the coherence
 * of either set by itself and of the spectral norm of S_RF.
 */
export function estimatedCoherence({ whole, halves, errors }: Split): EstimatedCoherence {
  const kernel = sampleKernel(whole);
  const largest = Math.max(
    ...whole.groups.map(({ weight, set }) => (weight / set.of) * set.largestCurvature),
  );
  const all = kernelPart(whole, whole, null);
  const top = topFunction(kernel, all);
  const parts = [kernelPart(whole, halves[0], 0), kernelPart(whole, halves[1], 1)] as const;
  const forms = parts.map((part, h) => {
    const other = parts[1 - h]!;
    const values = extendedFunction(kernel, part, topFunction(kernel, part), other);
    return coherenceForm(halves[1 - h]!, kernel, other, values);
  });
  const high = upperEnd([coherenceForm(whole, kernel, all, top.values)], errors.plain);
  const value = top.value / largest;
  // The largest of samples that were thinned out may be any size, and sigma as small as 1.
  const isKnown = whole.groups.every(({ set }) => !set.isThinned);
  const least = isKnown ? lowerEnd(forms, errors.split) / largest : 1;
  return {
    sigma: estimated(value, Math.min(value, Math.max(1, least)), high / largest),
    lambda1S: top.value,
    retain: setCoherence(whole, 'retain'),
    forget: setCoherence(whole, 'forget'),
    alignedRetain: setAligned(whole, 'retain'),
    alignedForget: setAligned(whole, 'forget'),
    cross: crossNorm(whole),
  };
}

/** lambda_1(S)/max lambda_1(H_i) of the unweighted H_i of one set; null if it takes no part. */
function setCoherence({ dimension, groups }: EstimatedProblem, name: SetName): number | null {
  const group = groups.find((candidate) => candidate.name === name);
  if (!group) return null;
  const alone = { dimension, groups: [{ ...group, weight: 1 }] };
  const { value } = topFunction(sampleKernel(alone), kernelPart(alone, alone, null));
  return (value * group.set.of) / group.set.largestCurvature;
}

/** n lambda_1(Hbar)/max lambda_1(H_i) of one set, Hbar estimated; null if it takes no part. */
function setAligned({ dimension, groups }: EstimatedProblem, name: SetName): number | null {
  const set = groups.find((candidate) => candidate.name === name)?.set;
  return set ? alignedOf(set.of, estimatedMean(set), dimension, set.largestCurvature) : null;
}

/** Spectral norm of S_RF; 0 if a set takes no part. */
function crossNorm({ groups }: EstimatedProblem): number {
  const [retain, forget] = groups;
  if (!retain || !forget) return 0;
  const [left, right] = [retain, forget].map(({ set, weight }) =>
    sampleWeights(set).map((x) => Math.sqrt(weight * x)),
  ) as [Float64Array, Float64Array];
  const block = coherenceBlock(retain.set.samples, forget.set.samples);
  const columns = right.length;
  return spectralNorm(
    block.map((x, k) => x * left[Math.floor(k / columns)]! * right[k % columns]!),
    left.length,
    columns,
  );
}

/*
 * lambda_1(S) of all n samples is the largest eigenvalue of the integral operator (G f)(x) = sum_j beta_j g(x, j) f(j),
 * g(i, j) = sqrt(tr H_i H_j), with beta_i = a_g/n_g. Of drawn samples sum_j beta_j becomes sum_j a_g w_j, with two
 * corrections: the diagonal keeps its weight a_g/n_g, and pairs of random samples of one set get that of pairs.
 */

/** g(i, j) of all drawn samples of a problem, retain first: N x N, row-major. */
export function sampleKernel({ groups }: EstimatedProblem): Float64Array {
  const all = joined(groups.map(({ set }) => set.samples));
  return coherenceBlock(all, all);
}

/** The drawn samples that a part of a problem keeps, with all their weights. */
interface KernelPart {
  /** Positions in the kernel. */
  readonly positions: readonly number[];
  /** a_g w_i. */
  readonly weights: Float64Array;
  /** a_g/n_g. */
  readonly own: Float64Array;
  /** Start of each group and, at the end, the number of samples. */
  readonly starts: readonly number[];
  /** (1 - pi_i)/sqrt(their sum over the group): pairs of one group are drawn with 1 minus the product times pi_i pi_j. */
  readonly repulsion: Float64Array;
}

/** All drawn samples, or those of one half. */
export function kernelPart(whole: EstimatedProblem, part: EstimatedProblem, half: 0 | 1 | null): KernelPart {
  const positions: number[] = [];
  const starts = [0];
  let first = 0;
  for (const { set } of whole.groups) {
    const all = Array.from({ length: set.samples.sampleCount }, (_, i) => i);
    for (const i of half === null ? all : halfIndices(set, half)) positions.push(first + i);
    starts.push(positions.length);
    first += set.samples.sampleCount;
  }
  const own = new Float64Array(positions.length);
  const weights = new Float64Array(positions.length);
  const repulsion = new Float64Array(positions.length);
  part.groups.forEach(({ set, weight }, g) => {
    const left = set.inclusion.reduce((sum, probability) => sum + 1 - probability, 0);
    // The last factor makes it exact for equal probabilities.
    const others = set.of - set.certain;
    const scale = left > 0 ? Math.sqrt(others / (others - 1) / left) : 0;
    set.inclusion.forEach((probability, i) => {
      const at = starts[g]! + i;
      own[at] = weight / set.of;
      weights[at] = weight / set.of / probability;
      repulsion[at] = scale * (1 - probability);
    });
  });
  return { positions, weights, own, starts, repulsion };
}

/** Top eigenvalue of the estimated operator and its eigenfunction on the samples of the part. */
export function topFunction(
  kernel: Float64Array,
  part: KernelPart,
): { readonly value: number; readonly values: Float64Array } {
  const count = part.positions.length;
  const roots = part.weights.map(Math.sqrt);
  const scaled = new Float64Array(count);
  const { value, vector } = largestEigenpair((x, out) => {
    for (let i = 0; i < count; i++) scaled[i] = x[i]! / roots[i]!;
    applyKernel(kernel, part, scaled, out);
    for (let i = 0; i < count; i++) out[i]! *= roots[i]!;
  }, roots);
  return { value, values: vector.map((x, i) => Math.abs(x) / roots[i]!) };
}

/** The function of one part on the samples of another, by its own equation (Nystrom): (G f)(x)/lambda. */
function extendedFunction(
  kernel: Float64Array,
  from: KernelPart,
  { value, values }: { readonly value: number; readonly values: Float64Array },
  to: KernelPart,
): Float64Array {
  const size = Math.sqrt(kernel.length);
  return Float64Array.from(to.positions, (row) => {
    let sum = 0;
    from.positions.forEach((column, j) => {
      const weight = column === row ? from.own[j]! : from.weights[j]!;
      sum += weight * kernel[row * size + column]! * values[j]!;
    });
    return sum / value;
  });
}

/**
 * X = <f, G f> and Y = <f, f> of a fixed function, weighted by beta over all samples: X - lambda_1(S) Y <= 0 whatever
 * f is. X is estimated without bias; errors are those to first order.
 *
 * @param problem whose sets are drawn as the part says: the whole one, or its half.
 * @param values f on the samples of the part.
 */
export function coherenceForm(
  { groups }: EstimatedProblem,
  kernel: Float64Array,
  part: KernelPart,
  values: Float64Array,
): LinearForm {
  const image = new Float64Array(values.length);
  applyKernel(kernel, part, values, image);
  let [x, y] = [0, 0];
  const errors: SampleErrors[] = [];
  for (let i = 0; i < values.length; i++) {
    x += part.weights[i]! * values[i]! * image[i]!;
    y += part.weights[i]! * values[i]! ** 2;
  }
  groups.forEach(({ set, weight }, g) => {
    const own = Array.from({ length: set.samples.sampleCount }, (_, i) => part.starts[g]! + i);
    const ofX = Float64Array.from(own, (i) => 2 * weight * values[i]! * image[i]!);
    const ofY = Float64Array.from(own, (i) => weight * values[i]! ** 2);
    errors.push(...designErrors(set, ofX, ofY));
  });
  return { x, y, errors };
}

/** (G f)(x) on the samples of a part, for f on the same samples. */
function applyKernel(
  kernel: Float64Array,
  { positions, weights, own, starts, repulsion }: KernelPart,
  values: Float64Array,
  out: Float64Array,
): void {
  const size = Math.sqrt(kernel.length);
  const weighted = values.map((x, j) => weights[j]! * x);
  for (let g = 0; g + 1 < starts.length; g++) {
    const [from, to] = [starts[g]!, starts[g + 1]!];
    for (let i = from; i < to; i++) {
      const row = positions[i]! * size;
      let sum = 0;
      for (let j = 0; j < from; j++) sum += kernel[row + positions[j]!]! * weighted[j]!;
      for (let j = from; j < to; j++) {
        sum += (kernel[row + positions[j]!]! * weighted[j]!) / (1 - repulsion[i]! * repulsion[j]!);
      }
      for (let j = to; j < positions.length; j++) sum += kernel[row + positions[j]!]! * weighted[j]!;
      const diagonal = kernel[row + positions[i]!]!;
      out[i] = sum + diagonal * (own[i]! * values[i]! - weighted[i]! / (1 - repulsion[i]! ** 2));
    }
  }
}

function joined(sets: readonly FactorSet[]): FactorSet {
  const { dimension } = sets[0]!;
  const factors = new Float64Array(sets.reduce((sum, set) => sum + set.factors.length, 0));
  const offsets = [0];
  let row = 0;
  for (const set of sets) {
    factors.set(set.factors, row * dimension);
    for (let i = 1; i <= set.sampleCount; i++) offsets.push(row + set.offsets[i]!);
    row = offsets.at(-1)!;
  }
  return { dimension, sampleCount: offsets.length - 1, offsets: Int32Array.from(offsets), factors };
}
