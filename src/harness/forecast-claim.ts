import type { StepBatches } from '../forecast/batches.js';
import type { OutputSet } from '../forecast/output-set.js';
import { gramRoute, jacobianRoute, type Route } from '../forecast/route.js';
import type { ForecastSetting } from '../forecast/setting.js';
import { trainingLoop } from '../forecast/training-loop.js';
import { largestMagnitude } from '../linalg/symmetric-eigen.js';
import { matrixTimesVector } from '../linalg/vectors.js';
import { randomSource } from '../statistics/generator.js';
import { heldMatrix } from '../theory/matrix-source.js';
import {
  type FactorSet,
  groupNamed,
  type ReducedProblem,
  SET_NAMES,
  type SetName,
} from '../theory/problem.js';
import { PLAIN_PROCEDURE } from '../theory/procedure.js';
import { batchSampler } from '../unlearning/batch-sampler.js';
import {
  type AffineStep,
  enumerated,
  largestDifference,
  type NamedBatches,
  type Rest,
  restSetting,
  stepsOfAllBatches,
} from './exact-rest.js';
import { besideThreshold, type Examination, examinedCase } from './examination.js';
import type { ProblemInstance } from './instance.js';
import { type Claim, type ClaimKind, type ExaminationSettings, refutedVariants } from './theorem.js';

/** A model that is linear in its weights, with its data, as a forecast takes it. */
export interface ForecastedSetting {
  /** In the given parameters; the factors of a sample are the rows of its Jacobian. */
  readonly problem: ReducedProblem;
  readonly eta: number;
  /** w*: p numbers. */
  readonly minimum: Float64Array;
  /** Of every group, f* = J w* and targets: n_g x c. */
  readonly data: readonly { readonly outputs: Float64Array; readonly targets: Float64Array }[];
}

/** Claim about the training loop on the linearised network. */
export interface ForecastClaim extends Claim {
  readonly kind: 'forecast';
  /** `squared`: |f - y|^2/2; `classes`: cross-entropy of the class of which the target is 1 (one output: logistic). */
  readonly loss: 'squared' | 'classes';
  /** True if every sample is fitted by the weights 0; else sample i by w* - g_i, g_i its row of the instance's gradients. */
  readonly interpolates: boolean;
  applies(problem: ReducedProblem): boolean;
  /** Weights after steps with these batches, from w* on. */
  readonly path?: (setting: ForecastedSetting, batches: readonly NamedBatches[]) => Float64Array;
  /** To first order around w*: log growth of E|delta|^2 a step. */
  readonly logGrowth?: (setting: ForecastedSetting) => number;
  /** Asked where E|delta|^2 stays bounded. */
  readonly rest?: (setting: ForecastedSetting) => Rest;
}

/** Claims of forecasts: the training loop on both routes with drawn batches, and its first order by all batches. */
export const forecastClaims: ClaimKind<ForecastClaim, ProblemInstance> = {
  name: 'forecast',
  about: 'problem',
  needs: 'run',
  wording: {
    testedAs: () =>
      'weights, growth and rest: the training loop of forecasts, with drawn batches and with every batch',
  },
  certificates: () => 0,
  applies: (claim, problem) => claim.applies(problem),
  examine: examineForecast,
};

/** Difference up to which computed numbers are the same: paths are a few steps of a few roundings .. */
const SAME = { path: 1e-10, moments: 1e-6 };

/** .. and first orders central differences, of third derivatives times this squared. */
const DIFFERENCE = 1e-4;

/** Difference from which a wrong variant is refuted. */
const APART = 1e-4;

/** Steps of a path. */
const STEPS = 12;

