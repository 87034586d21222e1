import type { MatrixSource } from '../curvature/matrix-source.js';
import { openMatrix } from '../data/matrix/open-matrix.js';
import type { TrainingFit } from '../trained-model/training-fit.js';
import type { FilesRequest } from './analyze-files-options.js';
import type { CliContext } from './context.js';
import { openLayersModelSets } from './open-layers-model-sets.js';
import { openLogisticSets } from './open-logistic-sets.js';

/** Factors of both sets, to be read in blocks until `close`. */
export interface OpenedSets {
  readonly retain: MatrixSource;
  readonly forget: MatrixSource;
  /** How the model fits the samples that were read; null without a model that can tell, or labels. */
  training(): TrainingFit | null;
  close(): void;
}

/** Collects what is to be closed. */
export type Closing = (close: () => void) => void;

/** Opens the files of a request as factors, by its model. @throws UsageError, InputError in one line. */
export async function openSets(
  context: Pick<CliContext, 'stderr' | 'now'>,
  request: FilesRequest,
): Promise<OpenedSets> {
  const open: (() => void)[] = [];
  const close = (): void => {
    for (const closeOne of open.splice(0).reverse()) closeOne();
  };
  const closing: Closing = (closeOne) => void open.push(closeOne);
  try {
    return { ...(await openedBy(context, request, closing)), close };
  } catch (error) {
    close();
    throw error;
  }
}

async function openedBy(
  context: Pick<CliContext, 'stderr' | 'now'>,
  request: FilesRequest,
  closing: Closing,
): Promise<Omit<OpenedSets, 'close'>> {
  const { model } = request;
  if (model.kind === 'logistic') return openLogisticSets(context, request, model, closing);
  if (model.kind === 'layers-model') return openLayersModelSets(context, request, model, closing);
  const sources: MatrixSource[] = [];
  for (const place of [request.retain, request.forget]) {
    // The factor of a linear model is the row itself, of integers too.
    const opened = await openMatrix(place, model.kind === 'linear' ? 'numbers' : 'floats');
    closing(opened.close);
    sources.push(opened.source);
  }
  return { retain: sources[0]!, forget: sources[1]!, training: () => null };
}
