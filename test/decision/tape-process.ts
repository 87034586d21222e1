import { Matrix } from 'ml-matrix';
import type { UnlearningProcess } from '../../src/unlearning/process.js';

/** A process whose steps are given: step k multiplies every displacement by `steps(k)`. */
export interface TapeProcess extends UnlearningProcess {
  /** How many steps were drawn. */
  drawn(): number;
}

/**
 * @param steps A of the k-th draw, k = 0, 1, ..
 * @param sizes retain samples in the k-th batch; there are none to forget.
 */
export function tapeProcess(
  steps: (k: number) => number,
  dimension = 1,
  sizes: (k: number) => number = () => 1,
): TapeProcess {
  let drawn = 0;
  return {
    minimum: new Float64Array(dimension),
    drawBatches() {
      drawn++;
    },
    batchSizes: () => ({ retain: sizes(drawn - 1), forget: 0 }),
    applyStep(w) {
      for (let a = 0; a < dimension; a++) w[a]! *= steps(drawn - 1);
    },
    drawn: () => drawn,
  };
}

/** A process whose k-th period multiplies a state by the k-th matrix, k = 0, 1, .. */
export function matrixTape(steps: (k: number) => Matrix): TapeProcess {
  let drawn = 0;
  return {
    minimum: new Float64Array(steps(0).rows),
    drawBatches() {
      drawn++;
    },
    batchSizes: () => ({ retain: 1, forget: 0 }),
    applyStep(w) {
      w.set(
        steps(drawn - 1)
          .mmul(Matrix.columnVector(Array.from(w)))
          .to1DArray(),
      );
    },
    drawn: () => drawn,
  };
}

/**
 * A process step by step, whose draws are counted.
 *
 * @param change what is different, by the number of draws so far.
 */
export function countedProcess(
  real: UnlearningProcess,
  change: (drawn: () => number) => Partial<UnlearningProcess>,
): TapeProcess {
  let count = 0;
  const drawn = (): number => count;
  return {
    ...real,
    ...change(drawn),
    together: undefined,
    drawBatches(random) {
      real.drawBatches(random);
      count++;
    },
    drawn,
  };
}
