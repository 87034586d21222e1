import {
  congruence,
  multiplyTransposed,
  multiplyTransposedSymmetric,
} from '../linalg/multiply-transposed.js';
import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import { addScaled, dot, quadraticForm, trace, transpose } from '../linalg/vectors.js';
import { type FactorSet, isRankOne } from '../theory/problem.js';
import { meanHessian, sampleForms } from '../theory/mean-curvature.js';
import { ARITHMETIC } from '../theory/rank.js';
import {
  estimatedCurvature,
  type EstimatedGroup,
  estimatedMean,
  type EstimatedProblem,
  hasExactMean,
  isWhole,
  oneSample,
  randomCount,
  sampleWeights,
  scaledSamples,
} from './estimated-problem.js';
import type { DrawnSet } from '../theory/draw-subset.js';
import { designErrors, type LinearForm, type SampleErrors } from './linear-form.js';

/** v^T H_i v of the drawn samples of a set, and its mean over all n. */
function alongDirection(set: DrawnSet, v: Float64Array): { value: number; forms: Float64Array } {
  const r = v.length;
  const projector = Float64Array.from({ length: r * r }, (_, k) => v[Math.floor(k / r)]! * v[k % r]!);
  return { value: quadraticForm(estimatedMean(set), v), forms: sampleForms(set.samples, projector) };
}

/** Errors of estimates that are linear in the mean curvature of a set: none if that is known. */
function meanErrors(set: DrawnSet, x: Float64Array, y: Float64Array): SampleErrors[] {
  return hasExactMean(set) ? [] : designErrors(set, x, y);
}

/** X = v^T D v, Y = 0 of a fixed unit vector: X >= lambda_min(D) whatever v is. */
export function curvatureForm({ groups }: EstimatedProblem, v: Float64Array): LinearForm {
  let x = 0;
  const errors: SampleErrors[] = [];
  for (const { sign, weight, set } of groups) {
    const { value, forms } = alongDirection(set, v);
    const scaled = forms.map((form) => sign * weight * form);
    x += sign * weight * value;
    errors.push(...meanErrors(set, scaled, new Float64Array(forms.length)));
  }
  return { x, y: 0, errors };
}

/**
 * X = v^T Hbar_R v and Y = v^T (Hbar_R + Hbar_F) v of a fixed v: X - alpha Y = v^T D v at mixing alpha, so that
 * X - alpha* Y >= 0 whatever v is.
 */
export function mixingForm(retain: DrawnSet, forget: DrawnSet, v: Float64Array): LinearForm {
  const [ofRetain, ofForget] = [alongDirection(retain, v), alongDirection(forget, v)];
  return {
    x: ofRetain.value,
    y: ofRetain.value + ofForget.value,
    errors: [
      ...meanErrors(retain, ofRetain.forms, ofRetain.forms),
      ...meanErrors(forget, new Float64Array(ofForget.forms.length), ofForget.forms),
    ],
  };
}

/**
 * The direction v with the largest v^T Hbar_F v / v^T (Hbar_R + ridge tr(Hbar_R)) v, scaled to v^T (Hbar_R + Hbar_F) v = 1.
 *
 * Without a ridge the directions in which few retain samples were drawn would win; any v is valid, a good one is
 * close to the best for all samples.
 *
 * @param ridge 0: directions outside the range of Hbar_R are left out.
 */
export function mixingDirection(retain: DrawnSet, forget: DrawnSet, ridge: number): Float64Array {
  const r = retain.samples.dimension;
  const [ofRetain, ofForget] = [estimatedMean(retain), estimatedMean(forget)];
  const { values, rows } = symmetricEigen(ofRetain, r);
  const shift = ridge * trace(ofRetain, r);
  const cut = ridge > 0 ? 0 : r * ARITHMETIC * values.at(-1)!;
  const kept = Array.from(values.keys()).filter((k) => Math.max(0, values[k]!) + shift > cut);
  const whitening = new Float64Array(kept.length * r);
  kept.forEach((k, row) => {
    const shrink = 1 / Math.sqrt(Math.max(0, values[k]!) + shift);
    for (let i = 0; i < r; i++) whitening[row * r + i] = shrink * rows[k * r + i]!;
  });
  const relative = congruence(whitening, ofForget, kept.length, r);
  const top = symmetricEigen(relative, kept.length).rows.subarray((kept.length - 1) * kept.length);
  const v = multiplyTransposed(top, 1, transpose(whitening, kept.length, r), r, kept.length);
  const size = Math.sqrt(quadraticForm(ofRetain, v) + quadraticForm(ofForget, v));
  return v.map((x) => x / size);
}

