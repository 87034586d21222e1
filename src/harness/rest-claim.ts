import { choleskySolve } from '../linalg/pivoted-qr.js';
import { largestMagnitude } from '../linalg/symmetric-eigen.js';
import { matrixTimesVector } from '../linalg/vectors.js';
import { curvatureGroups, type ReducedProblem, problemFromSpec, SET_NAMES } from '../theory/problem.js';
import { type Examination, examinedCase, isFarFromThreshold } from './examination.js';
import type { ProblemInstance } from './instance.js';
import { type AffineStep, affineSteps, averagedRuns, type RestRun, type RestSetting } from './rest-runs.js';
import { type Claim, type ClaimKind, type ExaminationSettings, refutedVariants } from './theorem.js';

/** Where the process comes to rest around a minimum that does not fit, and how E|delta|^2 grows otherwise. */
export interface RestClaim extends Claim {
  readonly kind: 'rest';
  applies(problem: ReducedProblem): boolean;
  /** log growth of E|delta|^2 a step. */
  logGrowth(setting: RestSetting): number;
  /** Asked where E|delta|^2 stays bounded: the resting mean of delta and the covariance (p x p) around it. */
  rest(setting: RestSetting): { mean: Float64Array; covariance: Float64Array };
}

/** Claims of rest: compared with the enumeration of all batches by the real step, and with averages of its runs. */
export const restClaims: ClaimKind<RestClaim, ProblemInstance> = {
  name: 'rest',
  about: 'problem',
  needs: 'run',
  wording: {
    testedAs: () => 'rest, spread and growth: every batch of the real step, and averages of its runs',
  },
  // Only what all batches say contradicts.
  certificates: () => 0,
  applies: (claim, problem) => claim.applies(problem),
  examine: examineRest,
};

/** Relative difference up to which computed numbers are the same: both sides solve systems of condition 1/(1 - rho). */
const ROUNDING = 1e-7;

/** Relative difference from which a wrong variant is refuted. */
const APART = 1e-4;

function examineRest(
  claim: RestClaim,
  instance: ProblemInstance,
  settings: ExaminationSettings,
): Examination {
  if (!instance.run) throw new Error('a claim of rest needs gradients or a minimum');
  const { problem, eta } = examinedCase(instance);
  const setting = restSetting(instance, eta);
  const run: RestRun = { ...setting, implementation: settings.implementation };
  const exact = enumerated(affineSteps(run), setting.minimum.length);
  const applies = claim.applies(setting.problem);
  const difference = (one: RestClaim): number =>
    largestDifference({ logGrowth: () => one.logGrowth(setting), rest: () => one.rest(setting) }, exact);
  const off = applies ? difference(claim) : 0;
  const averaged =
    exact.rest && applies
      ? averagedRuns(run, exact.rest, exact.rates, [settings.seed, settings.theoremId])
      : null;
  const outcome = off > ROUNDING ? 'contradict' : averaged && !averaged.inside ? 'inconclusive' : 'agree';
  return {
    predicted: 'undecided',
    observed: null,
    outcome: applies ? outcome : 'undecided',
    eta,
    criticalStep: null,
    etaStar: problem.etaStar,
    logGrowth: problem.exact.growth(eta).logGrowth,
    far: isFarFromThreshold(problem, eta),
    samples: averaged?.steps ?? 0,
    certificates: 0,
    evidence: `apart by ${off.toPrecision(2)} from all batches; ${averaged?.words ?? 'not run: no rest, or one that is reached too slowly'}`,
    refuted: refutedVariants(
      settings.mutants,
      claim,
      (wrong) => wrong.applies(setting.problem) && difference(wrong) > APART,
    ),
    conflict: averaged?.conflict ?? null,
  };
}

/** The setting of an instance in its given parameters. */
export function restSetting({ problem: spec, run = {} }: ProblemInstance, eta: number): RestSetting {
  const full = problemFromSpec(spec);
  const groups = curvatureGroups(full).filter(({ weight }) => weight > 0);
  const p = full.retain.dimension;
  const gradients = SET_NAMES.filter((name) => groups.some((group) => group.name === name)).map((name) =>
    Float64Array.from(
      (run.gradients?.[name] ?? spec[name].map(() => Array.from({ length: p }, () => 0))).flat(),
    ),
  );
  const { alpha, procedure } = full;
  return {
    problem: { dimension: p, alpha, groups, ...(procedure && { procedure }) },
    eta,
    gradients,
    minimum: Float64Array.from({ length: p }, (_, a) => run.minimum?.[a] ?? 0),
  };
}

/** What all batches say. */
interface ExactRest {
  readonly logGrowth: number;
  /** null where there is none. */
  readonly rest: Rest | null;
  /** Rates, a step, at which second moments of deviations shrink and fourth ones do. */
  readonly rates: readonly [second: number, fourth: number];
}

