import { type DrawnProblem, drawnSets } from '../theory/draw-subset.js';
import {
  type BatchSizes,
  factorCount,
  problemFromSpec,
  SET_NAMES,
  type UnlearningProblem,
  type GivenProcedure,
} from '../theory/problem.js';
import { procedureFromSpec } from '../theory/procedure.js';
import { streamedSets } from '../theory/matrix-source.js';
import { subsetOfSources } from '../theory/subset-of-sources.js';
import { fileText } from './file-bytes.js';
import { type FieldName, type FieldsOf, InputError, withKnownFields } from './input-error.js';
import { layersModelSets } from './layers-model-sets.js';
import { logisticSets } from './logistic-sets.js';
import {
  checkSameColumns,
  checkSameFactors,
  validatedMatrix,
  type ValidatedMatrix,
  weightedColumns,
} from './matrix-views.js';
import { parseProblemFile } from './problem-file.js';
import { parseProblem, type ProblemInput } from './problem-input.js';
import {
  type CheckedProblemFiles,
  checkedProblemFiles,
  type ProblemFiles,
  type Reading,
  type ReadingProgress,
  type SetFactors,
  type GradientFiles,
  type SampleGradients,
} from './problem-source.js';
import { checkProcedure, withGiven } from './procedure-fields.js';
import { type GradientShape, gradientSources, listedGradients, storedGradients } from './sample-gradients.js';
import { storedSets } from './stored-sets.js';
import { checkSubset, DEFAULT_SUBSET, subsetSize, type SubsetRequest } from './subset-request.js';
import type { TrainingFit } from './training-fit.js';
import { translated, type TranslatedWords } from './training-words.js';

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
  /** Gradients of the samples at w*, in the coordinates of the sets; null: 0. */
  readonly gradients: SampleGradients | null;
  /** The words of a training script that the setting was given in, and what they are here; null: it was not. */
  readonly translation: TranslatedWords | null;
  /** What the file of the forget samples calls them, by their row; null: nothing, they have no names but their rows. */
  readonly forgetIds: readonly number[] | null;
  /** What the user was told of the files, a line each. */
  readonly notes: readonly string[];
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
  /** Files of the gradients of the samples at w*, n x p; beside sets in files or a problem file. */
  readonly gradients?: GradientFiles;
  /** Fields that take the place of those of the problem. */
  readonly procedure?: GivenProcedure;
}

const READ_OPTIONS: FieldsOf<ReadOptions> = {
  subset: true,
  fieldName: true,
  note: true,
  progress: true,
  gradients: true,
  procedure: true,
};

const SUBSET_FIELDS: FieldsOf<SubsetRequest> = { size: true, seed: true };

/**
 * Reads a problem: a problem file (its path), sets in files of their own, or in one with the row numbers of the forget set, in
 * blocks, with the settings beside them, or everything in memory.
 *
 * @throws InputError in one line that names the file or field, the value and what is allowed.
 * @example await readProblem({ retain: 'R.npy', forget: 'all.npz#forget', alpha: 0.1, eta: 0.5,
 *   batch: { retain: 8, forget: 4 }, sampling: 'bernoulli', model: { kind: 'linear' } })
 */
export async function readProblem(
  source: string | ProblemFiles | ProblemInput,
  options: ReadOptions = {},
): Promise<ReadProblem> {
  const {
    subset = DEFAULT_SUBSET,
    gradients,
    procedure,
  } = withKnownFields('readProblem', options, READ_OPTIONS);
  withKnownFields('readProblem: subset', subset, SUBSET_FIELDS);
  if (typeof source !== 'string' && !isInFiles(source)) {
    const { problem, eta, gradients: given } = parseProblem(source, procedure);
    return ofMemory(problem, eta, subset, given);
  }
  const open: (() => void)[] = [];
  const notes: string[] = [];
  const reading: Reading = {
    fieldName: (field) => field,
    progress: () => ({ update: () => undefined, clear: () => undefined }),
    ...options,
    note(line) {
      notes.push(line.replace(/^note: /, ''));
      options.note?.(line);
    },
    closing: (close) => void open.push(close),
  };
  try {
    if (typeof source !== 'string') {
      const files = withGiven(checkedProblemFiles(source, reading.fieldName), procedure);
      return { ...(await ofFiles(reading, files, subset, gradients)), notes };
    }
    const { eta, gradients: own, ...spec } = parseProblemFile(fileText(source), source, procedure);
    const problem = problemFromSpec(spec);
    const shape = shapeOf(problem);
    const read = gradients
      ? storedGradients(await gradientSources(gradients, shape, reading))
      : own && listedGradients(own, shape, (field) => `${source}: ${field}`);
    return ofMemory(problem, eta, subset, read ?? null);
  } finally {
    for (const close of open.reverse()) close();
  }
}

function isInFiles(source: ProblemFiles | ProblemInput): source is ProblemFiles {
  const { retain, forget, data, forgetIndex } = (source as Partial<ProblemFiles> | null) ?? {};
  return [retain, forget, data, forgetIndex].some((path) => typeof path === 'string');
}

function shapeOf({ retain, forget }: UnlearningProblem): GradientShape {
  return {
    samples: { retain: retain.sampleCount, forget: forget.sampleCount },
    parameters: retain.dimension,
  };
}

