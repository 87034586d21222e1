import type { LinearProcedure } from '../../src/theory/linear-procedure.js';
import type { MovingProcess } from '../../src/unlearning/growth.js';

/** A procedure that lists s x s matrices, all as likely, and steps that draw one of them, around a minimum. */
export function listedSteps(
  matrices: readonly Float64Array[],
  minimum: Float64Array = new Float64Array(Math.sqrt(matrices[0]!.length)),
): { steps: MovingProcess; own: LinearProcedure } {
  const s = minimum.length;
  let drawn = matrices[0]!;
  return {
    own: {
      stateDimension: s,
      smallStep: 1,
      moment: () => matrices.map((matrix) => ({ probability: 1 / matrices.length, matrix })),
    },
    steps: {
      minimum,
      drawBatches(random) {
        drawn = matrices[random.integer(matrices.length)]!;
      },
      applyStep(x) {
        const from = x.map((value, k) => value - minimum[k]!);
        for (let a = 0; a < s; a++) {
          x[a] = from.reduce((sum, value, b) => sum + drawn[a * s + b]! * value, minimum[a]!);
        }
      },
    },
  };
}
