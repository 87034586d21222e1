import fc, { type Arbitrary } from 'fast-check';
import { derivedSeed } from '../random/generator.js';
import { type Budget, MAX_SHRINK_CANDIDATES } from './budget.js';
import type { ExaminationSettings } from './claim.js';
import { drawFeatures } from './draw-features.js';
import { type Examination, OUTCOMES } from './examination.js';
import { assertionOf, examine } from './kinds.js';
import type { Instance } from './instance.js';
import type { Theorem } from './theorem.js';

/** What decides the result of every instance of a run; plain data, so that it travels to workers. */
export interface RunSettings {
  readonly seed: number;
  readonly budget: Budget;
  /** Error probability of one certificate. */
  readonly perVerdict: number;
}

/** The code that is put to the test, with the second implementation that it is compared with. */
export type CodeUnderTest = Pick<ExaminationSettings, 'implementation' | 'backend'>;

/** What drawing needs of a theorem. */
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
