import { multiplyTransposed, multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { identityMatrix, largestEigenvalue } from '../linalg/symmetric-eigen.js';
import { MatrixMeanBelowTest } from '../statistics/matrix-mean-below.js';
import { stepDirections } from '../unlearning/process.js';
import { testLimit, type Attempt, type DecisionContext } from './attempt.js';
import type { MomentEstimate } from './moment-estimate.js';
import { stepRange, type StepRange } from './step-range.js';

/** Fractions of the way from the estimated radius to 1 at which P = (c - T)^-1 I is tried. */
const RESOLVENT_FRACTIONS = [0.15, 0.5, 1, 3, 10, 40];

/** A fixed P with the ranges that follow from it. */
interface StabilityPlan {
  readonly root: Float64Array;
  readonly inverseRoot: Float64Array;
  readonly bounds: StepRange;
  readonly stake: number;
  readonly growth: number;
}

/**
 * Tries to certify rho(T) < 1: chooses P and a stake on scout samples, then tests lambda_1(E Y) < 1 on
 * fresh ones. Draws beyond the size limits count as they are drawn, which only weakens the evidence; the
 * level is lowered by what they may add to E Y at most.
 */
export function testStability(
  context: DecisionContext,
  moment: MomentEstimate,
  radius: number,
  scoutCount: number,
  left: number,
): Attempt {
  const { process, problem, random, threshold } = context;
  const r = problem.dimension;
  const plan = choosePlan(context, moment, radius, scoutCount);
  const { expected, limit } = testLimit(plan?.growth ?? 0, threshold, left, scoutCount);
  let samples = scoutCount;
  let logEvidence = -Infinity;
  if (!plan || limit === 0) return { samples, logEvidence, expected, fault: null };
  const { range, excess, sizeLimit } = plan.bounds;
  const test = new MatrixMeanBelowTest(r, 1 - excess, range);
  const stakes = [plan.stake / 2, plan.stake, Math.min(2 * plan.stake, test.largestStake())];
  const moved = new Float64Array(r * r);
  for (let drawn = 0, next = 64; samples < limit && logEvidence < threshold;) {
    stepDirections(process, random, plan.root, moved);
    const y = sandwich(moved, plan.inverseRoot, r);
    if (isWithin(process.batchSizes(), sizeLimit) && exceeds(y, r, range)) {
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

/** Tries several P on fresh scout samples and keeps the one with the fastest growing evidence. */
function choosePlan(
  { process, problem, eta, random }: DecisionContext,
  moment: MomentEstimate,
  radius: number,
  scoutCount: number,
): StabilityPlan | null {
  const r = problem.dimension;
  const identity = identityMatrix(r);
  const steps = Array.from({ length: scoutCount }, () => {
    const step = new Float64Array(r * r);
    stepDirections(process, random, identity, step);
    return step;
  });
  let best: StabilityPlan | null = null;
  for (const fraction of RESOLVENT_FRACTIONS) {
    const c = radius + fraction * (1 - radius);
    const roots = moment.resolvent(c);
    if (!roots) continue;
    const bounds = stepRange(problem, eta, roots.root, roots.inverseRoot, 0.05 * (1 - radius));
    if (!(bounds.excess < 1)) continue;
    const trial = new MatrixMeanBelowTest(r, 1 - bounds.excess, bounds.range);
    for (const step of steps) {
      trial.observe(sandwich(multiplyTransposed(roots.root, r, step, r, r), roots.inverseRoot, r));
    }
    const { stake, growth } = trial.bestStake();
    if (!best || growth > best.growth) best = { ...roots, bounds, stake, growth };
  }
  return best;
}

/** P^{-1/2} A P A P^{-1/2} from the rows A (P^{1/2})_a. */
function sandwich(moved: Float64Array, inverseRoot: Float64Array, r: number): Float64Array {
  const columns = multiplyTransposed(inverseRoot, r, moved, r, r);
  return multiplyTransposedSymmetric(columns, columns, r, r);
}

function isWithin(
  sizes: { retain: number; forget: number },
  limit: { retain: number; forget: number },
): boolean {
  return sizes.retain <= limit.retain && sizes.forget <= limit.forget;
}

/** Rounding allowed in a computed Y. */
const ROUNDING = 1 + 1e-6;

/** True if lambda_1(Y) is above the range. The largest row sum bounds it and mostly spares the eigenvalues. */
function exceeds(y: Float64Array, r: number, range: number): boolean {
  let largestSum = 0;
  for (let a = 0; a < r; a++) {
    let sum = 0;
    for (let b = 0; b < r; b++) sum += Math.abs(y[a * r + b]!);
    largestSum = Math.max(largestSum, sum);
  }
  if (largestSum <= range * ROUNDING) return false;
  return !(largestEigenvalue(y, r) <= range * ROUNDING);
}
