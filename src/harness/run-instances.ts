import fc, { type Arbitrary } from 'fast-check';
import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import { derivedSeed } from '../statistics/generator.js';
import { unlearningCoherence } from '../theory/coherence.js';
import { batchNoise, criticalMixing, meanCurvature, sampleWeight } from '../theory/mean-curvature.js';
import { problemFromSpec, type ReducedProblem } from '../theory/problem.js';
import { isDrawn, PLAIN_PROCEDURE } from '../theory/procedure.js';
import { reduceSets } from '../theory/reduction.js';
import { type Budget, MAX_SHRINK_CANDIDATES } from './budget.js';
import { type DrawFeatures, type Examination, OUTCOMES, reducedFromSpec } from './examination.js';
import { type Instance, type ProblemInstance, samplingName } from './instance.js';
import { assertionOf, examine } from './kinds.js';
import type { Assertion, ExaminationSettings, Theorem } from './theorem.js';

/** Settings that decide the result of every instance of a run; plain data, so that it travels to workers. */
export interface RunSettings {
  readonly seed: number;
  readonly budget: Budget;
  /** Error probability of one certificate. */
  readonly perVerdict: number;
}

/** The code that is put to the test, with the second implementation that it is compared with. */
export type CodeUnderTest = Pick<ExaminationSettings, 'implementation' | 'backend'>;

/** The part of a theorem that drawing needs. */
interface Draws<I extends Instance> {
  readonly id: string;
  readonly witnesses: readonly I[];
  readonly instances: Arbitrary<I>;
}

/** Instances number `from` .. `to`-1 of a theorem's draw, its witnesses first: a function of the seed alone. */
export function drawInstances<I extends Instance>(
  theorem: Draws<I>,
  seed: number,
  from: number,
  to: number,
): I[] {
  return fc.sample(theorem.instances, {
    seed: drawSeed(theorem, seed),
    path: String(from),
    numRuns: to - from,
    examples: [...theorem.witnesses],
  });
}

/** Draws and examines instances `from` .. `to`-1. */
export function runInstances(
  theorem: Theorem,
  settings: RunSettings,
  code: CodeUnderTest,
  from: number,
  to: number,
): Examination[] {
  const examination = examinationSettings(theorem, settings, code);
  return drawInstances<Instance>(theorem, settings.seed, from, to).map((instance, k) => {
    try {
      const found = checkedExamination(examine(theorem.claim, instance, examination));
      if (!('problem' in instance)) return found;
      return { ...found, drawn: drawFeatures(instance, found, assertionOf(theorem.claim)) };
    } catch (fault) {
      // A fault of the program says nothing about a theorem: the run ends with it.
      const message = fault instanceof Error ? fault.message : String(fault);
      throw new Error(`${theorem.id}, instance ${from + k}: ${message}`, { cause: fault });
    }
  });
}

/** An examination that is counted: one with an outcome that none of the counts knows would be in no column. */
function checkedExamination(examination: Examination): Examination {
  const { outcome } = examination;
  if (OUTCOMES.includes(outcome)) return examination;
  throw new RangeError(`outcome must be one of ${OUTCOMES.join(', ')}; got ${outcome}`);
}

/** An instance that contradicts a theorem, as small as fast-check finds, with its recipe. */
export interface ShrunkContradiction {
  readonly instance: Instance;
  readonly examination: Examination;
  /** fast-check's seed and path: `fc.check` with them generates the instance again. */
  readonly fastCheck: { readonly seed: number; readonly path: string; readonly shrinks: number };
}

/** Shrinks the contradiction found at instance number `index`; every candidate is examined afresh. */
export function shrinkContradiction(
  theorem: Theorem,
  settings: RunSettings,
  code: CodeUnderTest,
  index: number,
): ShrunkContradiction {
  const examination = { ...examinationSettings(theorem, settings, code), mutants: [] };
  let candidates = 0;
  const holds = (instance: Instance): boolean => {
    if (candidates++ > MAX_SHRINK_CANDIDATES) return true;
    return examine(theorem.claim, instance, examination).outcome !== 'contradict';
  };
  const seed = drawSeed(theorem, settings.seed);
  const result = fc.check(fc.property(theorem.instances, holds), {
    examples: theorem.witnesses.map((witness): [Instance] => [witness]),
    seed,
    path: String(index),
    numRuns: 1,
  });
  const instance = result.counterexample?.[0];
  if (!instance) throw new Error(`instance ${index} of ${theorem.id} did not contradict again`);
  return {
    instance,
    examination: examine(theorem.claim, instance, examination),
    fastCheck: { seed, path: result.counterexamplePath ?? String(index), shrinks: result.numShrinks },
  };
}

function drawSeed(theorem: { readonly id: string }, seed: number): number {
  return derivedSeed('draw', seed, theorem.id);
}

function examinationSettings(
  theorem: Theorem,
  { seed, budget, perVerdict }: RunSettings,
  code: CodeUnderTest,
): ExaminationSettings {
  return {
    ...code,
    mutants: theorem.mutants,
    seed,
    theoremId: theorem.id,
    errorProbability: perVerdict,
    maxSamples: budget.maxSamples,
    maxSamplesUndecided: budget.maxSamplesUndecided,
  };
}

