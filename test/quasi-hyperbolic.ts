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

/** Sets of rank-one samples, of which a step takes one of each; all pairs are as likely. */
type Pairs = Pick<ProblemSpec, 'retain' | 'forget' | 'alpha'>;

/** Curvature of the step of every pair, r x r. */
function pairCurvatures({ retain, forget, alpha }: Pairs): { r: number; curvatures: Float64Array[] } {
  const r = retain[0]![0]!.length;
  const curvatures = retain.flatMap(([f]) =>
    forget.map(([g]) =>
      Float64Array.from({ length: r * r }, (_, k) => {
        const [a, b] = [Math.floor(k / r), k % r];
        return (1 - alpha) * f![a]! * f![b]! - alpha * g![a]! * g![b]!;
      }),
    ),
  );
  return { r, curvatures };
}

/** v' = b v + (1-b) g, w' = w - eta ((1-nu) g + nu v'): quasi-hyperbolic momentum, which the package does not have. */
export function quasiHyperbolic(b: number, nu: number, pairs: Pairs = PAIRS): LinearProcedure {
  const { r, curvatures } = pairCurvatures(pairs);
  const s = 2 * r;
  return {
    stateDimension: s,
    parts: 2,
    smallStep: 1e-3,
    moment: (eta) =>
      curvatures.map((h) => {
        const matrix = new Float64Array(s * s);
        for (let i = 0; i < r; i++) {
          for (let j = 0; j < r; j++) {
            const same = Number(i === j);
            matrix[i * s + j] = same - eta * (1 - nu * b) * h[i * r + j]!;
            matrix[i * s + r + j] = -eta * nu * b * same;
            matrix[(r + i) * s + j] = (1 - b) * h[i * r + j]!;
            matrix[(r + i) * s + r + j] = b * same;
          }
        }
        return { probability: 1 / curvatures.length, matrix };
      }),
  };
}

/** The real steps: the update as it is written, from the gradient of the drawn pair. */
export function quasiHyperbolicSteps(
  b: number,
  nu: number,
  eta: number,
  pairs: Pairs = PAIRS,
): MovingProcess {
  const { r, curvatures } = pairCurvatures(pairs);
  let h = curvatures[0]!;
  const gradient = new Float64Array(r);
  return {
    minimum: new Float64Array(2 * r),
    drawBatches(random) {
      h = curvatures[Math.floor(random.uniform() * curvatures.length)]!;
    },
    applyStep(state) {
      for (let i = 0; i < r; i++) {
        gradient[i] = 0;
        for (let j = 0; j < r; j++) gradient[i]! += h[i * r + j]! * state[j]!;
      }
      for (let i = 0; i < r; i++) {
        state[r + i] = b * state[r + i]! + (1 - b) * gradient[i]!;
        state[i]! -= eta * ((1 - nu) * gradient[i]! + nu * state[r + i]!);
      }
    },
  };
}
