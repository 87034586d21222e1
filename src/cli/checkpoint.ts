import { appendFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { BoundaryResult } from '../harness/boundary-search.js';
import { type Budget, type BudgetName, BUDGETS } from '../harness/budget.js';
import type { Examination } from '../harness/examination.js';
import type { Shard } from '../harness/run-work.js';
import type { FinishedWork } from '../harness/task.js';
import { counterexampleSchema } from '../input/counterexample-file.js';
import { InputError, parseSchema, problemSchema } from '../input/problem-file.js';
import { checkedLines, readCheckedLines } from '../jobs/checked-lines.js';
import { changeFile, readInputFile, writeFileWhole } from './files.js';

/** What a run is: two runs with equal headers find the same. First line of a checkpoint. */
export interface CheckpointHeader {
  readonly schemaVersion: 1;
  readonly kind: 'checkpoint';
  readonly tool: { readonly name: string; readonly version: string; readonly commit: string | null };
  readonly seed: number;
  readonly budget: Budget;
  /** The part of the run that this is; null for a whole one. */
  readonly shard: Shard | null;
  /** Ids of the theorems, in the order of the run. */
  readonly theorems: readonly string[];
}

/** A checkpoint as it was read. */
export interface SavedCheckpoint {
  readonly header: CheckpointHeader;
  readonly work: readonly FinishedWork[];
  /** Text of the whole lines. */
  readonly intact: string;
  /** Number of a last line that was not written to its end, and is left out. */
  readonly tornLine: number | null;
}

/** Writes the lines of a checkpoint. */
export interface CheckpointLines {
  readonly header: string;
  work(piece: FinishedWork): string;
}

/**
 * Lines of a checkpoint, each with its line break: `{"checksum":"..","entry":{..}}`.
 * The checksum of a piece of work covers the header's too: a line moved in from another run does not fit.
 */
export function checkpointLines(header: CheckpointHeader): CheckpointLines {
  const lines = checkedLines(header);
  return { header: lines.header, work: (piece) => lines.line(piece) };
}

/**
 * Reads a checkpoint.
 *
 * @param name how messages call the file.
 * @throws InputError naming file and line, unless the only damage is a last line without its end.
 */
export function parseCheckpoint(text: string, name: string): SavedCheckpoint {
  const { header, entries, intact, tornLine } = readCheckedLines(text, name, 'checkpoint');
  assertShape(headerSchema, header, `${name}: line 1`);
  const work = entries.map(({ entry, place }) => parseWork(entry, header, place));
  return { header, work, intact, tornLine };
}

function parseWork(entry: unknown, header: CheckpointHeader, place: string): FinishedWork {
  assertShape(workSchema, entry, place);
  if (!header.theorems.includes(entry.theoremId)) {
    const allowed = header.theorems.join(', ');
    throw new InputError(`${place}: theoremId must be one of ${allowed}; got ${entry.theoremId}`);
  }
  if (entry.kind === 'examine') checkRange(entry, header.budget.instances, place);
  return entry;
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

/** Checks a value without copying it: the order of its fields is that of the report. */
function assertShape<Shape>(schema: z.ZodType<Shape>, value: unknown, place: string): asserts value is Shape {
  parseSchema(schema, value, place);
}

const count = z.int().min(0, 'must be >= 0');
const positiveCount = z.int().min(1, 'must be > 0');
const budgetNames = Object.keys(BUDGETS) as BudgetName[];

const headerSchema: z.ZodType<CheckpointHeader> = z.strictObject({
  schemaVersion: z.literal(1, 'must be 1'),
  kind: z.literal('checkpoint', 'must be "checkpoint"'),
  tool: z.strictObject({ name: z.string(), version: z.string(), commit: z.string().nullable() }),
  seed: count,
  budget: z.strictObject({
    name: z.enum(budgetNames, `must be one of ${budgetNames.join(', ')}`),
    instances: positiveCount,
    maxSamples: positiveCount,
    maxSamplesUndecided: positiveCount,
  }),
  shard: z.strictObject({ index: positiveCount, count: positiveCount }).nullable(),
  theorems: z.array(z.string()).min(1, 'must name at least one theorem'),
});

/** Any double: zod's own numbers are finite. */
const double = z.custom<number>((value) => typeof value === 'number', 'must be a number');

const examinationSchema: z.ZodType<Examination> = z.strictObject({
  predicted: z.enum(['diverges', 'stable', 'undecided']),
  observed: z.enum(['diverges', 'stable', 'inconclusive']).nullable(),
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
});

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

/** The file in the output folder that a run of `verify` grows while it goes on. */
export interface Checkpoint {
  append(work: FinishedWork): void;
  remove(): void;
}

export function checkpointPath(folder: string, shard: Shard | null): string {
  return join(folder, shard ? `shard-${shard.index}-of-${shard.count}.jsonl` : 'checkpoint.jsonl');
}

/** Names of the files of shards. */
export const SHARD_FILE = /^shard-\d+-of-\d+\.jsonl$/;

/** A shard that was read. */
export interface ShardFile {
  readonly path: string;
  readonly saved: SavedCheckpoint;
}

/** Reads the file of a shard. @throws UsageError or InputError naming file and line */
export function readShard(path: string): ShardFile {
  return { path, saved: parseCheckpoint(readInputFile(path), path) };
}

/** Starts the checkpoint of a new run; that of another run is replaced. */
export function startCheckpoint(folder: string, header: CheckpointHeader): Checkpoint {
  const path = checkpointPath(folder, header.shard);
  changeFile(path, () => writeFileWhole(path, checkpointLines(header).header));
  return growingCheckpoint(path, header);
}

/** Takes up a checkpoint that was read: a torn last line is cut off. */
export function continueCheckpoint(folder: string, { header, intact }: SavedCheckpoint): Checkpoint {
  const path = checkpointPath(folder, header.shard);
  changeFile(path, () => truncateSync(path, Buffer.byteLength(intact)));
  return growingCheckpoint(path, header);
}

/** Reads the checkpoint of a run, or of a shard, in a folder. @throws UsageError or InputError naming file and line */
export function readCheckpoint(folder: string, shard: Shard | null): SavedCheckpoint {
  const path = checkpointPath(folder, shard);
  return parseCheckpoint(readInputFile(path, '; only an interrupted run leaves one to resume'), path);
}

function growingCheckpoint(path: string, header: CheckpointHeader): Checkpoint {
  const lines = checkpointLines(header);
  return {
    append: (work) => changeFile(path, () => appendFileSync(path, lines.work(work))),
    remove: () => changeFile(path, () => rmSync(path, { force: true })),
  };
}
