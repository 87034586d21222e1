import type { LinearProcedure } from '../src/theory/linear-procedure.js';
import type { ProblemSpec } from '../src/theory/problem.js';
import type { MovingProcess } from '../src/unlearning/growth.js';

/** Two parameters, a batch of one sample of either set: six pairs, all as likely. */
export const PAIRS: ProblemSpec = {
  retain: [[[1, 0.2]], [[0.1, 0.9]], [[0.7, -0.7]]],
  forget: [[[0.5, -0.2]], [[0.1, 0.4]]],
  alpha: 0.1,
  batch: { retain: 1, forget: 1 },
  sampling: 'without-replacement',
};

const r = 2;

/** Curvature of the step of every pair of batches, r x r. */
const CURVATURES = PAIRS.retain.flatMap(([f]) =>
  PAIRS.forget.map(([g]) =>
    Float64Array.from({ length: r * r }, (_, k) => {
      const [a, b] = [Math.floor(k / r), k % r];
      return (1 - PAIRS.alpha) * f![a]! * f![b]! - PAIRS.alpha * g![a]! * g![b]!;
    }),
  ),
);

/** v' = b v + (1-b) g, w' = w - eta ((1-nu) g + nu v'): quasi-hyperbolic momentum, which the package does not have. */
export function quasiHyperbolic(b: number, nu: number): LinearProcedure {
  return {
    stateDimension: 2 * r,
    parts: 2,
    smallStep: 1e-3,
    moment: (eta) =>
      CURVATURES.map((h) => {
        const matrix = new Float64Array(16);
        for (let i = 0; i < r; i++) {
          for (let j = 0; j < r; j++) {
            const same = Number(i === j);
            matrix[i * 4 + j] = same - eta * (1 - nu * b) * h[i * r + j]!;
            matrix[i * 4 + r + j] = -eta * nu * b * same;
            matrix[(r + i) * 4 + j] = (1 - b) * h[i * r + j]!;
            matrix[(r + i) * 4 + r + j] = b * same;
          }
        }
        return { probability: 1 / CURVATURES.length, matrix };
      }),
  };
}

/** The real steps: the update as it is written, from the gradient of the drawn pair. */
export function quasiHyperbolicSteps(b: number, nu: number, eta: number): MovingProcess {
  let h = CURVATURES[0]!;
  return {
    minimum: new Float64Array(2 * r),
    drawBatches(random) {
      h = CURVATURES[Math.floor(random.uniform() * CURVATURES.length)]!;
    },
    applyStep(state) {
      const gradient = [0, 1].map((i) => h[i * r]! * state[0]! + h[i * r + 1]! * state[1]!);
      for (let i = 0; i < r; i++) {
        state[r + i] = b * state[r + i]! + (1 - b) * gradient[i]!;
        state[i]! -= eta * ((1 - nu) * gradient[i]! + nu * state[r + i]!);
      }
    },
  };
}
