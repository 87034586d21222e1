import { z } from 'zod';
import type { Counterexample } from '../harness/counterexample.js';
import { LEAST_SAMPLES } from '../harness/budget.js';
import { observedSide, parseJson, parseSchema, positiveCount, predictedSide } from './checked-json.js';
import { InputError } from './input-error.js';
import { checkProblem, problemSchema, stepSizeSchema } from './problem-file.js';

const decisionSamples = z.int().min(LEAST_SAMPLES, `must be an integer >= ${LEAST_SAMPLES}`);
const count = z.int().min(0, 'must be an integer >= 0');
const share = z.number().min(0, 'must be in [0, 1]').max(1, 'must be in [0, 1]');

const vectors = z.array(z.array(z.number()).min(1));

const networkInstanceSchema = z.strictObject({
  experiment: z.string(),
  setting: z.strictObject({
    samples: positiveCount,
    forget: count,
    dimension: z.int().min(2, 'must be an integer >= 2'),
    width: positiveCount,
    signalToNoise: z.number().min(0, 'must be >= 0'),
    noiseScale: z.number().gt(0, 'must be > 0'),
    noisePatches: positiveCount,
    positives: share,
    alpha: share,
    delta: share,
    repeats: count,
    seed: count,
    batch: positiveCount.exactOptional(),
  }),
});

/** The shape of a counterexample; what depends on several fields is checked afterwards. */
export const counterexampleSchema = z.strictObject({
  schemaVersion: z.literal(1, 'must be 1'),
  kind: z.literal('counterexample', 'must be "counterexample"'),
  theorem: z.strictObject({ id: z.string(), name: z.string(), statement: z.string() }),
  problem: problemSchema.extend({ eta: stepSizeSchema }).nullable(),
  companion: problemSchema.nullable(),
  escape: z
    .strictObject({ factor: z.number().gt(1, 'must be > 1'), start: z.array(z.number()).min(1) })
    .nullable(),
  // Absent in files written before there were claims about clipped runs and rest.
  run: z
    .strictObject({
      gradients: z.strictObject({ retain: vectors, forget: vectors }).exactOptional(),
      minimum: z.array(z.number()).min(1).exactOptional(),
      clip: z.number().gt(0, 'must be > 0').exactOptional(),
      start: z.array(z.number()).min(1).exactOptional(),
    })
    .nullable()
    .default(null),
  // Absent in files written before there were theorems about networks.
  network: networkInstanceSchema.nullable().default(null),
  decision: z.strictObject({
    seed: z.int().min(0, 'must be >= 0'),
    errorProbability: z.number().gt(0, 'must be in (0, 1)').lt(1, 'must be in (0, 1)'),
    maxSamples: decisionSamples,
    maxSamplesUndecided: decisionSamples,
  }),
  found: z.strictObject({
    predicted: predictedSide,
    observed: observedSide.nullable(),
    criticalStep: z.number().nullable(),
    etaStar: z.number().nullable(),
    logGrowth: z.number().nullable(),
    evidence: z.string(),
    conflict: z.string().nullable(),
  }),
  instance: z.int().min(0, 'must be >= 0'),
  fastCheck: z.strictObject({ seed: z.int(), path: z.string(), shrinks: z.int() }),
});

/**
 * Reads a counterexample that `verify` has saved.
 *
 * @param experiments that it may be of, if it is about a network.
 * @throws InputError naming file, field, value and what is allowed.
 */
export function parseCounterexampleFile(
  text: string,
  name: string,
  experiments: readonly string[],
): Counterexample {
  return checkedCounterexample(parseJson(text, name), name, experiments);
}

/** Checks that a value is a counterexample. @throws InputError naming field, value and what is allowed. */
export function checkedCounterexample(
  value: unknown,
  name: string,
  experiments: readonly string[],
): Counterexample {
  const record = parseSchema(counterexampleSchema, value, name);
  if ((record.problem === null) === (record.network === null)) {
    throw new InputError(`${name}: exactly one of problem and network must be given, the other null`);
  }
  const experiment = record.network?.experiment;
  if (experiment !== undefined && !experiments.includes(experiment)) {
    throw new InputError(
      `${name}: network.experiment must be one of ${experiments.join(', ')}; got ${experiment}`,
    );
  }
  if (record.problem) checkProblem(record.problem, name);
  if (record.companion) checkProblem(record.companion, `${name}: companion`);
  return record;
}
