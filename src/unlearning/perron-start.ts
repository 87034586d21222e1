import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import type { StartDisplacement } from './growth.js';

/**
 * Unit start displacements u with E[u u^T] = V / tr V, V the Perron matrix of T: an eigenvector of V,
 * drawn in proportion to its eigenvalue. Since T(V) = rho V, E|delta_k|^2 = rho^k |delta_0|^2 holds at
 * every k from such a start, without a burn-in; from a random direction the growth that decides may
 * show only after thousands of steps.
 *
 * @param perron V, r x r, positive semidefinite to rounding.
 */
export function perronStart(perron: Float64Array, r: number): StartDisplacement {
  const { values, rows } = symmetricEigen(perron, r);
  const weights = values.map((x) => Math.max(0, x));
  const total = weights.reduce((a, b) => a + b, 0);
  return (random) => {
    let left = total * random.uniform();
    let k = 0;
    for (; k + 1 < r && left >= weights[k]!; k++) left -= weights[k]!;
    return rows.slice(k * r, (k + 1) * r);
  };
}
