import type { DrawnProblem } from '../analysis/analyze-subset.js';
import type { MatrixSource } from '../curvature/matrix-source.js';
import type { UnlearningProblem } from '../curvature/problem.js';
import { streamedSets } from '../curvature/streamed-sets.js';
import { checkedMatrix, type CheckedMatrix } from '../data/matrix/checked-matrix.js';
import type { TrainingFit } from '../trained-model/training-fit.js';
import type { FilesRequest } from './analyze-files-options.js';
import { checkSameColumns } from './check-same-columns.js';
import type { CliContext } from './context.js';
import { openSets } from './open-sets.js';
import { progressLine } from './progress-line.js';
import { subsetFromSources } from './subset-from-sources.js';
import { DEFAULT_SUBSET, subsetSize, type ProblemSizes, type SubsetRequest } from './subset-options.js';
import { UsageError } from './usage-error.js';

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
  const opened = await openSets(context, request);
  try {
    const zeroSamples = refusesZeros(request) ? 'refused' : 'allowed';
    const [retain, forget] = [opened.retain, opened.forget].map((source) =>
      checkedMatrix(source, { zeroSamples }),
    ) as [CheckedMatrix, CheckedMatrix];
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
