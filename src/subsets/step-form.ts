import { multiplyTransposed, multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { addScaled, dot } from '../linalg/vectors.js';
import { estimatedCurvature, type EstimatedGroup, type EstimatedProblem } from './estimated-problem.js';
import {
  hasExactMean,
  isWhole,
  oneSample,
  randomCount,
  sampleWeights,
  scaledSamples,
} from './estimated-set.js';
import { meanHessian } from '../curvature/mean-curvature.js';
import { designErrors, type LinearForm, type SampleErrors } from './linear-form.js';
import { sampleForms, squaredForms } from './sample-forms.js';

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
  const sandwich = (a: Float64Array): Float64Array =>
    multiplyTransposedSymmetric(multiplyTransposed(m, r, a, r, r), m, r, r);
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
  const sandwich = multiplyTransposedSymmetric(multiplyTransposed(m, r, sum, r, r), m, r, r);
  const scatter = Math.max(0, total - dot(sandwich, sum) / left);
  return (weight / of) ** 2 * (count / (count - 1)) * scatter;
}