/** Relative error of a threshold that telling instances tell from the right one. */
const TOLD = 0.1;

type Steps = Pick<Examination, 'eta' | 'criticalStep' | 'etaStar'>;

/** Features of a drawn instance with the step sizes that its examination found. */
export function drawFeatures(
  { problem: spec }: ProblemInstance,
  steps: Steps,
  asserts: Assertion | null,
): DrawFeatures {
  const full = problemFromSpec(spec);
  const reduced = reducedFromSpec(spec);
  const [retain, forget] = reduceSets([full.retain, full.forget]).sets;
  const sizes = symmetricEigen(meanCurvature(reduced), reduced.dimension).values.map(Math.abs);
  const shares = reduced.groups.map(({ batchSize, samples }) => batchSize / samples.sampleCount);
  const { criticalStep, etaStar, eta } = steps;
  const critical = criticalMixing(retain!, forget!);
  const threshold = [criticalStep, etaStar].find(isStep);
  const inMixing = critical > 0 ? Math.abs(spec.alpha / critical - 1) : null;
  return {
    sampling: samplingName(spec.sampling),
    procedure: procedureFeatures(reduced, Math.min(...sizes)),
    batchShare: Math.min(...shares),
    nu: Math.max(...reduced.groups.map(batchNoise)),
    samples: spec.retain.length + spec.forget.length,
    r: reduced.dimension,
    factors: Math.max(...[...spec.retain, ...spec.forget].map((sample) => sample.length)),
    alpha: spec.alpha,
    criticalMixing: critical,
    condition: Math.max(...sizes) / Math.min(...sizes),
    sizes: spreadOfSizes(reduced),
    ...alignment(reduced),
    distance: threshold !== undefined && eta !== null ? Math.abs(eta / threshold - 1) : inMixing,
    ratio: isStep(criticalStep) && isStep(etaStar) ? criticalStep / etaStar : null,
    telling: isTelling(steps, asserts),
  };
}

function procedureFeatures(
  { procedure = PLAIN_PROCEDURE, groups }: ReducedProblem,
  smallest: number,
): DrawFeatures['procedure'] {
  const { momentum, nesterov, schedule, weightDecay, preconditioner } = procedure;
  return {
    momentum,
    nesterov,
    schedule,
    epochs: !groups.every(isDrawn),
    decay: weightDecay > 0 ? weightDecay / smallest : 0,
    preconditioned: preconditioner !== null,
    perSet: new Set(groups.map(({ sampling }) => sampling)).size > 1,
  };
}

function isStep(step: number | null): step is number {
  return step !== null && step > 0 && Number.isFinite(step);
}

/** True if a threshold 10 % too low, of a claim of divergence, or too high, of one of stability, is wrong at eta. */
function isTelling({ eta, criticalStep, etaStar }: Steps, asserts: Assertion | null): boolean {
  if (eta === null || asserts === null || !isStep(criticalStep) || !isStep(etaStar)) return false;
  const low = asserts !== 'stability' && eta > (1 - TOLD) * criticalStep && eta < etaStar;
  const high = asserts !== 'divergence' && eta < (1 + TOLD) * criticalStep && eta > etaStar;
  return low || high;
}

/** Largest over smallest tr H_i > 0. */
function spreadOfSizes({ groups, dimension: r }: ReducedProblem): number {
  const traces = groups.flatMap(({ samples: { offsets, factors, sampleCount } }) =>
    Array.from({ length: sampleCount }, (_, i) =>
      factors.subarray(offsets[i]! * r, offsets[i + 1]! * r).reduce((sum, x) => sum + x * x, 0),
    ).filter((trace) => trace > 0),
  );
  return Math.max(...traces) / Math.min(...traces);
}

/** Alignment within the retain set and across the sets. */
function alignment(reduced: ReducedProblem): Pick<DrawFeatures, 'within' | 'across'> {
  const { retainBlock, forgetBlock, cross } = unlearningCoherence(reduced);
  const retain = reduced.groups.find(({ name }) => name === 'retain');
  const trace = retain ? sampleWeight(retain) * hessianNorms(retain.samples) : 0;
  return {
    within: trace > 0 ? retainBlock / trace : null,
    across: reduced.groups.length === 2 ? cross / Math.sqrt(retainBlock * forgetBlock) : null,
  };
}

/** sum_i |H_i|_Frobenius. */
function hessianNorms({
  dimension,
  offsets,
  factors,
  sampleCount,
}: ReducedProblem['groups'][0]['samples']): number {
  let total = 0;
  for (let i = 0; i < sampleCount; i++) {
    let square = 0;
    for (let s = offsets[i]!; s < offsets[i + 1]!; s++) {
      for (let t = offsets[i]!; t < offsets[i + 1]!; t++) {
        let inner = 0;
        for (let a = 0; a < dimension; a++)
          inner += factors[s * dimension + a]! * factors[t * dimension + a]!;
        square += inner ** 2;
      }
    }
    total += Math.sqrt(square);
  }
  return total;
}
