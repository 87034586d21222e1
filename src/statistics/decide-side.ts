import { LuDecomposition, Matrix } from 'ml-matrix';
import type { ReducedProblem } from '../curvature/problem.js';
import { largestEigenpair } from '../linalg/davidson.js';
import { multiplyTransposed, multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { identityMatrix, symmetricEigen } from '../linalg/symmetric-eigen.js';
import { trace } from '../linalg/vectors.js';
import type { RandomSource } from '../random/generator.js';
import { stepDirections, type UnlearningProcess } from '../unlearning/process.js';
import { bestStake, MeanAboveOneTest } from './mean-above-one.js';
import { MatrixMeanBelowTest } from './matrix-mean-below.js';
import { stepRange, type StepRange } from './step-range.js';

/** What the sampled certificate says of E|delta_k|^2. */
export type ObservedSide = 'diverges' | 'stable' | 'inconclusive';

/** Outcome of the statistical decision on one instance. */
export interface SideVerdict {
  readonly side: ObservedSide;
  /** Pairs of batches drawn. */
  readonly samples: number;
  /** Sample estimate of rho(T): no certificate, for display. */
  readonly radiusEstimate: number;
  /** log of the betting capital against the other side; -log(error) is where the verdict falls. */
  readonly logEvidence: number;
  /** Set if a drawn step breaks a bound that the problem guarantees: the code does not do what it says. */
  readonly fault: string | null;
}

export interface DecisionOptions {
  /** Probability that the verdict is wrong, at most, over everything this call does. */
  readonly errorProbability: number;
  /** Pairs of batches to spend before saying inconclusive. */
  readonly maxSamples: number;
}

/** Sizes of the stages: pairs drawn to learn T, pairs drawn to choose P and the stakes, pairs drawn to test. */
const FIRST_PILOT = 400;
const FIRST_SCOUTS = 300;
const PILOT_GROWTH = 5;
const SCOUT_GROWTH = 3;
const MAX_STAGES = 5;

/** Entries of a step matrix from which it counts as overflow. */
const OVERFLOW = 1e75;

/** Fractions of the way from the estimated radius to 1 at which P = (c - T)^-1 I is tried. */
const RESOLVENT_FRACTIONS = [0.15, 0.5, 1, 3, 10, 40];

/**
 * Decides by sampling on which side rho(T) = 1 the process is, with a non-asymptotic error bound and
 * without the exact operator: T is self-adjoint and completely positive, so one-step samples suffice.
 *
 * A pilot estimates T. If its radius exceeds 1, `MeanAboveOneTest` runs on x = <Q, A Q A>/<Q, Q>, Q the
 * estimated Perron matrix (rho >= E x); otherwise `MatrixMeanBelowTest` runs on Y = P^{-1/2} A P A P^{-1/2}
 * (rho <= lambda_1(E Y)) with P = (c - T)^-1 I. Pilots, choices and tests use different samples. An
 * undecided stage is followed by a larger one, at most MAX_STAGES; each stage and each side gets an
 * equal part of the error probability, so the sum over everything that could go wrong is at most it.
 */
export function decideSide(
  process: UnlearningProcess,
  problem: ReducedProblem,
  eta: number,
  random: RandomSource,
  options: DecisionOptions,
): SideVerdict {
  const threshold = Math.log((2 * MAX_STAGES) / options.errorProbability);
  const moment = new MomentEstimate(problem.dimension);
  const context = { process, problem, eta, random, threshold };
  let samples = 0;
  let attempt: Attempt = { samples: 0, logEvidence: -Infinity, expected: Infinity, fault: null };
  for (let stage = 0; stage < MAX_STAGES; stage++) {
    const pilot = Math.min(
      FIRST_PILOT * PILOT_GROWTH ** stage,
      Math.floor((options.maxSamples - samples) / 5),
    );
    const scouts = Math.min(FIRST_SCOUTS * SCOUT_GROWTH ** stage, pilot);
    if (pilot < FIRST_SCOUTS || isHopeless(attempt, stage, options.maxSamples - samples)) break;
    if (moment.draw(process, random, pilot)) {
      // x >= 1e150 has probability at most 1e-150 if E x <= 1 (Markov).
      return overflowVerdict(samples + pilot);
    }
    samples += pilot;
    const top = moment.perron();
    const left = options.maxSamples - samples;
    attempt =
      top.value > 1
        ? testDivergence(context, top.perron, scouts, left)
        : testStability(context, moment, top.value, scouts, left);
    samples += attempt.samples;
    const verdict = {
      samples,
      radiusEstimate: top.value,
      logEvidence: attempt.logEvidence,
      fault: attempt.fault,
    };
    if (attempt.fault) return { side: 'inconclusive', ...verdict };
    if (attempt.logEvidence >= threshold) return { side: top.value > 1 ? 'diverges' : 'stable', ...verdict };
  }
  const { logEvidence } = attempt;
  return { side: 'inconclusive', samples, radiusEstimate: moment.perron().value, logEvidence, fault: null };
}

/** What every stage works on. */
interface DecisionContext {
  readonly process: UnlearningProcess;
  readonly problem: ReducedProblem;
  readonly eta: number;
  readonly random: RandomSource;
  /** Log evidence at which a verdict falls. */
  readonly threshold: number;
}

function overflowVerdict(samples: number): SideVerdict {
  return { side: 'diverges', samples, radiusEstimate: Number.MAX_VALUE, logEvidence: 345, fault: null };
}

/** True if a well-scouted attempt asked for far more samples than are left: larger pilots will not help. */
function isHopeless(attempt: Attempt, stage: number, left: number): boolean {
  return stage > 2 && Number.isFinite(attempt.expected) && attempt.expected > 20 * left;
}

interface Attempt {
  readonly samples: number;
  /** Samples that a decision was expected to take, by the scouts. */
  readonly expected: number;
  readonly logEvidence: number;
  readonly fault: string | null;
}

/** Sample mean of A (x) A, as the matrix of M -> A M A on vec(M). */
class MomentEstimate {
  private readonly sum: Float64Array;
  private count = 0;

  constructor(private readonly r: number) {
    this.sum = new Float64Array(r ** 4);
  }

  /** Adds `count` drawn steps; true if one of them left the number range. */
  draw(process: UnlearningProcess, random: RandomSource, count: number): boolean {
    const { r, sum } = this;
    const identity = identityMatrix(r);
    const step = new Float64Array(r * r);
    for (let s = 0; s < count; s++) {
      stepDirections(process, random, identity, step);
      if (!step.every((x) => Math.abs(x) < OVERFLOW)) return true;
      for (let a = 0, k = 0; a < r; a++) {
        for (let b = 0; b < r; b++) {
          for (let c = 0; c < r; c++) {
            const left = step[a * r + c]!;
            for (let d = 0; d < r; d++) sum[k++]! += left * step[b * r + d]!;
          }
        }
      }
    }
    this.count += count;
    return false;
  }

  apply(m: Float64Array, out: Float64Array): void {
    const n = this.r ** 2;
    for (let k = 0; k < n; k++) {
      let total = 0;
      for (let l = 0; l < n; l++) total += this.sum[k * n + l]! * m[l]!;
      out[k] = total / this.count;
    }
  }

  perron(): { value: number; perron: Float64Array } {
    const { r } = this;
    const top = largestEigenpair((m, out) => this.apply(m, out), identityMatrix(r), {
      tolerance: 1e-9,
    });
    const sign = trace(top.vector, r) < 0 ? -1 : 1;
    return { value: top.value, perron: top.vector.map((x) => sign * x) };
  }

  /** P = (c - T)^-1 I, symmetrised; null if there is none or it is not positive definite. */
  resolvent(c: number): { root: Float64Array; inverseRoot: Float64Array } | null {
    const { r } = this;
    const n = r * r;
    const system = new Matrix(n, n);
    for (let k = 0; k < n; k++) {
      for (let l = 0; l < n; l++) system.set(k, l, (k === l ? c : 0) - this.sum[k * n + l]! / this.count);
    }
    const decomposition = new LuDecomposition(system);
    if (decomposition.isSingular()) return null;
    const solution = decomposition.solve(Matrix.columnVector(Array.from(identityMatrix(r)))).to1DArray();
    const p = new Float64Array(n);
    for (let a = 0; a < r; a++) {
      for (let b = 0; b < r; b++) p[a * r + b] = (solution[a * r + b]! + solution[b * r + a]!) / 2;
    }
    return matrixRoots(p, r);
  }
}

/** P^{1/2} and P^{-1/2}, or null unless P is safely positive definite. */
function matrixRoots(p: Float64Array, r: number) {
  const { values, rows } = symmetricEigen(p, r);
  if (!(values[0]! > 1e-12 * values[r - 1]!)) return null;
  const spectral = (f: (x: number) => number): Float64Array => {
    const out = new Float64Array(r * r);
    for (let k = 0; k < r; k++) {
      const weight = f(values[k]!);
      for (let a = 0; a < r; a++) {
        for (let b = 0; b < r; b++) out[a * r + b]! += weight * rows[k * r + a]! * rows[k * r + b]!;
      }
    }
    return out;
  };
  return { root: spectral(Math.sqrt), inverseRoot: spectral((x) => 1 / Math.sqrt(x)) };
}

function testDivergence(
  { process, problem, random, threshold }: DecisionContext,
  perron: Float64Array,
  scoutCount: number,
  left: number,
): Attempt {
  const draw = rayleighSampler(process, perron, problem.dimension);
  const scouts = Array.from({ length: scoutCount }, () => draw(random));
  const { stake, growth } = bestStake(scouts);
  const { expected, limit } = testLimit(growth, threshold, left, scoutCount);
  const test = new MeanAboveOneTest([stake, stake / 2, Math.min(1, stake * 2) * 0.999]);
  let samples = scoutCount;
  let logEvidence = -Infinity;
  while (samples < limit && logEvidence < threshold) {
    for (let k = 0; k < 64; k++) test.observe(draw(random));
    samples += 64;
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

/** A fixed P with the ranges that follow from it. */
interface StabilityPlan {
  readonly root: Float64Array;
  readonly inverseRoot: Float64Array;
  readonly bounds: StepRange;
  readonly stake: number;
  readonly growth: number;
}

function testStability(
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
  const test = new MatrixMeanBelowTest(r, 1 - plan.bounds.excess, plan.bounds.range);
  const stakes = [plan.stake / 2, plan.stake, Math.min(2 * plan.stake, test.largestStake())];
  const draw = sandwichSampler(process, plan, r);
  for (let drawn = 0, next = 64; samples < limit && logEvidence < threshold;) {
    const y = draw(random);
    if (y !== null && exceeds(y, r, plan.bounds.range)) {
      const fault = `a drawn step exceeds the range ${plan.bounds.range.toPrecision(6)} that the problem guarantees`;
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
  const steps: { step: Float64Array; sizes: { retain: number; forget: number } }[] = [];
  for (let s = 0; s < scoutCount; s++) {
    const step = new Float64Array(r * r);
    stepDirections(process, random, identity, step);
    steps.push({ step, sizes: process.batchSizes() });
  }
  let best: StabilityPlan | null = null;
  for (const fraction of RESOLVENT_FRACTIONS) {
    const c = radius + fraction * (1 - radius);
    const roots = moment.resolvent(c);
    if (!roots) continue;
    const bounds = stepRange(problem, eta, roots.root, roots.inverseRoot, 0.05 * (1 - radius));
    if (!(bounds.excess < 1)) continue;
    const trial = new MatrixMeanBelowTest(r, 1 - bounds.excess, bounds.range);
    for (const { step, sizes } of steps) {
      const moved = multiplyTransposed(roots.root, r, step, r, r);
      trial.observe(isWithin(sizes, bounds.sizeLimit) ? sandwich(moved, roots.inverseRoot, r) : null);
    }
    const { stake, growth } = trial.bestStake();
    if (!best || growth > best.growth) best = { ...roots, bounds, stake, growth };
  }
  return best;
}

/** Draws Y = G G^T, G = P^{-1/2} A P^{1/2}; null for batches beyond the size limits. */
function sandwichSampler(process: UnlearningProcess, plan: StabilityPlan, r: number) {
  const moved = new Float64Array(r * r);
  return (random: RandomSource): Float64Array | null => {
    stepDirections(process, random, plan.root, moved);
    if (!isWithin(process.batchSizes(), plan.bounds.sizeLimit)) return null;
    return sandwich(moved, plan.inverseRoot, r);
  };
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

/** A diagonal entry above the range proves that lambda_1(Y) is. */
function exceeds(y: Float64Array, r: number, range: number): boolean {
  for (let a = 0; a < r; a++) if (!(y[a * r + a]! <= range * (1 + 1e-6))) return true;
  return false;
}

/**
 * How many samples a test may take: three times what the speed of the evidence on the scouts asks for,
 * and none if that is more than are left or than the scouts can promise (a larger pilot is better spent).
 */
function testLimit(
  growth: number,
  threshold: number,
  left: number,
  scoutCount: number,
): { expected: number; limit: number } {
  const expected = growth > 0 ? threshold / growth : Infinity;
  if (expected > left || expected > 60 * scoutCount) return { expected, limit: 0 };
  return { expected, limit: Math.min(left, 3 * expected + 640) };
}