function examineForecast(
  claim: ForecastClaim,
  instance: ProblemInstance,
  settings: ExaminationSettings,
): Examination {
  if (!instance.run) throw new Error('a claim of a forecast needs gradients or a minimum');
  const { problem, eta } = examinedCase(instance);
  const model = linearModel(claim, instance, eta);
  const applies = claim.applies(model.setting.problem);
  const { off, words } = applies ? held(claim, model, settings) : { off: () => 0, words: 'not asked' };
  const own = off(claim);
  const allowed = claim.path ? SAME.path : SAME.moments;
  return {
    predicted: 'undecided',
    observed: null,
    outcome: !applies ? 'undecided' : own > allowed ? 'contradict' : 'agree',
    ...besideThreshold(problem, eta),
    samples: claim.path ? STEPS : 0,
    certificates: 0,
    evidence: `apart by ${own.toPrecision(2)} from ${words}`,
    refuted: refutedVariants(
      settings.mutants,
      claim,
      (wrong) => wrong.applies(model.setting.problem) && off(wrong) > APART,
    ),
    conflict: null,
  };
}

/** How far a claim is from what the training loop does. */
function held(claim: ForecastClaim, model: LinearModel, { seed, theoremId }: ExaminationSettings) {
  const { setting } = model;
  if (claim.path) {
    const batches = drawnBatches(setting.problem, [seed, theoremId]);
    const ends = [jacobianRoute, gramRoute].map((route) => weightsAfter(model, route(model.sets), batches));
    const scale = Math.max(...ends.map(largestMagnitude), largestMagnitude(setting.minimum));
    const off = ({ path }: ForecastClaim): number => {
      const claimed = path!(setting, batches);
      const all = ends.map((end) => largestMagnitude(end.map((x, a) => x - claimed[a]!)) / scale);
      return all.some(Number.isNaN) ? Infinity : Math.max(...all);
    };
    return { off, words: `${STEPS} steps on the Jacobian and in output space` };
  }
  const exact = enumerated(firstOrder(model), setting.minimum.length);
  const off = ({ logGrowth, rest }: ForecastClaim): number =>
    largestDifference(
      { logGrowth: () => logGrowth!(setting), ...(rest && { rest: () => rest(setting) }) },
      exact,
    );
  return { off, words: 'every batch of the training loop' };
}

/** A linear model as the forecast has it; its third set has the identity for a Jacobian, so that its outputs are the weights. */
interface LinearModel {
  readonly setting: ForecastedSetting;
  readonly sets: readonly OutputSet[];
  readonly loop: ForecastSetting;
}

function linearModel(claim: ForecastClaim, instance: ProblemInstance, eta: number): LinearModel {
  const { problem, gradients, minimum } = restSetting(instance, eta);
  const p = minimum.length;
  const data = problem.groups.map(({ samples }, g) => {
    const c = samples.offsets[1]! - samples.offsets[0]!;
    const outputs = matrixTimesVector(samples.factors, minimum);
    const fitted = outputs.map((_, row) => {
      const own = claim.interpolates ? minimum : gradients[g]!.subarray(Math.floor(row / c) * p);
      return rowTimes(samples, row, (a) => minimum[a]! - own[a]!);
    });
    return { outputs, targets: claim.loss === 'squared' ? fitted : classesOf(fitted, c) };
  });
  const set = (name: SetName): OutputSet => {
    const g = problem.groups.findIndex((group) => group.name === name);
    // A set without weight is never drawn.
    const { samples } = problem.groups[g] ?? problem.groups[0]!;
    const { outputs, targets } = data[Math.max(0, g)]!;
    return outputSet(name, samples.factors, samples.sampleCount, p, outputs, targets);
  };
  const weights = outputSet('weights', identityRows(p), p, p, minimum, new Float64Array(p));
  const width = data[0]!.outputs.length / problem.groups[0]!.samples.sampleCount;
  const loss = claim.loss === 'squared' ? 'squared' : width === 1 ? 'sigmoid' : 'softmax';
  const size = (name: SetName): number => groupNamed(problem, name)?.batchSize ?? 1;
  return {
    setting: { problem, eta, minimum, data },
    sets: [set('retain'), set('forget'), weights],
    loop: {
      ...{ loss, lr: eta, retainWeight: 1 - problem.alpha, forgetWeight: problem.alpha, steps: STEPS },
      batch: { retain: size('retain'), forget: size('forget') },
      sampling: { retain: 'bernoulli', forget: 'bernoulli' },
      procedure: { ...PLAIN_PROCEDURE, optimizer: 'sgd', clip: null },
    },
  };
}

