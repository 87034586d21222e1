import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { sandwiches } from '../linalg/sandwich-sums.js';
import { largestEigenvalue, symmetricEigen } from '../linalg/symmetric-eigen.js';
import type { RandomSource } from '../statistics/generator.js';
import { bestStake, MeanAboveOneTest } from '../statistics/betting-tests.js';
import { MatrixMeanBelowTest } from '../statistics/matrix-mean-below.js';
import { productsFrom, stepsFrom } from '../unlearning/drawn-matrices.js';
import type { UnlearningProcess } from '../unlearning/process.js';
import { LOT } from '../unlearning/steps-together.js';
import { choosePlan, type DecisionContext, type PilotMoment } from './stability-plan.js';

/** Outcome of one attempt to certify a side. */
export interface Attempt {
  /** Pairs of batches drawn. */
  readonly samples: number;
  readonly logEvidence: number;
  /** Samples that a decision was expected to take, by the trials. */
  readonly expected: number;
  /** A bound of the problem that a drawn step breaks, in words; null while there is none. */
  readonly fault: string | null;
}

/** Up to this many times their own number the trials foresee how many samples a test takes. */
const FORESIGHT = 60;

/**
 * How many pairs of batches an attempt may take, its trials among them: three times what the speed of the evidence on the
 * trials asks for, and none if that is more than are left or than the trials can foresee (a larger pilot is better spent).
 *
 * @param growth of the evidence, by period. @param stride periods of a sample, which is drawn whole or not at all.
 */
export function testLimit(
  growth: number,
  threshold: number,
  left: number,
  trialCount: number,
  stride = 1,
): { expected: number; limit: number } {
  const expected = growth > 0 ? threshold / growth : Infinity;
  if (expected > left || expected > FORESIGHT * trialCount) return { expected, limit: 0 };
  const wanted = Math.ceil((Math.ceil(3 * expected) + 640 - trialCount) / stride);
  const possible = Math.floor((left - trialCount) / stride);
  return { expected, limit: trialCount + stride * Math.min(wanted, possible) };
}

/** Tries to certify rho(T) > 1 of a self-adjoint T by the mean of x = <Q, B Q B^T>/<Q, Q>, Q the estimated Perron matrix. */
export function testDivergence(
  { process, random, threshold }: Omit<DecisionContext, 'law'>,
  perron: Float64Array,
  trialCount: number,
  left: number,
): Attempt {
  const draw = rayleighSampler(process, perron, process.minimum.length);
  const trials = new Float64Array(trialCount);
  for (let s = 0; s < trialCount; s += LOT) draw(random, trials.subarray(s, s + LOT));
  const { stake, growth } = bestStake(trials);
  const { expected, limit } = testLimit(growth, threshold, left, trialCount);
  const test = new MeanAboveOneTest([stake, stake / 2, Math.min(1, stake * 2) * 0.999]);
  const drawn = new Float64Array(LOT);
  let samples = trialCount;
  let logEvidence = -Infinity;
  while (samples < limit && logEvidence < threshold) {
    const lot = drawn.subarray(0, limit - samples);
    draw(random, lot);
    for (const x of lot) test.observe(x);
    samples += lot.length;
    logEvidence = test.logEvidence();
  }
  return { samples, logEvidence, expected, fault: null };
}

/** Draws up to `LOT` x = <Q, B Q B^T>/<Q, Q> = |Q^{1/2} B Q^{1/2}|^2/|Q|^2 for the positive semidefinite part Q of the estimate. */
function rayleighSampler(process: UnlearningProcess, perron: Float64Array, r: number) {
  const { values, rows } = symmetricEigen(perron, r);
  const kept = Array.from(values.keys()).filter((k) => values[k]! > 1e-6 * values[r - 1]!);
  const m = kept.length;
  const directions = new Float64Array(m * r);
  kept.forEach((k, row) => {
    for (let a = 0; a < r; a++) directions[row * r + a] = Math.sqrt(values[k]!) * rows[k * r + a]!;
  });
  const square = kept.reduce((sum, k) => sum + values[k]! ** 2, 0);
  const step = stepsFrom(process, directions);
  const moved = new Float64Array(LOT * m * r);
  const products = new Float64Array(LOT * m * m);
  return (random: RandomSource, out: Float64Array): void => {
    const { length } = out;
    step(random, length, moved);
    multiplyTransposed(moved, length * m, directions, m, r, products);
    for (let s = 0, k = 0; s < length; s++) {
      let sum = 0;
      for (const end = k + m * m; k < end; k++) sum += products[k]! ** 2;
      out[s] = sum / square;
    }
  };
}

/**
 * Tries to certify rho(T) < 1: chooses P, a number of periods and a stake on trial samples, then tests lambda_1(E Y) < 1 on
 * fresh ones. Draws beyond the size limits count as they are drawn, which only weakens the evidence; the
 * level is lowered by what they may add to E Y at most.
 */
export function testStability(
  context: DecisionContext,
  moment: PilotMoment,
  radius: number,
  trialCount: number,
  left: number,
): Attempt {
  const { process, random, threshold } = context;
  const r = process.minimum.length;
  const { plan, fewest, drawn: tried } = choosePlan(context, moment, radius, trialCount, left);
  let samples = tried ? trialCount : 0;
  let logEvidence = -Infinity;
  if (!plan) return { samples, logEvidence, expected: fewest, fault: null };
  const { expected, limit } = testLimit(plan.growth, threshold, left, trialCount, plan.stride);
  if (limit === 0) return { samples, logEvidence, expected, fault: null };
  const { range, excess, sizeLimit } = plan.bounds;
  const test = new MatrixMeanBelowTest(r, 1 - excess, range);
  const stakes = [plan.stake / 2, plan.stake, Math.min(2 * plan.stake, test.largestStake())];
  const draw = productsFrom(process, plan.root, plan.stride);
  const sandwich = { left: plan.inverseRoot, right: null };
  const lot = new Float64Array(LOT * r * r);
  const [norms, within] = [new Float64Array(LOT), new Uint8Array(LOT)];
  for (let drawn = 0, next = 64; samples < limit && logEvidence < threshold;) {
    const count = Math.min(LOT, next - drawn, (limit - samples) / plan.stride);
    within.fill(1);
    draw(random, count, lot, (s) => {
      const { retain, forget } = process.batchSizes();
      if (!(retain <= sizeLimit.retain && forget <= sizeLimit.forget)) within[s] = 0;
    });
    test.observeSandwiches(lot, count, sandwich, norms);
    samples += count * plan.stride;
    for (let s = 0; s < count; s++) {
      if (!within[s] || norms[s]! <= range * STEP_ROUNDING) continue;
      if (!exceeds(lot.subarray(s * r * r, (s + 1) * r * r), plan.inverseRoot, r, range)) continue;
      const fault = `a drawn step exceeds the range ${range.toPrecision(6)} that the problem guarantees`;
      return { samples, logEvidence, expected, fault };
    }
    drawn += count;
    if (drawn === next) {
      logEvidence = test.logEvidence(stakes);
      next = Math.ceil(next * 1.15);
    }
  }
  return { samples, logEvidence, expected, fault: null };
}

/** Rounding allowed in a computed Y. */
const STEP_ROUNDING = 1 + 1e-6;

/** True if lambda_1(Y) is above the range, for Y = C C^T, C = L M^T. */
function exceeds(moved: Float64Array, left: Float64Array, r: number, range: number): boolean {
  const y = sandwiches(r)(moved, left);
  return !(largestEigenvalue(y, r) <= range * STEP_ROUNDING);
}