function ofMemory(
  whole: UnlearningProblem,
  eta: number,
  subset: SubsetRequest,
  gradients: SampleGradients | null,
): ReadProblem {
  const { retain, forget, ...setting } = whole;
  const { dimension: parameters } = retain;
  const size = subsetSize(subset, {
    retain: retain.sampleCount,
    forget: forget.sampleCount,
    factors: factorCount(retain) + factorCount(forget),
    parameters,
  });
  const { seed } = subset;
  if (size !== null) checkSubset(whole, shapeOf(whole).samples, gradients !== null);
  const problem =
    size === null
      ? whole
      : { ...setting, sets: drawnSets({ retain, forget }, { size, seed }), parameters, seed };
  return {
    problem,
    eta,
    parameters,
    spanned: false,
    training: null,
    gradients,
    translation: null,
    forgetIds: null,
    notes: [],
  };
}

async function ofFiles(
  reading: Reading,
  given: CheckedProblemFiles,
  subset: SubsetRequest,
  gradientFiles: GradientFiles | undefined,
): Promise<Omit<ReadProblem, 'notes'>> {
  const factors = await setFactors(reading, given);
  const zeroSamples = refusesZeros(given) ? reading.fieldName('model.allowZeroSamples') : null;
  const stored = SET_NAMES.map((name) => validatedMatrix(factors[name], zeroSamples, factors.rows?.[name]));
  const [n, m] = stored.map(({ rows, factorsPerSample }) => rows / factorsPerSample) as [number, number];
  const parameters = stored[0]!.columns;
  checkSameColumns(stored);
  const samples = { retain: n, forget: m };
  const { files, translation } = withBatches(given, samples, reading);
  const { alpha, eta, batch, sampling, optimizer, schedule, dropLast } = files;
  const isPlain = !optimizer && !schedule && dropLast === undefined;
  const setting = { alpha, batch, sampling, ...(!isPlain && { procedure: procedureFromSpec(files) }) };
  checkProcedure({ ...files, samples, parameters }, reading.fieldName);
  const scales = optimizer?.preconditioner?.map(Math.sqrt);
  const [retain, forget] = stored.map((source) => (scales ? weightedColumns(source, scales) : source)) as [
    ValidatedMatrix,
    ValidatedMatrix,
  ];
  checkSameFactors({ ...retain, samples: n }, { ...forget, samples: m });
  for (const name of SET_NAMES) {
    if (batch[name] >= 1 && batch[name] <= samples[name]) continue;
    const field = reading.fieldName(`batch.${name}`);
    throw new InputError(`${field} must be an integer in 1..${samples[name]}; got ${batch[name]}`);
  }
  const size = subsetSize(subset, {
    retain: n,
    forget: m,
    factors: retain.rows + forget.rows,
    parameters,
  });
  const { seed } = subset;
  const shape = { samples, parameters };
  const pushes = gradientFiles ? await gradientSources(gradientFiles, shape, reading) : [];
  if (size !== null) checkSubset(setting, samples, pushes.length > 0);
  const whole =
    size === null
      ? whileShown(reading, 'Gram matrix', parameters, (onProgress) =>
          streamedSets([retain, forget, ...pushes], { onProgress }),
        )
      : [];
  const [retainSet, forgetSet, ofRetain, ofForget] = whole;
  const problem =
    size === null
      ? { retain: retainSet!, forget: forgetSet!, ...setting }
      : {
          ...{ ...setting, parameters, seed },
          sets: whileShown(reading, 'all samples', 1000, (update) =>
            subsetOfSources({ retain, forget }, { size, seed }, (share) => update(Math.floor(1000 * share))),
          ),
        };
  for (const matrix of [retain, forget]) matrix.checkRead();
  const gradients = ofRetain ? { retain: ofRetain, forget: ofForget! } : null;
  // Gradients may lie outside of the span of the sets, and widen the coordinates.
  const spanned = 'retain' in problem && problem.retain.dimension < parameters && gradients === null;
  const training = factors.training();
  const { forgetIds = null } = factors;
  return { problem, eta, parameters, spanned, training, gradients, translation, forgetIds };
}

/** The files with their batch sizes, and a weight decay in the words of the theory. @throws InputError */
function withBatches(
  { batch, training: words, ...files }: CheckedProblemFiles,
  samples: BatchSizes,
  { fieldName }: Reading,
) {
  if (words === null) return { files: { ...files, batch: batch! }, translation: null };
  const { schedule = null, dropLast = false, optimizer } = files;
  const procedure = { schedule, dropLast };
  const found = translated(words, samples, procedure, (field) => fieldName(`training.${field}`));
  const { lr, retainWeight, forgetWeight } = words;
  const decay = optimizer?.weightDecay && {
    ...{ weightDecay: optimizer.weightDecay / (retainWeight + forgetWeight) },
  };
  const translation: TranslatedWords = { lr, retainWeight, forgetWeight, ...found };
  return {
    files: { ...files, batch: found.batch, ...(optimizer && { optimizer: { ...optimizer, ...decay } }) },
    translation,
  };
}

/** Factors of both sets by the model that the files belong to. */
async function setFactors(reading: Reading, files: CheckedProblemFiles): Promise<SetFactors> {
  const { model } = files;
  if (model.kind === 'logistic') return logisticSets(reading, { ...files, model });
  if (model.kind === 'layers-model') return layersModelSets(reading, { ...files, model });
  return storedSets(reading, files);
}

/** A stored factor of zeros is rather a row that was never written; of a model it is what it is. */
function refusesZeros({ model }: CheckedProblemFiles): boolean {
  return model.kind === 'factors' && !model.allowZeroSamples;
}

/** Computes while it is shown how many of the pieces are done. */
function whileShown<Result>(
  reading: Reading,
  name: string,
  total: number,
  compute: (update: ReadingProgress['update']) => Result,
): Result {
  const progress = reading.progress(name, total);
  try {
    progress.update(0);
    return compute((done) => progress.update(done));
  } finally {
    progress.clear();
  }
}