function rowTimes({ factors, dimension: p }: FactorSet, row: number, x: (a: number) => number): number {
  let sum = 0;
  for (let a = 0; a < p; a++) sum += factors[row * p + a]! * x(a);
  return sum;
}

/** 1 at the largest output of every sample; of single outputs where it is above 0. */
function classesOf(outputs: Float64Array, c: number): Float64Array {
  if (c === 1) return outputs.map((z) => (z > 0 ? 1 : 0));
  return outputs.map((_, row) => {
    const own = outputs.subarray(row - (row % c), row - (row % c) + c);
    return own.indexOf(Math.max(...own)) === row % c ? 1 : 0;
  });
}

function identityRows(p: number): Float64Array {
  return Float64Array.from({ length: p * p }, (_, k) => (k % (p + 1) === 0 ? 1 : 0));
}

function outputSet(
  name: string,
  rows: Float64Array,
  samples: number,
  p: number,
  outputs: Float64Array,
  targets: Float64Array,
): OutputSet {
  const width = outputs.length / samples;
  const jacobian = heldMatrix(name, rows, p, width);
  const none = { pull: null, projection: null, ids: null, real: null };
  return { name, samples, of: samples, width, outputs, targets, jacobian, ...none };
}

/** Batches of the set as its training loop gets them. */
function loopBatches({ problem }: ForecastedSetting, batches: NamedBatches): StepBatches {
  const of = (name: SetName): StepBatches['retain'] => {
    const group = groupNamed(problem, name);
    const indices = batches[name];
    if (!group || indices === null) return null;
    return { samples: Int32Array.from(indices), divisor: group.batchSize };
  };
  return { retain: of('retain'), forget: of('forget') };
}

/** Weights after steps of the training loop, from w* + delta on. */
function weightsAfter(
  { setting, sets, loop }: LinearModel,
  route: Route,
  batches: readonly NamedBatches[],
  delta: (a: number) => number = () => 0,
): Float64Array {
  const p = setting.minimum.length;
  const moved = sets.map((set): OutputSet => {
    const rows = set.jacobian.readColumns(0, p);
    const shift = matrixTimesVector(
      rows,
      Float64Array.from({ length: p }, (_, a) => delta(a)),
    );
    return { ...set, outputs: set.outputs.map((z, k) => z + shift[k]!) };
  });
  let next = 0;
  const running = trainingLoop(moved, loop, route, () => loopBatches(setting, batches[next++]!));
  for (let step = 0; step < batches.length; step++) running.step();
  const weights = new Float64Array(p);
  running.outputs(2, 0, p, weights);
  return weights;
}

/** Batches of the steps of a path, by the samplers of the real step. */
function drawnBatches(problem: ReducedProblem, words: readonly (string | number)[]): NamedBatches[] {
  const random = randomSource('forecast path', ...words);
  const samplers = SET_NAMES.map((name) => {
    const group = groupNamed(problem, name);
    return group && batchSampler(group.sampling, group.samples.sampleCount, group.batchSize);
  });
  return Array.from({ length: STEPS }, () => {
    const [retain, forget] = samplers.map((sampler) => {
      if (!sampler) return null;
      sampler.draw(random);
      return Array.from(sampler.batch.indices.slice(0, sampler.batch.size));
    });
    return { retain: retain!, forget: forget! };
  });
}

/** A step of the training loop to first order around w*, with every pair of batches. */
function firstOrder(model: LinearModel): AffineStep[] {
  const { minimum, problem } = model.setting;
  const p = minimum.length;
  const route = jacobianRoute(model.sets);
  return stepsOfAllBatches(problem, (batches) => {
    const after = (delta?: (a: number) => number) => weightsAfter(model, route, [batches], delta);
    const q = p + 1;
    const matrix = new Float64Array(q * q);
    matrix[0] = 1;
    after().forEach((x, a) => (matrix[(a + 1) * q] = x - minimum[a]!));
    for (let column = 0; column < p; column++) {
      const [up, down] = [DIFFERENCE, -DIFFERENCE].map((h) => after((a) => (a === column ? h : 0)));
      up!.forEach((x, a) => (matrix[(a + 1) * q + column + 1] = (x - down![a]!) / (2 * DIFFERENCE)));
    }
    return matrix;
  });
}
