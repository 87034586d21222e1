import { type DrawnProblem, drawnSets, SMALLEST_SUBSET } from '../theory/draw-subset.js';
import { factorCount, problemFromSpec, type UnlearningProblem } from '../theory/problem.js';
import { type MatrixSource, streamedSets } from '../theory/matrix-source.js';
import { subsetOfSources } from '../theory/subset-of-sources.js';
import { fileText } from './file-bytes.js';
import { type FieldsOf, InputError, withKnownFields } from './input-error.js';
import { layersModelSets } from './layers-model-sets.js';
import { logisticSets } from './logistic-sets.js';
import { matrixFile } from './matrix-file.js';
import { checkSameColumns, checkSameFactors, validatedMatrix } from './matrix-views.js';
import { parseProblemFile } from './problem-file.js';
import { parseProblem, type ProblemInput } from './problem-input.js';
import {
  type CheckedProblemFiles,
  checkedProblemFiles,
  type FieldName,
  type ProblemFiles,
  type Reading,
  type ReadingProgress,
  type SetFactors,
} from './problem-source.js';
import type { TrainingFit } from './training-fit.js';

/** A problem with its step size, and what is known of where it comes from. */
export interface ReadProblem {
  /** Sets of files in coordinates that keep all inner products; of large sets a subset. */
  readonly problem: UnlearningProblem | DrawnProblem;
  readonly eta: number;
  /** p. */
  readonly parameters: number;
  /** True if the sets are in coordinates of their joint span, fewer than p. */
  readonly spanned: boolean;
  /** How the model of the files fits its samples; null where nothing is known of that. */
  readonly training: TrainingFit | null;
}

export interface ReadOptions {
  /** Default: a subset of large sets alone, with seed 1. */
  readonly subset?: SubsetRequest;
  /** How messages call a field of the problem, such as `batch.retain`; default: like that. */
  readonly fieldName?: FieldName;
  /** Called with a line for the user about what was done in place of what could not be. */
  readonly note?: (line: string) => void;
  /** Called when a part of so many pieces begins; shows how far it is. */
  readonly progress?: (name: string, total: number) => ReadingProgress;
}

const READ_OPTIONS: FieldsOf<ReadOptions> = { subset: true, fieldName: true, note: true, progress: true };

const SUBSET_FIELDS: FieldsOf<SubsetRequest> = { size: true, seed: true };

/**
 * Reads a problem: a problem file (its path), sets in files of their own, in blocks, with the settings beside them,
 * or everything in memory.
 *
 * @throws InputError in one line that names the file or field, the value and what is allowed.
 * @example await readProblem({ retain: 'R.npy', forget: 'all.npz#forget', alpha: 0.1, eta: 0.5,
 *   batch: { retain: 8, forget: 4 }, sampling: 'bernoulli', model: { kind: 'linear' } })
 */
export async function readProblem(
  source: string | ProblemFiles | ProblemInput,
  options: ReadOptions = {},
): Promise<ReadProblem> {
  const { subset = DEFAULT_SUBSET } = withKnownFields('readProblem', options, READ_OPTIONS);
  withKnownFields('readProblem: subset', subset, SUBSET_FIELDS);
  if (typeof source === 'string') {
    const { eta, ...spec } = parseProblemFile(fileText(source), source);
    return ofMemory(problemFromSpec(spec), eta, subset);
  }
  if (!isInFiles(source)) {
    const { problem, eta } = parseProblem(source);
    return ofMemory(problem, eta, subset);
  }
  const open: (() => void)[] = [];
  const reading: Reading = {
    fieldName: (field) => field,
    note: () => undefined,
    progress: () => ({ update: () => undefined, clear: () => undefined }),
    ...options,
    closing: (close) => void open.push(close),
  };
  try {
    return await ofFiles(reading, checkedProblemFiles(source, reading.fieldName), subset);
  } finally {
    for (const close of open.reverse()) close();
  }
}

function isInFiles(source: ProblemFiles | ProblemInput): source is ProblemFiles {
  const { retain, forget } = (source as Partial<ProblemFiles> | null) ?? {};
  return typeof retain === 'string' || typeof forget === 'string';
}

function ofMemory(whole: UnlearningProblem, eta: number, subset: SubsetRequest): ReadProblem {
  const { retain, forget, ...setting } = whole;
  const { dimension: parameters } = retain;
  const size = subsetSize(subset, {
    retain: retain.sampleCount,
    forget: forget.sampleCount,
    factors: factorCount(retain) + factorCount(forget),
    parameters,
  });
  const { seed } = subset;
  const problem =
    size === null
      ? whole
      : { ...setting, sets: drawnSets({ retain, forget }, { size, seed }), parameters, seed };
  return { problem, eta, parameters, spanned: false, training: null };
}

