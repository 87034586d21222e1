import { norm } from '../linalg/vectors.js';
import type { UnlearningProcess } from './process.js';

/**
 * The process with the gradient of every step clipped, as torch.nn.utils.clip_grad_norm_ does it: g * min(1, c/|g|).
 *
 * @param process of plain steps, w' = w - eta g. @param limit c > 0.
 */
export function clippedProcess(process: UnlearningProcess, eta: number, limit: number): UnlearningProcess {
  return {
    ...process,
    applySteps: undefined,
    applyStep(w) {
      const before = w.slice();
      process.applyStep(w);
      const length = norm(w.map((x, a) => x - before[a]!));
      if (!(length > eta * limit)) return;
      const share = (eta * limit) / length;
      for (let a = 0; a < w.length; a++) w[a] = before[a]! + share * (w[a]! - before[a]!);
    },
  };
}
