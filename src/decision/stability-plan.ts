import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { identityMatrix } from '../linalg/symmetric-eigen.js';
import { transpose } from '../linalg/vectors.js';
import { MatrixMeanBelowTest } from '../statistics/matrix-mean-below.js';
import type { RandomSource } from '../statistics/generator.js';
import { stepsFrom } from '../unlearning/drawn-matrices.js';
import type { UnlearningProcess } from '../unlearning/process.js';
import type { PeriodLaw } from './period-law.js';
import type { Roots } from './step-frame.js';
import type { StepRange } from './step-range.js';

/** The process under test, with the evidence that settles its side. */
export interface DecisionContext {
  readonly process: UnlearningProcess;
  readonly law: PeriodLaw;
  readonly random: RandomSource;
  /** Log evidence at which a verdict falls. */
  readonly threshold: number;
}

/** What a pilot tells of T. */
export interface PilotMoment {
  /** Roots of P = (c - T)^-1 W, W > 0, for c > rho(T); null if P is not safely positive definite. */
  resolvent(c: number): Roots | null;
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

/** What the trials choose. */
interface Choice {
  /** null: no P gives a range, or every decision would take far too many samples. */
  readonly plan: StabilityPlan | null;
  /** Fewest samples that a decision takes whatever the trials say, if lambda_1(E Y) is no lower than the estimated radius. */
  readonly fewest: number;
  /** Whether the trials were drawn. */
  readonly drawn: boolean;
}

/**
 * Tries several P, one after the other, on fresh trial samples and keeps the one with the fastest growing evidence. rho is at
 * most lambda_1(E Y) of any P, so that evidence grows by less than the largest stake times (level - rho): a P is not tried
 * where that is hopeless, and where all are the trials are not drawn.
 */
export function choosePlan(
  { process, law, random, threshold }: DecisionContext,
  moment: PilotMoment,
  radius: number,
  trialCount: number,
  left: number,
): Choice {
  const r = process.minimum.length;
  let trials: readonly Float64Array[] | null = null;
  const norms = new Float64Array(trialCount);
  let best: StabilityPlan | null = null;
  let fewest = Infinity;
  for (const stride of strides(law, MOST_STRIDE)) {
    let products: Float64Array | null = null;
    let fastest: StabilityPlan | null = null;
    for (const fraction of RESOLVENT_FRACTIONS) {
      const roots = moment.resolvent(radius + fraction * (1 - radius));
      if (!roots) continue;
      const bounds = law.range(roots, 0.05 * (1 - radius), stride);
      const level = 1 - bounds.excess;
      const trial = new MatrixMeanBelowTest(r, level, bounds.range);
      const needed = (threshold * stride) / (trial.largestStake() * (level - radius ** stride));
      if (!(needed > 0)) continue;
      fewest = Math.min(fewest, needed);
      if (isFarTooMany(needed, left)) continue;
      trials ??= trialSteps(process, law, random, trialCount);
      products ??= joined(windowProducts(trials, stride, r));
      const sandwich = { left: roots.inverseRoot, right: roots.root };
      trial.observeSandwiches(products, products.length / (r * r), sandwich, norms);
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
  return { plan: best, fewest, drawn: trials !== null };
}

/** Times what is left from which samples are far too many. */
const FAR_TOO_MANY = 20;

/** True if a decision takes so many more samples than are left that no larger pilot will help. */
export function isFarTooMany(samples: number, left: number): boolean {
  return Number.isFinite(samples) && samples > FAR_TOO_MANY * left;
}

/** Matrices of so many fresh periods. */
function trialSteps(
  process: UnlearningProcess,
  law: PeriodLaw,
  random: RandomSource,
  count: number,
): Float64Array[] {
  const r = process.minimum.length;
  const drawn = new Float64Array(count * r * r);
  stepsFrom(process, identityMatrix(r))(random, count, drawn);
  return Array.from({ length: count }, (_, s) => {
    const step = drawn.subarray(s * r * r, (s + 1) * r * r);
    return law.symmetric ? step : transpose(step, r, r);
  });
}

/** Matrices one after the other. */
function joined(matrices: readonly Float64Array[]): Float64Array {
  const [first] = matrices;
  const numbers = new Float64Array(matrices.length * (first?.length ?? 0));
  matrices.forEach((matrix, k) => {
    numbers.set(matrix, k * matrix.length);
  });
  return numbers;
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
