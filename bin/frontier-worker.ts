import { type GridTask, type GridTaskResult, gridWorker } from '../src/frontier/maps.js';
import { unlearning } from '../src/unlearning/process.js';
import { theorems } from '../theorems/index.js';

const work = gridWorker({ theorems, implementation: unlearning });

/** Entry of a worker thread for maps: a composition root with the same registry. */
export default function computeColumn(task: GridTask): GridTaskResult {
  return work(task);
}
