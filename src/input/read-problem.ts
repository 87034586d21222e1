import type { CliContext } from '../cli/context.js';
import { UsageError } from '../cli/options.js';
import type { FilesRequest } from '../cli/problem-options.js';
import { DEFAULT_SUBSET, type ProblemSizes, type SubsetRequest, subsetSize } from '../cli/subset-options.js';
import { progressLine } from '../jobs/progress-line.js';
import type { DrawnProblem, DrawnSets, SubsetSize } from '../theory/draw-subset.js';
import { type MatrixSource, streamedSets } from '../theory/matrix-source.js';
import type { UnlearningProblem } from '../theory/problem.js';
import { subsetOfSources } from '../theory/subset-of-sources.js';
import { layersModelSets } from './layers-model-sets.js';
import { logisticSets } from './logistic-sets.js';
import { matrixFile } from './matrix-file.js';
import type { TrainingFit } from './training-fit.js';
import { checkSameColumns, validatedMatrix, type ValidatedMatrix } from './validated-matrix.js';

/** A problem with reduced sets, or a subset of it, and the real p. */
export interface ProblemFromFiles {
  readonly problem: UnlearningProblem | DrawnProblem;
  readonly parameters: number;
  /** How the model fits its samples; null without a model that can tell, or labels. */
  readonly training: TrainingFit | null;
}

/** Reads both sets of a request in blocks, showing progress. @throws UsageError, InputError in one line. */
export async function problemFromFiles(
  context: Pick<CliContext, 'stderr' | 'now'>,
  request: FilesRequest,
  subset: SubsetRequest = DEFAULT_SUBSET,
): Promise<ProblemFromFiles> {
  const opened = await setFactors(context, request);
  try {
    const zeroSamples = refusesZeros(request) ? 'refused' : 'allowed';
    const [retain, forget] = [opened.retain, opened.forget].map((source) =>
      validatedMatrix(source, { zeroSamples }),
    ) as [ValidatedMatrix, ValidatedMatrix];
    checkSizes(retain, forget, request);
    const size = subsetSize(subset, sizesOf(retain, forget));
    if (size !== null) {
      const sets = subsetFromSources(context, { retain, forget }, { ...subset, size });
      const problem = { ...settingOf(request), sets, parameters: retain.columns, seed: subset.seed };
      return { problem, parameters: retain.columns, training: opened.training() };
    }
    const progress = progressLine(context, 'Gram matrix', retain.columns, 0);
    try {
      progress.update(0);
      const onProgress = (done: number): void => progress.update(done);
      const [retainSet, forgetSet] = streamedSets([retain, forget], { onProgress });
      for (const matrix of [retain, forget]) matrix.checkRead();
      return {
        problem: { retain: retainSet!, forget: forgetSet!, ...settingOf(request) },
        parameters: retain.columns,
        training: opened.training(),
      };
    } finally {
      progress.clear();
    }
  } finally {
    opened.close();
  }
}

/** A stored factor of zeros is rather a row that was never written; of a model it is what it is. */
function refusesZeros({ model }: FilesRequest): boolean {
  return model.kind === 'factors' && !model.allowZeroSamples;
}

function checkSizes(retain: MatrixSource, forget: MatrixSource, { batch }: FilesRequest): void {
  checkSameColumns([retain, forget]);
  for (const [name, { rows, factorsPerSample }] of [
    ['retain', retain],
    ['forget', forget],
  ] as const) {
    const samples = rows / factorsPerSample;
    if (batch[name] > samples) {
      throw new UsageError(`--batch-${name} must be an integer in 1..${samples}; got ${batch[name]}`);
    }
  }
}

function settingOf({ alpha, batch, sampling }: FilesRequest) {
  return { alpha, batch, sampling };
}

function sizesOf(retain: MatrixSource, forget: MatrixSource): ProblemSizes {
  const samples = (source: MatrixSource): number => source.rows / source.factorsPerSample;
  return {
    retain: samples(retain),
    forget: samples(forget),
    factors: retain.rows + forget.rows,
    parameters: retain.columns,
  };
}

/** Factors of both sets, to be read in blocks until `close`. */
export interface SetFactors {
  readonly retain: MatrixSource;
  readonly forget: MatrixSource;
  /** How the model fits the samples that were read; null without a model that can tell, or labels. */
  training(): TrainingFit | null;
  close(): void;
}

/** Collects what is to be closed. */
export type Closing = (close: () => void) => void;

/** Opens the files of a request as factors, by its model. @throws UsageError, InputError in one line. */
export async function setFactors(
  context: Pick<CliContext, 'stderr' | 'now'>,
  request: FilesRequest,
): Promise<SetFactors> {
  const open: (() => void)[] = [];
  const close = (): void => {
    for (const closeOne of open.splice(0).reverse()) closeOne();
  };
  const closing: Closing = (closeOne) => void open.push(closeOne);
  try {
    return { ...(await factorsByModel(context, request, closing)), close };
  } catch (error) {
    close();
    throw error;
  }
}

async function factorsByModel(
  context: Pick<CliContext, 'stderr' | 'now'>,
  request: FilesRequest,
  closing: Closing,
): Promise<Omit<SetFactors, 'close'>> {
  const { model } = request;
  if (model.kind === 'logistic') return logisticSets(context, request, model, closing);
  if (model.kind === 'layers-model') return layersModelSets(context, request, model, closing);
  const sources: MatrixSource[] = [];
  for (const place of [request.retain, request.forget]) {
    // The factor of a linear model is the row itself, of integers too.
    const opened = await matrixFile(place, model.kind === 'linear' ? 'numbers' : 'floats');
    closing(opened.close);
    sources.push(opened.source);
  }
  return { retain: sources[0]!, forget: sources[1]!, training: () => null };
}

/** Reads all samples of both sets and keeps a subset, showing progress. @throws InputError in one line. */
export function subsetFromSources(
  context: Pick<CliContext, 'stderr' | 'now'>,
  sets: { readonly retain: ValidatedMatrix; readonly forget: ValidatedMatrix },
  size: SubsetSize,
): DrawnSets {
  const progress = progressLine(context, 'all samples', 1000, 0);
  try {
    progress.update(0);
    const drawn = subsetOfSources(sets, size, (share) => progress.update(Math.floor(1000 * share)));
    for (const matrix of [sets.retain, sets.forget]) matrix.checkRead();
    return drawn;
  } finally {
    progress.clear();
  }
}
