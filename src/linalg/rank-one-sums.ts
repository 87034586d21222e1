import { onAllProcessors, sharedNumbers, SHARED_FROM } from './product-team.js';
import { addBlockSums, rankOneBlocks, setMatrix } from './rank-one-blocks.js';

/**
 * The map of symmetric r x r matrices that adds sum_i w_i (h_i^T M h_i) h_i h_i^T to `out`, for the n rows h_i (n x r) and
 * n weights: n r^2 multiplications, by compiled loops on both processors where that pays.
 */
export function rankOneSums(
  rows: Float64Array,
  weights: Float64Array,
  r: number,
): (m: Float64Array, out: Float64Array) => void {
  const multiplications = weights.length * r * r;
  const shared = multiplications >= SHARED_FROM;
  const blocks = rankOneBlocks(rows, weights, r, shared ? sharedNumbers : (count) => new Float64Array(count));
  return (m, out) => {
    setMatrix(blocks, m, r);
    onAllProcessors(blocks, multiplications);
    addBlockSums(blocks, out, r);
  };
}
