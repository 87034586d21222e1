import { performTask, type VerifyTask, type VerifyTaskResult } from '../src/harness/task.js';
import { unlearning } from '../src/unlearning/process.js';
import { theorems } from '../theorems/index.js';

/** Entry of a worker thread: the second composition root, with the same registry. */
export default function work(task: VerifyTask): VerifyTaskResult {
  return performTask(task, theorems, unlearning);
}