async function ofFiles(
  reading: Reading,
  files: CheckedProblemFiles,
  subset: SubsetRequest,
): Promise<ReadProblem> {
  const { alpha, eta, batch, sampling } = files;
  const setting = { alpha, batch, sampling };
  const factors = await setFactors(reading, files);
  const zeroSamples = refusesZeros(files) ? reading.fieldName('model.allowZeroSamples') : null;
  const retain = validatedMatrix(factors.retain, zeroSamples);
  const forget = validatedMatrix(factors.forget, zeroSamples);
  const [n, m] = [retain, forget].map(({ rows, factorsPerSample }) => rows / factorsPerSample) as [
    number,
    number,
  ];
  const parameters = retain.columns;
  checkSameColumns([retain, forget]);
  checkSameFactors({ ...retain, samples: n }, { ...forget, samples: m });
  checkBatchOf('retain', batch.retain, n, reading);
  checkBatchOf('forget', batch.forget, m, reading);
  const size = subsetSize(subset, {
    retain: n,
    forget: m,
    factors: retain.rows + forget.rows,
    parameters,
  });
  const { seed } = subset;
  const problem =
    size === null
      ? { ...wholeSets(reading, retain, forget), ...setting }
      : { ...setting, sets: drawn(reading, { retain, forget }, { size, seed }), parameters, seed };
  for (const matrix of [retain, forget]) matrix.checkRead();
  const spanned = 'retain' in problem && problem.retain.dimension < parameters;
  return { problem, eta, parameters, spanned, training: factors.training() };
}

/** Factors of both sets by the model that the files belong to. */
async function setFactors(reading: Reading, files: CheckedProblemFiles): Promise<SetFactors> {
  const { model } = files;
  if (model.kind === 'logistic') return logisticSets(reading, { ...files, model });
  if (model.kind === 'layers-model') return layersModelSets(reading, { ...files, model });
  const sources: MatrixSource[] = [];
  for (const place of [files.retain, files.forget]) {
    // The factor of a linear model is the row itself, of integers too.
    const { source, close } = await matrixFile(place, model.kind === 'linear' ? 'numbers' : 'floats');
    reading.closing(close);
    sources.push(source);
  }
  return { retain: sources[0]!, forget: sources[1]!, training: () => null };
}

/** A stored factor of zeros is rather a row that was never written; of a model it is what it is. */
function refusesZeros({ model }: CheckedProblemFiles): boolean {
  return model.kind === 'factors' && !model.allowZeroSamples;
}

function checkBatchOf(
  set: 'retain' | 'forget',
  batch: number,
  samples: number,
  { fieldName }: Reading,
): void {
  if (batch >= 1 && batch <= samples) return;
  throw new InputError(`${fieldName(`batch.${set}`)} must be an integer in 1..${samples}; got ${batch}`);
}

function wholeSets(reading: Reading, retain: MatrixSource, forget: MatrixSource) {
  const progress = reading.progress('Gram matrix', retain.columns);
  try {
    progress.update(0);
    const onProgress = (done: number): void => progress.update(done);
    const [retainSet, forgetSet] = streamedSets([retain, forget], { onProgress });
    return { retain: retainSet!, forget: forgetSet! };
  } finally {
    progress.clear();
  }
}

function drawn(
  reading: Reading,
  sets: { readonly retain: MatrixSource; readonly forget: MatrixSource },
  size: { readonly size: number; readonly seed: number },
) {
  const progress = reading.progress('all samples', 1000);
  try {
    progress.update(0);
    return subsetOfSources(sets, size, (share) => progress.update(Math.floor(1000 * share)));
  } finally {
    progress.clear();
  }
}

/** How a subset is to be drawn. */
export interface SubsetRequest {
  /** Samples of either set at most; null: as many as is usual, of large sets alone. */
  readonly size: number | null;
  readonly seed: number;
}

export const DEFAULT_SUBSET: SubsetRequest = { size: null, seed: 1 };

/** With more factors than this everything that is n x n needs more than about 2 GB. */
const MAX_FACTORS = 8192;

/** Usual size of a subset of either set. */
const USUAL_SIZE = 2000;

/** Multiplications that one application of the second-moment operator may take: about a second. */
const OPERATIONS = 2e9;

/** How large a problem is. */
interface ProblemSizes {
  /** Samples. */
  readonly retain: number;
  readonly forget: number;
  /** Factors of all samples. */
  readonly factors: number;
  readonly parameters: number;
}

/**
 * How many samples to draw of either set at most; null if everything is to be computed with: without a wish up to
 * MAX_FACTORS factors, with one where it is no smaller than the sets.
 */
function subsetSize(
  { size }: SubsetRequest,
  { retain, forget, factors, parameters }: ProblemSizes,
): number | null {
  if (size === null && factors <= MAX_FACTORS) return null;
  const wished = size ?? usualSize(parameters, factors / (retain + forget));
  return wished < Math.max(retain, forget) ? wished : null;
}

/** USUAL_SIZE, or fewer where N factors in r = min(p, N) coordinates would take more than OPERATIONS = N r^2. */
function usualSize(parameters: number, factorsPerSample: number): number {
  const factors = Math.max(OPERATIONS / parameters ** 2, Math.cbrt(OPERATIONS));
  return Math.max(SMALLEST_SUBSET, Math.min(USUAL_SIZE, Math.floor(factors / 2 / factorsPerSample)));
}
