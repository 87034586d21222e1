import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import type { RandomSource } from '../random/generator.js';
import { bestStake, MeanAboveOneTest } from '../statistics/mean-above-one.js';
import { stepDirections, type UnlearningProcess } from '../unlearning/process.js';
import { testLimit, type Attempt, type DecisionContext } from './attempt.js';

/** Tries to certify rho(T) > 1 by the mean of x = <Q, A Q A>/<Q, Q>, Q the estimated Perron matrix. */
export function testDivergence(
  { process, problem, random, threshold }: DecisionContext,
  perron: Float64Array,
  scoutCount: number,
  left: number,
): Attempt {
  const draw = rayleighSampler(process, perron, problem.dimension);
  const scouts = new Float64Array(scoutCount);
  for (let s = 0; s < scoutCount; s++) scouts[s] = draw(random);
  const { stake, growth } = bestStake(scouts);
  const { expected, limit } = testLimit(growth, threshold, left, scoutCount);
  const test = new MeanAboveOneTest([stake, stake / 2, Math.min(1, stake * 2) * 0.999]);
  let samples = scoutCount;
  let logEvidence = -Infinity;
  while (samples < limit && logEvidence < threshold) {
    const batch = Math.min(64, limit - samples);
    for (let k = 0; k < batch; k++) test.observe(draw(random));
    samples += batch;
    logEvidence = test.logEvidence();
  }
  return { samples, logEvidence, expected, fault: null };
}

/** Draws x = <Q, A Q A>/<Q, Q> = |Q^{1/2} A Q^{1/2}|^2/|Q|^2 for the positive semidefinite part Q of the estimate. */
function rayleighSampler(process: UnlearningProcess, perron: Float64Array, r: number) {
  const { values, rows } = symmetricEigen(perron, r);
  const kept = Array.from(values.keys()).filter((k) => values[k]! > 1e-6 * values[r - 1]!);
  const m = kept.length;
  const directions = new Float64Array(m * r);
  kept.forEach((k, row) => {
    for (let a = 0; a < r; a++) directions[row * r + a] = Math.sqrt(values[k]!) * rows[k * r + a]!;
  });
  const square = kept.reduce((sum, k) => sum + values[k]! ** 2, 0);
  const moved = new Float64Array(m * r);
  const products = new Float64Array(m * m);
  const w = new Float64Array(r);
  return (random: RandomSource): number => {
    stepDirections(process, random, directions, moved, w);
    multiplyTransposed(moved, m, directions, m, r, products);
    let sum = 0;
    for (let k = 0; k < m * m; k++) sum += products[k]! ** 2;
    return sum / square;
  };
}
