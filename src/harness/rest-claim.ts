import { dot, trace } from '../linalg/vectors.js';
import { randomSource } from '../statistics/generator.js';
import { studentInterval } from '../statistics/intervals.js';
import { emptySet, groupNamed, type ReducedProblem, type SetName } from '../theory/problem.js';
import type { Batch } from '../unlearning/batch-sampler.js';
import { tiltedQuadratic } from '../unlearning/factor-quadratic.js';
import { type UnlearningImplementation, unlearningProcess } from '../unlearning/process.js';
import type { StepSettings } from '../unlearning/step.js';
import {
  type AffineStep,
  enumerated,
  largestDifference,
  type NamedBatches,
  type Rest,
  type RestSetting,
  restSetting,
  stepsOfAllBatches,
} from './exact-rest.js';
import { besideThreshold, type Examination, examinedCase } from './examination.js';
import type { ProblemInstance } from './instance.js';
import { type Claim, type ClaimKind, type ExaminationSettings, refutedVariants } from './theorem.js';

/** Where the process comes to rest around a minimum that does not fit, and how E|delta|^2 grows otherwise. */
export interface RestClaim extends Claim {
  readonly kind: 'rest';
  applies(problem: ReducedProblem): boolean;
  /** log growth of E|delta|^2 a step. */
  logGrowth(setting: RestSetting): number;
  /** Asked where E|delta|^2 stays bounded. */
  rest(setting: RestSetting): Rest;
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
const MOMENT_ROUNDING = 1e-7;

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
  const outcome =
    off > MOMENT_ROUNDING ? 'contradict' : averaged && !averaged.inside ? 'inconclusive' : 'agree';
  return {
    predicted: 'undecided',
    observed: null,
    outcome: applies ? outcome : 'undecided',
    ...besideThreshold(problem, eta),
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

/** A setting and the code that is put to the test. */
export interface RestRun extends RestSetting {
  readonly implementation: UnlearningImplementation;
}

/** The real step with every pair of batches, found by its effect on w* and on w* + e_a. */
export function affineSteps(run: RestRun): AffineStep[] {
  const settings = stepSettings(run);
  return stepsOfAllBatches(run.problem, (batches) => affineStep(run, settings, batches));
}

function affineStep(
  { minimum, implementation }: RestRun,
  settings: StepSettings,
  { retain, forget }: NamedBatches,
): Float64Array {
  const p = minimum.length;
  const q = p + 1;
  const batch = (samples: readonly number[] | null): Batch => {
    const indices = Int32Array.from(samples ?? []);
    return { indices, size: indices.length };
  };
  const matrix = new Float64Array(q * q);
  matrix[0] = 1;
  for (let column = 0; column < q; column++) {
    const w = minimum.slice();
    if (column > 0) w[column - 1]! += 1;
    implementation.step(settings, batch(retain), batch(forget), w, new Float64Array(p));
    for (let a = 0; a < p; a++) {
      const offset = column > 0 ? matrix[(a + 1) * q]! : 0;
      matrix[(a + 1) * q + column] = w[a]! - minimum[a]! - offset;
    }
  }
  return matrix;
}

function stepSettings({ problem, eta, gradients, minimum }: RestRun): StepSettings {
  const p = minimum.length;
  const model = (name: SetName) => {
    const g = problem.groups.findIndex((group) => group.name === name);
    return tiltedQuadratic(
      problem.groups[g]?.samples ?? emptySet(p),
      minimum,
      gradients[g] ?? new Float64Array(0),
    );
  };
  const size = (name: SetName): number => groupNamed(problem, name)?.batchSize ?? 1;
  return {
    retain: model('retain'),
    forget: model('forget'),
    alpha: problem.alpha,
    eta,
    batch: { retain: size('retain'), forget: size('forget') },
    ...(problem.procedure && { procedure: problem.procedure }),
  };
}

/** Independent runs, and the confidence at which their averages must hold the exact numbers. */
const RUNS = 40;

const CONFIDENCE = 1 - 1e-9;

/** Steps that are averaged, and most before them: until deviations have shrunk by exp(-RELAXED). */
const STEPS = 1200;

const MOST_BURN_IN = 4000;

const RELAXED = 40;

/** log radius of fourth moments up to which averages of squares have a variance to speak of. */
const TAME = -0.05;

/** Averages of long runs against the exact rest. */
interface AveragedRuns {
  readonly steps: number;
  /** True if both intervals hold the exact numbers. */
  readonly inside: boolean;
  readonly words: string;
  /** Set if the mean, of which the interval is sure to have a finite variance, is elsewhere. */
  readonly conflict: string | null;
}

/**
 * Runs the real process from w* and compares, run by run, the average of delta along the exact mean, and that of |delta -
 * mean|^2, with Student's intervals over the runs. The latter is left out where fourth moments are not tame, and null is
 * returned where the rest is reached too slowly.
 *
 * @param rates log radii of second and fourth moments of deviations, a step.
 */
export function averagedRuns(
  run: RestRun,
  rest: Rest,
  [second, fourth]: readonly [second: number, fourth: number],
  words: readonly (string | number)[],
): AveragedRuns | null {
  const burnIn = Math.ceil(RELAXED / -second);
  if (!(burnIn <= MOST_BURN_IN)) return null;
  const { minimum, problem, implementation } = run;
  const sampling = (name: SetName) => groupNamed(problem, name)?.sampling ?? 'bernoulli';
  const process = unlearningProcess(
    stepSettings(run),
    { retain: sampling('retain'), forget: sampling('forget') },
    minimum,
    implementation,
  );
  const random = randomSource('rest', ...words);
  const p = minimum.length;
  const along: number[] = [];
  const spreads: number[] = [];
  for (let k = 0; k < RUNS; k++) {
    const w = minimum.slice();
    let [sum, square] = [0, 0];
    for (let step = 0; step < burnIn + STEPS; step++) {
      process.drawBatches(random);
      process.applyStep(w);
      if (step < burnIn) continue;
      for (let a = 0; a < p; a++) {
        const delta = w[a]! - minimum[a]!;
        sum += delta * rest.mean[a]!;
        square += (delta - rest.mean[a]!) ** 2;
      }
    }
    along.push(sum / STEPS);
    spreads.push(square / STEPS);
  }
  const [ofMean, ofSpread] = [along, spreads].map((values) => studentInterval(values, CONFIDENCE).interval);
  const [length, total] = [dot(rest.mean, rest.mean), trace(rest.covariance, p)];
  const holds = ({ low, high }: { low: number; high: number }, x: number): boolean => {
    const rounding = 1e-6 * (Math.abs(x) + Math.max(length, total));
    return low - rounding <= x && x <= high + rounding;
  };
  const meanHeld = holds(ofMean!, length);
  return {
    steps: RUNS * (burnIn + STEPS),
    inside: meanHeld && (fourth > TAME || holds(ofSpread!, total)),
    words: `E|delta - mean|^2 = ${total.toPrecision(4)}, ${RUNS} runs in [${ofSpread!.low.toPrecision(4)}, ${ofSpread!.high.toPrecision(4)}]`,
    conflict: meanHeld
      ? null
      : `runs rest at ${ofMean!.low.toPrecision(4)} to ${ofMean!.high.toPrecision(4)} along the mean that all batches give, of squared length ${length.toPrecision(4)}`,
  };
}