type Rest = ReturnType<RestClaim['rest']>;

/** Squarings of an operator: its radius to the last digits but a few. */
const SQUARINGS = 45;

/** log growth below which a second moment counts as bounded. */
const BOUNDED = 1e-9;

/** What the steps of all batches, each delta -> A delta + b with its probability, make of E(1, delta)(1, delta)^T. */
export function enumerated(steps: readonly AffineStep[], p: number): ExactRest {
  const q = p + 1;
  const linear = (matrix: Float64Array) =>
    Float64Array.from({ length: p * p }, (_, k) => matrix[(Math.floor(k / p) + 1) * q + 1 + (k % p)]!);
  const shift = (matrix: Float64Array) => Float64Array.from({ length: p }, (_, a) => matrix[(a + 1) * q]!);
  const joint = averageOf(steps, (matrix) => kronecker(matrix, q));
  const ofMoment = averageOf(steps, (matrix) => kronecker(linear(matrix), p));
  const logGrowth = logRadius(joint, q * q);
  const rate = logRadius(ofMoment, p * p);
  if (logGrowth > BOUNDED || rate > -BOUNDED) return { logGrowth, rest: null, rates: [rate, Infinity] };
  const mean = fixedPoint(averageOf(steps, linear), averageOf(steps, shift));
  const spread = averageOf(steps, (matrix) => {
    const moved = matrixTimesVector(linear(matrix), mean).map((x, a) => x + shift(matrix)[a]! - mean[a]!);
    return Float64Array.from({ length: p * p }, (_, k) => moved[Math.floor(k / p)]! * moved[k % p]!);
  });
  const rest = { mean, covariance: fixedPoint(ofMoment, spread) };
  return {
    logGrowth,
    rest,
    // By far the most work, and runs alone need it.
    get rates(): ExactRest['rates'] {
      const ofFourth = averageOf(steps, (matrix) => kronecker(kronecker(linear(matrix), p), p * p));
      return [rate, logRadius(ofFourth, p ** 4)];
    },
  };
}

function averageOf(
  steps: readonly AffineStep[],
  value: (matrix: Float64Array) => Float64Array,
): Float64Array {
  const [first, ...rest] = steps.map(({ probability, matrix }) => value(matrix).map((x) => probability * x));
  for (const one of rest) one.forEach((x, k) => (first![k]! += x));
  return first!;
}

/** A (x) A of an n x n matrix. */
function kronecker(a: Float64Array, n: number): Float64Array {
  const m = n * n;
  return Float64Array.from({ length: m * m }, (_, k) => {
    const [row, column] = [Math.floor(k / m), k % m];
    return a[Math.floor(row / n) * n + Math.floor(column / n)]! * a[(row % n) * n + (column % n)]!;
  });
}

/** log of the spectral radius of a matrix with a positive cone, by squaring. */
function logRadius(matrix: Float64Array, n: number): number {
  let power = matrix;
  let log = 0;
  for (let k = 0; k < SQUARINGS; k++) {
    const size = largestMagnitude(power);
    if (!(size > 0)) return -Infinity;
    log += Math.log(size) / 2 ** k;
    power = power.map((x) => x / size);
    const next = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const x = power[i * n + j]!;
        if (x !== 0) for (let l = 0; l < n; l++) next[i * n + l]! += x * power[j * n + l]!;
      }
    }
    power = next;
  }
  return log;
}

/** x = A x + b for a symmetric A below 1. */
function fixedPoint(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  return choleskySolve(
    a.map((x, k) => (k % (n + 1) === 0 ? 1 : 0) - x),
    b,
  )!;
}

/** How far a claim is from the exact numbers: relative to the second moment, for growth absolutely. */
export function largestDifference(
  said: { logGrowth(): number; rest?(): Rest },
  { logGrowth, rest }: ExactRest,
): number {
  const growth = Math.abs(said.logGrowth() - logGrowth);
  if (!rest || !said.rest) return Number.isNaN(growth) ? Infinity : growth;
  const claimed = said.rest();
  const apart = (x: Float64Array, y: Float64Array, scale: number): number =>
    largestMagnitude(x.map((value, k) => value - y[k]!)) / scale;
  const length = largestMagnitude(rest.mean);
  // Without noise the covariance is rounding of the squared mean.
  const moment = length ** 2 + largestMagnitude(rest.covariance);
  const all = [
    growth,
    apart(claimed.mean, rest.mean, Math.sqrt(moment) || 1),
    apart(claimed.covariance, rest.covariance, moment || 1),
  ];
  return all.some(Number.isNaN) ? Infinity : Math.max(...all);
}
