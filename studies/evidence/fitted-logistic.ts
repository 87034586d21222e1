import { meanHessian } from '../../src/theory/mean-curvature.js';
import { norm } from '../../src/linalg/vectors.js';
import { symmetricEigen } from '../../src/linalg/symmetric-eigen.js';
import { logisticRegression } from './logistic-regression.js';

/**
 * Newton's method takes fewer than ten steps to a minimum. On separable labels, which have none, the gradient falls by a factor e a
 * step and would pass for converged after thirty.
 */
const MAX_STEPS = 20;

/** Length of the gradient, relative to that at 0, at which a fit has ended. */
const CONVERGED = 1e-13;

/**
 * The weights that minimise the mean cross-entropy plus ridge |w|^2 / 2, by Newton's method from 0.
 *
 * @param features n x p, row-major; @param labels n numbers 0 or 1.
 * @throws RangeError if it does not converge, as without a ridge on separable labels, where no minimum exists.
 */
export function fittedLogistic(features: Float64Array, labels: Float64Array, ridge: number): Float64Array {
  const model = logisticRegression(features, labels);
  const p = model.parameterCount;
  const w = new Float64Array(p);
  let first = 0;
  for (let step = 0; step < MAX_STEPS; step++) {
    const gradient = w.map((x) => ridge * x);
    for (let i = 0; i < labels.length; i++) model.addGradient(w, i, 1 / labels.length, gradient);
    const length = norm(gradient);
    if (step === 0) first = length;
    if (length <= CONVERGED * first) return w;
    const { values, rows } = symmetricEigen(meanHessian(model.curvatureAt(w)), p);
    values.forEach((value, k) => {
      let along = 0;
      for (let a = 0; a < p; a++) along += rows[k * p + a]! * gradient[a]!;
      for (let a = 0; a < p; a++) w[a]! -= (along / (value + ridge)) * rows[k * p + a]!;
    });
  }
  throw new RangeError(`the logistic fit must converge in ${MAX_STEPS} steps; the labels may be separable`);
}