/**
 * X = <M, L M> = 2 tr(M D M) and Y = <M, Q M> of a fixed M >= 0: rho(T) >= <M, T M>/<M, M> = 1 - eta (X - eta Y)/<M, M>,
 * so that X - eta* Y >= 0 whatever M is, and = 0 for the extremal one.
 *
 * Both are estimated without bias: the squares of estimated means in Y = tr(M D M D) - sum_g k'_g tr(M E_g M E_g) +
 * sum_g a_g^2 k_g mean_i tr(M H_i M H_i) lose their variance. The errors are those to first order.
 */
export function stepForm(problem: EstimatedProblem, m: Float64Array): LinearForm {
  const r = problem.dimension;
  const d = estimatedCurvature(problem);
  const square = multiplyTransposedSymmetric(m, m, r, r);
  const sandwich = (a: Float64Array): Float64Array => congruence(m, a, r, r);
  const mdm = sandwich(d);
  const x = 2 * dot(square, d);
  let y = dot(mdm, d);
  const errors: SampleErrors[] = [];
  for (const group of problem.groups) {
    const { set, sign, weight, perSample, ofMean, part } = group;
    const weights = sampleWeights(set);
    const squares = squaredForms(set.samples, m);
    const mem = sandwich(part);
    y += weight ** 2 * perSample * dot(weights, squares) - ofMean * dot(mem, part);
    const ofY = squares.map((q) => weight ** 2 * perSample * q);
    const ofX = new Float64Array(squares.length);
    if (!hasExactMean(set)) {
      // D enters with its error: dX = 2 tr(M^2 dD), dY = 2 tr(M (s D - k' E) M dE).
      const slope = mdm.map((entry, k) => 2 * (sign * entry - ofMean * mem[k]!));
      addScaled(ofX, 2 * sign * weight, sampleForms(set.samples, square));
      addScaled(ofY, weight, sampleForms(set.samples, slope));
      y -= (1 - ofMean) * varianceOfMean(group, m, squares);
    }
    errors.push(...designErrors(set, ofX, ofY));
  }
  return { x, y, errors };
}

/** E|M^{1/2} (E - its expectation) M^{1/2}|^2 of an estimated E = a Hbar, as in `designErrors`. */
function varianceOfMean({ set, weight }: EstimatedGroup, m: Float64Array, squares: Float64Array): number {
  if (isWhole(set)) return 0;
  const { of, certain, inclusion, samples } = set;
  const count = randomCount(set);
  const r = samples.dimension;
  const out = (i: number): number => (i < certain ? 0 : 1 - inclusion[i]!);
  let [left, total] = [0, 0];
  for (let i = certain; i < squares.length; i++) {
    left += out(i);
    total += (out(i) * squares[i]!) / inclusion[i]! ** 2;
  }
  const { factors } = scaledSamples(samples, (i) => out(i) / inclusion[i]!);
  const sum = meanHessian(oneSample(factors, r));
  const sandwich = congruence(m, sum, r, r);
  const scatter = Math.max(0, total - dot(sandwich, sum) / left);
  return (weight / of) ** 2 * (count / (count - 1)) * scatter;
}

/** tr(M H_i M H_i) = |F_i^T M F_i|^2 of every sample, for a symmetric r x r matrix M. */
function squaredForms(samples: FactorSet, m: Float64Array): Float64Array {
  const { dimension: r, sampleCount, offsets, factors } = samples;
  if (isRankOne(samples)) return sampleForms(samples, m).map((x) => x * x);
  const products = multiplyTransposed(factors, offsets[sampleCount]!, m, r, r);
  return Float64Array.from({ length: sampleCount }, (_, i) => {
    let sum = 0;
    for (let s = offsets[i]!; s < offsets[i + 1]!; s++) {
      for (let t = offsets[i]!; t < offsets[i + 1]!; t++) {
        let entry = 0;
        for (let a = 0; a < r; a++) entry += products[s * r + a]! * factors[t * r + a]!;
        sum += entry * entry;
      }
    }
    return sum;
  });
}
