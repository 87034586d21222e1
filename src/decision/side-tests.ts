import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { sandwiches } from '../linalg/sandwich-sums.js';
import { identityMatrix, largestEigenvalue, symmetricEigen } from '../linalg/symmetric-eigen.js';
import { transpose } from '../linalg/vectors.js';
import type { RandomSource } from '../statistics/generator.js';
import { bestStake, MeanAboveOneTest } from '../statistics/betting-tests.js';
import { MatrixMeanBelowTest } from '../statistics/matrix-mean-below.js';
import { productsFrom, stepsFrom } from '../unlearning/drawn-matrices.js';
import type { UnlearningProcess } from '../unlearning/process.js';
import { LOT } from '../unlearning/steps-together.js';
import type { PeriodLaw } from './period-law.js';
import type { StepRange } from './step-range.js';
import type { Roots } from './step-frame.js';

/** The process under test, with the evidence that settles its side. */
export interface DecisionContext {
  readonly process: UnlearningProcess;
  readonly law: PeriodLaw;
  readonly random: RandomSource;
  /** Log evidence at which a verdict falls. */
  readonly threshold: number;
}

/** What a pilot tells of T. */
interface PilotMoment {
  /** Roots of P = (c - T)^-1 W, W > 0, for c > rho(T); null if P is not safely positive definite. */
  resolvent(c: number): Roots | null;
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

/** Fractions of the way from the estimated radius to 1 at which P = (c - T)^-1 I is tried. */
const RESOLVENT_FRACTIONS = [0.15, 0.5, 1, 3, 10, 40];

/** Share of the fastest evidence so far below which no further P is tried: it hardly ever has a second peak. */
const FALLEN = 0.85;

/** Relative difference in the speed of the evidence that is rounding: all P do alike, as with r = 1. */
const SAME_SPEED = 1e-9;

/** Products of trials that are looked at to choose from. */
const MOST_WINDOWS = 3000;

/** Periods that one sample of a certificate of stability may take: over more, ranges multiply. */
const MOST_STRIDE = 4;

/** A fixed P and number of periods, with the ranges that follow from them. */
interface StabilityPlan extends Roots {
  readonly stride: number;
  readonly bounds: StepRange;
  readonly stake: number;
  /** Of the evidence, by period. */
  readonly growth: number;
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
  const plan = choosePlan(context, moment, radius, trialCount);
  const { expected, limit } = testLimit(plan?.growth ?? 0, threshold, left, trialCount, plan?.stride);
  let samples = trialCount;
  let logEvidence = -Infinity;
  if (!plan || limit === 0) return { samples, logEvidence, expected, fault: null };
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

/** Tries several P, one after the other, on fresh trial samples and keeps the one with the fastest growing evidence. */
function choosePlan(
  { process, law, random, threshold }: DecisionContext,
  moment: PilotMoment,
  radius: number,
  trialCount: number,
): StabilityPlan | null {
  const r = process.minimum.length;
  const drawn = new Float64Array(trialCount * r * r);
  stepsFrom(process, identityMatrix(r))(random, trialCount, drawn);
  const steps = Array.from({ length: trialCount }, (_, s) => {
    const step = drawn.subarray(s * r * r, (s + 1) * r * r);
    return law.symmetric ? step : transpose(step, r, r);
  });
  const norms = new Float64Array(trialCount);
  let best: StabilityPlan | null = null;
  for (const stride of strides(law, MOST_STRIDE)) {
    const windows = windowProducts(steps, stride, r);
    const products = new Float64Array(windows.length * r * r);
    windows.forEach((window, k) => products.set(window, k * r * r));
    let fastest: StabilityPlan | null = null;
    for (const fraction of RESOLVENT_FRACTIONS) {
      const roots = moment.resolvent(radius + fraction * (1 - radius));
      if (!roots) continue;
      const bounds = law.range(roots, 0.05 * (1 - radius), stride);
      if (!(bounds.excess < 1)) continue;
      const trial = new MatrixMeanBelowTest(r, 1 - bounds.excess, bounds.range);
      const sandwich = { left: roots.inverseRoot, right: roots.root };
      trial.observeSandwiches(products, windows.length, sandwich, norms);
      const found = trial.bestStake();
      const growth = found.growth / stride;
      // A test no longer than the trials is begun: one more P would cost as much as it could save.
      const last = threshold <= growth * trialCount || (fastest !== null && isNoUse(growth, fastest.growth));
      if (!fastest || growth > fastest.growth) {
        fastest = { ...roots, stride, bounds, stake: found.stake, growth };
      }
      if (last) break;
    }
    if (best && !(fastest && fastest.growth > best.growth)) break;
    best = fastest;
    if (best && threshold <= best.growth * trialCount) break;
  }
  return best;
}

/** Numbers of periods that one sample may take: several with momentum, whose single steps tell little. */
export function strides({ memory }: PeriodLaw, most: number): number[] {
  return [1, 2, 4, 8, 16].filter(
    (stride) => stride === 1 || (memory > 2 && stride <= Math.min(most, memory)),
  );
}

/** Products B_{s+k-1} .. B_s of so many successive matrices (m x m), at most MOST_WINDOWS of several. */
export function windowProducts(
  steps: readonly Float64Array[],
  stride: number,
  m: number,
): readonly Float64Array[] {
  if (stride === 1) return steps;
  const between = Math.ceil(steps.length / MOST_WINDOWS);
  const products: Float64Array[] = [];
  for (let from = 0; from + stride <= steps.length; from += between) {
    let product = transpose(steps[from]!, m, m);
    // Rows of the transposed product: those of the next factor on its left.
    for (let k = 1; k < stride; k++) product = multiplyTransposed(product, m, steps[from + k]!, m, m);
    products.push(transpose(product, m, m));
  }
  return products;
}

/** True if a growth of the evidence shows that further P will not improve on the fastest so far. */
function isNoUse(growth: number, fastest: number): boolean {
  return growth < FALLEN * fastest || Math.abs(growth - fastest) <= SAME_SPEED * Math.abs(fastest);
}

/** Rounding allowed in a computed Y. */
const STEP_ROUNDING = 1 + 1e-6;

/** True if lambda_1(Y) is above the range, for Y = C C^T, C = L M^T. */
function exceeds(moved: Float64Array, left: Float64Array, r: number, range: number): boolean {
  const y = sandwiches(r)(moved, left);
  return !(largestEigenvalue(y, r) <= range * STEP_ROUNDING);
}
