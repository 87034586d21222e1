import { multiplyTransposed, multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { identityMatrix, largestEigenvalue, symmetricEigen } from '../linalg/symmetric-eigen.js';
import type { RandomSource } from '../random/generator.js';
import { bestStake, MatrixMeanBelowTest, MeanAboveOneTest } from '../statistics/betting-tests.js';
import type { ReducedProblem } from '../theory/problem.js';
import { stepDirections, type UnlearningProcess } from '../unlearning/process.js';
import type { MomentEstimate } from './moment-estimate.js';
import { stepRange, type StepRange } from './step-range.js';

/** The process under test, with the evidence that settles its side. */
interface DecisionContext {
  readonly process: UnlearningProcess;
  readonly problem: ReducedProblem;
  readonly eta: number;
  readonly random: RandomSource;
  /** Log evidence at which a verdict falls. */
  readonly threshold: number;
}

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
 * How many samples a test may take: three times what the speed of the evidence on the trials asks for,
 * and none if that is more than are left or than the trials can foresee (a larger pilot is better spent).
 */
function testLimit(
  growth: number,
  threshold: number,
  left: number,
  trialCount: number,
): { expected: number; limit: number } {
  const expected = growth > 0 ? threshold / growth : Infinity;
  if (expected > left || expected > FORESIGHT * trialCount) return { expected, limit: 0 };
  return { expected, limit: Math.min(left, Math.ceil(3 * expected) + 640) };
}

/** Tries to certify rho(T) > 1 by the mean of x = <Q, A Q A>/<Q, Q>, Q the estimated Perron matrix. */
export function testDivergence(
  { process, problem, random, threshold }: DecisionContext,
  perron: Float64Array,
  trialCount: number,
  left: number,
): Attempt {
  const draw = rayleighSampler(process, perron, problem.dimension);
  const trials = new Float64Array(trialCount);
  for (let s = 0; s < trialCount; s++) trials[s] = draw(random);
  const { stake, growth } = bestStake(trials);
  const { expected, limit } = testLimit(growth, threshold, left, trialCount);
  const test = new MeanAboveOneTest([stake, stake / 2, Math.min(1, stake * 2) * 0.999]);
  let samples = trialCount;
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
  return (random: RandomSource): number => {
    stepDirections(process, random, directions, moved);
    multiplyTransposed(moved, m, directions, m, r, products);
    let sum = 0;
    for (let k = 0; k < m * m; k++) sum += products[k]! ** 2;
    return sum / square;
  };
}

/** Fractions of the way from the estimated radius to 1 at which P = (c - T)^-1 I is tried. */
const RESOLVENT_FRACTIONS = [0.15, 0.5, 1, 3, 10, 40];

/** Share of the fastest evidence so far below which no further P is tried: it hardly ever has a second peak. */
const FALLEN = 0.85;

/** Relative difference in the speed of the evidence that is rounding: all P do alike, as with r = 1. */
const SAME_SPEED = 1e-9;

/** A fixed P with the ranges that follow from it. */
interface StabilityPlan {
  readonly root: Float64Array;
  readonly inverseRoot: Float64Array;
  readonly bounds: StepRange;
  readonly stake: number;
  readonly growth: number;
}

/**
 * Tries to certify rho(T) < 1: chooses P and a stake on trial samples, then tests lambda_1(E Y) < 1 on
 * fresh ones. Draws beyond the size limits count as they are drawn, which only weakens the evidence; the
 * level is lowered by what they may add to E Y at most.
 */
export function testStability(
  context: DecisionContext,
  moment: MomentEstimate,
  radius: number,
  trialCount: number,
  left: number,
): Attempt {
  const { process, problem, random, threshold } = context;
  const r = problem.dimension;
  const plan = choosePlan(context, moment, radius, trialCount);
  const { expected, limit } = testLimit(plan?.growth ?? 0, threshold, left, trialCount);
  let samples = trialCount;
  let logEvidence = -Infinity;
  if (!plan || limit === 0) return { samples, logEvidence, expected, fault: null };
  const { range, excess, sizeLimit } = plan.bounds;
  const test = new MatrixMeanBelowTest(r, 1 - excess, range);
  const stakes = [plan.stake / 2, plan.stake, Math.min(2 * plan.stake, test.largestStake())];
  const moved = new Float64Array(r * r);
  const sandwich = sandwiches(r);
  for (let drawn = 0, next = 64; samples < limit && logEvidence < threshold;) {
    stepDirections(process, random, plan.root, moved);
    const y = sandwich(moved, plan.inverseRoot);
    const { retain, forget } = process.batchSizes();
    if (retain <= sizeLimit.retain && forget <= sizeLimit.forget && exceeds(y, r, range)) {
      const fault = `a drawn step exceeds the range ${range.toPrecision(6)} that the problem guarantees`;
      return { samples, logEvidence, expected, fault };
    }
    test.observe(y);
    samples++;
    if (++drawn === next) {
      logEvidence = test.logEvidence(stakes);
      next = Math.ceil(next * 1.15);
    }
  }
  return { samples, logEvidence, expected, fault: null };
}

/** Tries several P, one after the other, on fresh trial samples and keeps the one with the fastest growing evidence. */
function choosePlan(
  { process, problem, eta, random, threshold }: DecisionContext,
  moment: MomentEstimate,
  radius: number,
  trialCount: number,
): StabilityPlan | null {
  const r = problem.dimension;
  const identity = identityMatrix(r);
  const steps = Array.from({ length: trialCount }, () => {
    const step = new Float64Array(r * r);
    stepDirections(process, random, identity, step);
    return step;
  });
  const moved = new Float64Array(r * r);
  const sandwich = sandwiches(r);
  let best: StabilityPlan | null = null;
  for (const fraction of RESOLVENT_FRACTIONS) {
    const c = radius + fraction * (1 - radius);
    const roots = moment.resolvent(c);
    if (!roots) continue;
    const bounds = stepRange(problem, eta, roots.root, roots.inverseRoot, 0.05 * (1 - radius));
    if (!(bounds.excess < 1)) continue;
    const trial = new MatrixMeanBelowTest(r, 1 - bounds.excess, bounds.range);
    for (const step of steps) {
      multiplyTransposed(roots.root, r, step, r, r, moved);
      trial.observe(sandwich(moved, roots.inverseRoot));
    }
    const { stake, growth } = trial.bestStake();
    // A test no longer than the trials is begun: one more P would cost as much as it could save.
    const last = threshold <= growth * trialCount || (best !== null && isNoUse(growth, best.growth));
    if (!best || growth > best.growth) best = { ...roots, bounds, stake, growth };
    if (last) break;
  }
  return best;
}

/** True if a growth of the evidence shows that further P will not improve on the fastest so far. */
function isNoUse(growth: number, fastest: number): boolean {
  return growth < FALLEN * fastest || Math.abs(growth - fastest) <= SAME_SPEED * Math.abs(fastest);
}

/** Makes P^{-1/2} A P A P^{-1/2} from the rows A (P^{1/2})_a, always in the same array. */
function sandwiches(r: number): (moved: Float64Array, inverseRoot: Float64Array) => Float64Array {
  const columns = new Float64Array(r * r);
  const y = new Float64Array(r * r);
  return (moved, inverseRoot) => {
    multiplyTransposed(inverseRoot, r, moved, r, r, columns);
    return multiplyTransposedSymmetric(columns, columns, r, r, y);
  };
}

/** Rounding allowed in a computed Y. */
const STEP_ROUNDING = 1 + 1e-6;

/**
 * True if lambda_1(Y) is above the range. The largest row sum and the Frobenius norm bound it, Y near the identity
 * and Y near rank one, and mostly spare the eigenvalues.
 */
function exceeds(y: Float64Array, r: number, range: number): boolean {
  let largestSum = 0;
  let squares = 0;
  for (let a = 0; a < r; a++) {
    let sum = 0;
    for (let k = a * r; k < (a + 1) * r; k++) {
      sum += Math.abs(y[k]!);
      squares += y[k]! * y[k]!;
    }
    largestSum = Math.max(largestSum, sum);
  }
  if (Math.min(largestSum, Math.sqrt(squares)) <= range * STEP_ROUNDING) return false;
  return !(largestEigenvalue(y, r) <= range * STEP_ROUNDING);
}
