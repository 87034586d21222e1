import type { MatrixSource } from '../curvature/matrix-source.js';
import type { UnlearningProblem } from '../curvature/problem.js';
import { streamedSets } from '../curvature/streamed-sets.js';
import { checkedMatrix, type CheckedMatrix } from '../data/matrix/checked-matrix.js';
import { openMatrix } from '../data/matrix/open-matrix.js';
import type { OpenedMatrix } from '../data/matrix/opened-matrix.js';
import type { FilesRequest } from './analyze-files-options.js';
import type { CliContext } from './context.js';
import { progressLine } from './progress-line.js';
import { UsageError } from './usage-error.js';

/** With more factors than this the Gram matrix and its eigenvectors need more than about 2 GB .. */
export const MAX_FACTORS = 8192;
/** .. unless all numbers fit in memory: 512 MB. */
export const MAX_NUMBERS = 2 ** 26;

/** A problem with reduced sets, and the real p. */
export interface ProblemFromFiles {
  readonly problem: UnlearningProblem;
  readonly parameters: number;
}

/** Reads both sets of a request in blocks, showing progress. @throws UsageError, InputError in one line. */
export async function problemFromFiles(
  context: Pick<CliContext, 'stderr' | 'now'>,
  request: FilesRequest,
): Promise<ProblemFromFiles> {
  const opened: OpenedMatrix[] = [];
  try {
    opened.push(await openMatrix(request.retain));
    opened.push(await openMatrix(request.forget));
    const [retain, forget] = opened.map(({ source }) => checkedMatrix(source)) as [
      CheckedMatrix,
      CheckedMatrix,
    ];
    checkSizes(retain, forget, request);
    const progress = progressLine(context, 'Gram matrix', retain.columns, 0);
    try {
      progress.update(0);
      const onProgress = (done: number): void => progress.update(done);
      const [retainSet, forgetSet] = streamedSets([retain, forget], { onProgress });
      for (const matrix of [retain, forget]) matrix.checkRead();
      const { alpha, batch, sampling } = request;
      return {
        problem: { retain: retainSet!, forget: forgetSet!, alpha, batch, sampling },
        parameters: retain.columns,
      };
    } finally {
      progress.clear();
    }
  } finally {
    for (const { close } of opened) close();
  }
}

function checkSizes(retain: MatrixSource, forget: MatrixSource, { batch }: FilesRequest): void {
  if (forget.columns !== retain.columns) {
    throw new UsageError(
      `${forget.name}: must have ${retain.columns} columns, as ${retain.name}; got ${forget.columns}`,
    );
  }
  for (const [name, { rows, factorsPerSample }] of [
    ['retain', retain],
    ['forget', forget],
  ] as const) {
    const samples = rows / factorsPerSample;
    if (batch[name] > samples) {
      throw new UsageError(`--batch-${name} must be an integer in 1..${samples}; got ${batch[name]}`);
    }
  }
  const factors = retain.rows + forget.rows;
  const numbers = factors * retain.columns;
  if (factors > MAX_FACTORS && numbers > MAX_NUMBERS) {
    throw new UsageError(
      `${retain.name} and ${forget.name}: must have at most ${MAX_FACTORS} factors, or ${MAX_NUMBERS} numbers; got ${factors}, ${numbers}`,
    );
  }
}
