import type { DrawnProblem } from '../theory/draw-subset.js';
import { type BatchSizes, SET_NAMES, type UnlearningProblem } from '../theory/problem.js';
import { procedureFromSpec } from '../theory/procedure.js';
import { streamedSets } from '../theory/matrix-source.js';
import { subsetOfSources } from '../theory/subset-of-sources.js';
import { analysisWork, checkSubset, subsetSize, type SubsetRequest, thinnedFrom } from './subset-request.js';
import { InputError } from './input-error.js';
import { lossGradientNote, withRowTotals } from './gradient-signs.js';
import { layersModelSets } from './layers-model-sets.js';
import { logisticSets } from './logistic-sets.js';
import {
  checkSameColumns,
  checkSameFactors,
  validatedMatrix,
  type ValidatedMatrix,
  weightedColumns,
} from './matrix-views.js';
import type {
  CheckedProblemFiles,
  Reading,
  ReadingProgress,
  SetFactors,
  GradientFiles,
  SampleGradients,
} from './problem-source.js';
import { preconditionedName } from './problem-file.js';
import { checkProcedure } from './procedure-fields.js';
import { gradientSources } from './sample-gradients.js';
import { storedSets } from './stored-sets.js';
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

/**
 * The problem of sets in files, read in blocks: all samples of both sets, or a subset of them.
 *
 * @throws InputError in one line.
 */
export async function problemOfFiles(
  reading: Reading,
  given: CheckedProblemFiles,
  subset: SubsetRequest,
  gradientFiles: GradientFiles | undefined,
): Promise<Omit<ReadProblem, 'notes'>> {
  const factors = await setFactors(reading, given);
  const zeroSamples = refusesZeros(given) ? reading.fieldName('model.allowZeroSamples') : null;
  const stored = SET_NAMES.map((name) =>
    withRowTotals(validatedMatrix(factors[name], zeroSamples, factors.rows?.[name])),
  );
  const [n, m] = stored.map(({ rows, factorsPerSample }) => rows / factorsPerSample) as [number, number];
  const parameters = stored[0]!.columns;
  checkSameColumns(stored);
  const held = {
    retain: { name: stored[0]!.name, samples: n },
    forget: { name: stored[1]!.name, samples: m },
  };
  const thinned = thinnedFrom(given, held, reading.fieldName);
  const samples = thinned ?? { retain: n, forget: m };
  const { files, translation } = withBatches(given, samples, reading);
  const { alpha, eta, batch, sampling, optimizer, schedule, dropLast } = files;
  const isPlain = !optimizer && !schedule && dropLast === undefined;
  const setting = { alpha, batch, sampling, ...(!isPlain && { procedure: procedureFromSpec(files) }) };
  checkProcedure({ ...files, samples, parameters }, reading.fieldName);
  const scales = optimizer?.preconditioner?.map(Math.sqrt);
  const [retain, forget] = stored.map((source) =>
    scales
      ? validatedMatrix({ ...weightedColumns(source, scales), name: preconditionedName(source.name) })
      : source,
  ) as readonly ValidatedMatrix[] as [ValidatedMatrix, ValidatedMatrix];
  checkSameFactors({ ...retain, samples: n }, { ...forget, samples: m });
  for (const name of SET_NAMES) {
    if (batch[name] >= 1 && batch[name] <= samples[name]) continue;
    const field = reading.fieldName(`batch.${name}`);
    throw new InputError(`${field} must be an integer in 1..${samples[name]}; got ${batch[name]}`);
  }
  const sizes = { retain: n, forget: m, factors: retain.rows + forget.rows, parameters };
  const size = subsetSize(subset, sizes);
  reading.announce(analysisWork(sizes, size ?? (thinned && n + m)));
  const { seed } = subset;
  const shape = { samples, parameters };
  const read = gradientFiles ? await gradientSources(gradientFiles, shape, reading) : [];
  const gradientSets = scales ? read.map((source) => weightedColumns(source, scales)) : read;
  if (size !== null || thinned) {
    checkSubset(setting, samples, gradientSets.length > 0, thinned ? ' (thinned sets are one)' : undefined);
  }
  const whole =
    size === null && thinned === null
      ? whileShown(reading, 'Gram matrix', parameters, (onProgress) =>
          streamedSets([retain, forget, ...gradientSets], { onProgress }),
        )
      : [];
  const [retainSet, forgetSet, ofRetain, ofForget] = whole;
  const problem =
    size === null && thinned === null
      ? { retain: retainSet!, forget: forgetSet!, ...setting }
      : {
          ...{ ...setting, parameters, seed },
          sets: whileShown(reading, 'all samples', 1000, (update) =>
            subsetOfSources(
              { retain, forget },
              { size: size ?? Infinity, seed },
              (share) => update(Math.floor(1000 * share)),
              thinned,
            ),
          ),
        };
  for (const matrix of new Set([...stored, retain, forget])) matrix.checkRead();
  const doubt = factors.areDeclared === false ? lossGradientNote(stored) : null;
  if (doubt !== null) reading.note(doubt);
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
