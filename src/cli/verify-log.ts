import { z } from 'zod';
import type { BoundaryResult } from '../harness/boundary-search.js';
import { type Budget, type BudgetName, BUDGETS } from '../harness/budget.js';
import type { DrawFeatures, Examination } from '../harness/examination.js';
import { type FinishedWork, shardInstances } from '../harness/run-work.js';
import type { Theorem } from '../harness/theorem.js';
import { counterexampleSchema } from '../input/counterexample-file.js';
import {
  count,
  double,
  observedSide,
  parseSchema,
  positiveCount,
  predictedSide,
  shardSchema,
  toolSchema,
} from '../input/checked-json.js';
import { InputError } from '../input/input-error.js';
import { problemSchema } from '../input/problem-file.js';
import type { LogFormat, ShardRules } from '../jobs/log.js';
import type { ToolIdentity } from '../jobs/machine.js';
import type { Shard } from '../jobs/run-jobs.js';

/** First line of the log of `verify`: two runs with equal headers find the same. */
export interface VerifyHeader {
  readonly schemaVersion: 1;
  readonly kind: 'checkpoint';
  readonly tool: ToolIdentity;
  readonly seed: number;
  readonly budget: Budget;
  /** The part of the run that this is; null for a whole one. */
  readonly shard: Shard | null;
  /** Ids of the theorems, in the order of the run. */
  readonly theorems: readonly string[];
}

/** The log of a run: its header, then a line for every finished piece of work. */
export const verifyLog: LogFormat<VerifyHeader, FinishedWork> = {
  noun: 'checkpoint',
  header(value, place) {
    assertShape(headerSchema, value, place);
    return value;
  },
  entry(value, place, { header: { theorems, budget }, entries }) {
    assertShape(workSchema, value, place);
    if (!theorems.includes(value.theoremId)) {
      throw new InputError(
        `${place}: theoremId must be one of ${theorems.join(', ')}; got ${value.theoremId}`,
      );
    }
    if (value.kind === 'examine') {
      checkRange(value, budget.instances, place);
      checkOnce(value, entries, place);
    }
    return value;
  },
};

/** Number of instances that finished pieces of work have examined. */
export function examinedInstances(work: readonly FinishedWork[]): number {
  return work.reduce((sum, piece) => sum + (piece.kind === 'examine' ? piece.to - piece.from : 0), 0);
}

/** Rules for the shards of a run of these theorems: what they have in common, and what each must hold. */
export function verifyShards(registered: readonly Theorem[]): ShardRules<VerifyHeader, FinishedWork> {
  return {
    run: ({ seed, tool, budget, theorems }) => ({
      seed: String(seed),
      'tool.version': tool.version,
      'tool.commit': String(tool.commit),
      'budget.name': budget.name,
      'budget.instances': String(budget.instances),
      theorems: theorems.join(' '),
    }),
    content({ header: { theorems: ids, budget, shard }, entries }) {
      const theorems = registered.filter(({ id }) => ids.includes(id));
      return { wanted: shardInstances(theorems, { budget, shard }), found: examinedInstances(entries) };
    },
    unit: 'instances',
    resume: () => 'verify --shard I/K',
    called: ({ index, count }) => `shard ${index} of ${count}`,
    missing: ([first], names) =>
      `shard ${first!.index} of ${first!.count} is missing; got ${names.join(', ')}`,
  };
}

function checkRange(
  { from, to, examinations }: Extract<FinishedWork, { kind: 'examine' }>,
  instances: number,
  place: string,
): void {
  if (from >= to || to > instances) {
    throw new InputError(`${place}: from, to must be in 0..${instances}, from below to; got ${from}, ${to}`);
  }
  if (examinations.length !== to - from) {
    throw new InputError(`${place}: examinations must be ${to - from}; got ${examinations.length}`);
  }
}

/** Instances that are there twice would stand for others that are missing. */
function checkOnce(
  { theoremId, from, to }: Extract<FinishedWork, { kind: 'examine' }>,
  earlier: readonly FinishedWork[],
  place: string,
): void {
  const again = earlier.some(
    (piece) =>
      piece.kind === 'examine' && piece.theoremId === theoremId && piece.from < to && from < piece.to,
  );
  if (again) throw new InputError(`${place}: instances ${from}..${to - 1} of ${theoremId} are there twice`);
}

/** Checks a value without copying it: the order of its fields is that of the report. */
function assertShape<Shape>(schema: z.ZodType<Shape>, value: unknown, place: string): asserts value is Shape {
  parseSchema(schema, value, place);
}

const budgetNames = Object.keys(BUDGETS) as BudgetName[];

const headerSchema: z.ZodType<VerifyHeader> = z.strictObject({
  schemaVersion: z.literal(1, 'must be 1'),
  kind: z.literal('checkpoint', 'must be "checkpoint"'),
  tool: toolSchema,
  seed: count,
  budget: z.strictObject({
    name: z.enum(budgetNames, `must be one of ${budgetNames.join(', ')}`),
    instances: positiveCount,
    maxSamples: positiveCount,
    maxSamplesUndecided: positiveCount,
  }),
  shard: shardSchema,
  theorems: z.array(z.string()).min(1, 'must name at least one theorem'),
});

const drawnSchema: z.ZodType<DrawFeatures> = z.strictObject({
  sampling: z.string(),
  procedure: z.strictObject({
    momentum: double,
    nesterov: z.boolean(),
    schedule: z.strictObject({ ascent: positiveCount, descent: positiveCount }).nullable(),
    epochs: z.boolean(),
    decay: double,
    preconditioned: z.boolean(),
    perSet: z.boolean(),
  }),
  batchShare: double,
  nu: double,
  samples: count,
  r: count,
  factors: count,
  alpha: double,
  criticalMixing: double,
  condition: double,
  sizes: double,
  within: double.nullable(),
  across: double.nullable(),
  distance: double.nullable(),
  ratio: double.nullable(),
  telling: z.boolean(),
});

const examinationSchema = z.strictObject({
  predicted: predictedSide,
  observed: observedSide.nullable(),
  outcome: z.enum(['agree', 'contradict', 'inconclusive', 'undecided']),
  eta: double.nullable(),
  criticalStep: double.nullable(),
  etaStar: double.nullable(),
  logGrowth: double.nullable(),
  far: z.boolean(),
  samples: count,
  certificates: count,
  evidence: z.string(),
  refuted: z.array(z.string()),
  conflict: z.string().nullable(),
  drawn: drawnSchema.optional(),
}) as z.ZodType<Examination>;

const foundSchema = counterexampleSchema.shape.found.extend({
  criticalStep: double.nullable(),
  etaStar: double.nullable(),
  logGrowth: double.nullable(),
});

const boundarySchema: z.ZodType<BoundaryResult> = z.strictObject({
  smallestMargin: double,
  attained: z.boolean(),
  nearest: z.strictObject({ margin: double, problem: problemSchema }).nullable(),
});

const workSchema: z.ZodType<FinishedWork> = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('examine'),
      theoremId: z.string(),
      from: count,
      to: count,
      examinations: z.array(examinationSchema),
    }),
    z.strictObject({
      kind: z.literal('shrink'),
      theoremId: z.string(),
      counterexample: counterexampleSchema.extend({ found: foundSchema }),
    }),
    z.strictObject({
      kind: z.literal('boundary'),
      theoremId: z.string(),
      boundary: boundarySchema.nullable(),
    }),
  ],
  'must be "examine", "shrink" or "boundary"',
);
