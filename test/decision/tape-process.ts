import type { UnlearningProcess } from '../../src/unlearning/process.js';

/** A process whose steps are given: step k multiplies every displacement by `steps(k)`. */
export interface TapeProcess extends UnlearningProcess {
  /** How many steps were drawn. */
  drawn(): number;
}

/** @param steps A of the k-th draw, k = 0, 1, ..; every batch is one retain sample. */
export function tapeProcess(steps: (k: number) => number, dimension = 1): TapeProcess {
  let drawn = 0;
  return {
    minimum: new Float64Array(dimension),
    drawBatches: () => void drawn++,
    batchSizes: () => ({ retain: 1, forget: 0 }),
    applyStep(w) {
      for (let a = 0; a < dimension; a++) w[a]! *= steps(drawn - 1);
    },
    drawn: () => drawn,
  };
}
