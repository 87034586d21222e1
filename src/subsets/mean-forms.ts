import { congruence } from '../curvature/mean-curvature.js';
import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import { quadraticForm, trace, transpose } from '../linalg/vectors.js';
import { estimatedMean, hasExactMean, type EstimatedSet } from './estimated-set.js';
import { designErrors, type LinearForm, type SampleErrors } from './linear-form.js';
import type { EstimatedProblem } from './estimated-problem.js';
import { sampleForms } from './sample-forms.js';

/** v^T H_i v of the drawn samples of a set, and its mean over all n. */
function alongDirection(set: EstimatedSet, v: Float64Array): { value: number; forms: Float64Array } {
  const r = v.length;
  const projector = Float64Array.from({ length: r * r }, (_, k) => v[Math.floor(k / r)]! * v[k % r]!);
  return { value: quadraticForm(estimatedMean(set), v), forms: sampleForms(set.samples, projector) };
}

/** Errors of estimates that are linear in the mean curvature of a set: none if that is known. */
function meanErrors(set: EstimatedSet, x: Float64Array, y: Float64Array): SampleErrors[] {
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
export function mixingForm(retain: EstimatedSet, forget: EstimatedSet, v: Float64Array): LinearForm {
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
export function mixingDirection(retain: EstimatedSet, forget: EstimatedSet, ridge: number): Float64Array {
  const r = retain.samples.dimension;
  const [ofRetain, ofForget] = [estimatedMean(retain), estimatedMean(forget)];
  const { values, rows } = symmetricEigen(ofRetain, r);
  const shift = ridge * trace(ofRetain, r);
  const cut = ridge > 0 ? 0 : 1e-11 * values.at(-1)!;
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
