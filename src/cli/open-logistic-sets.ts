import type { MatrixSource } from '../curvature/matrix-source.js';
import { checkedMatrix } from '../data/matrix/checked-matrix.js';
import { readLabels } from '../data/matrix/label-array.js';
import type { MatrixPlace } from '../data/matrix/matrix-place.js';
import { readArray } from '../data/matrix/number-array.js';
import { openFeatures, type OpenedFeatures } from '../data/matrix/open-matrix.js';
import { SeparableError } from '../trained-model/logistic-fit.js';
import { fittedLogits, logisticFactors, logitsAt } from '../trained-model/logistic-model.js';
import { logisticTrainingFit } from '../trained-model/logistic-training-fit.js';
import { binaryTargets, type Labels } from '../trained-model/targets.js';
import type { FilesRequest } from './analyze-files-options.js';
import { checkSameColumns } from './check-same-columns.js';
import type { CliContext } from './context.js';
import type { LogisticRequest } from './model-options.js';
import type { Closing, OpenedSets } from './open-sets.js';
import { progressLine } from './progress-line.js';
import { UsageError } from './usage-error.js';

/** Factors of a logistic model from features, at given weights or at those that fit the labels best. */
export async function openLogisticSets(
  context: Pick<CliContext, 'stderr' | 'now'>,
  request: FilesRequest,
  model: LogisticRequest,
  closing: Closing,
): Promise<Omit<OpenedSets, 'close'>> {
  const opened: OpenedFeatures[] = [];
  for (const place of [request.retain, request.forget]) {
    opened.push(await openFeatures(place));
    closing(opened.at(-1)!.close);
  }
  const sources = opened.map(({ source }) => checkedMatrix(source));
  checkSameColumns(sources);
  const labels = await labelsOf(opened, model);
  const targets = labels && binaryTargets(labels.map((own, g) => ({ labels: own, set: sized(sources[g]!) })));
  const { logits, bias } =
    model.weights === null
      ? { logits: fitted(context, sources, neededLabels(targets, opened), model), bias: model.bias }
      : await atWeights(sources, model.weights, model.bias);
  const [retain, forget] = sources.map((source, g) => logisticFactors(source, logits[g]!, bias)) as [
    MatrixSource,
    MatrixSource,
  ];
  return {
    retain,
    forget,
    training() {
      if (targets === null) return null;
      const [r, f] = sources.map((source, g) => ({ source, logits: logits[g]!, labels: targets[g]! }));
      return logisticTrainingFit(r!, f!, { bias, alpha: request.alpha });
    },
  };
}

/** From files of labels, or from the columns `label`. */
async function labelsOf(
  opened: readonly OpenedFeatures[],
  { labels }: LogisticRequest,
): Promise<Labels[] | null> {
  if (labels !== null) return Promise.all([labels.retain, labels.forget].map(readLabels));
  const columns = opened.flatMap(({ source: { name, rows }, labels: numbers }) =>
    numbers === null ? [] : [{ name, shape: [rows], numbers }],
  );
  return columns.length === opened.length ? columns : null;
}

function neededLabels(targets: readonly Float64Array[] | null, opened: readonly OpenedFeatures[]) {
  if (targets !== null) return targets;
  const without = opened.find(({ labels }) => labels === null)!.source.name;
  throw new UsageError(
    `--labels-retain and --labels-forget are missing; a fit needs labels, and ${without} has no column label; or give --weights`,
  );
}

function fitted(
  context: Pick<CliContext, 'stderr' | 'now'>,
  sources: readonly MatrixSource[],
  targets: readonly Float64Array[],
  { bias, ridge }: LogisticRequest,
): Float64Array[] {
  const names = sources.map(({ name }) => name).join(' and ');
  const positive = targets.reduce((sum, own) => sum + own.reduce((a, b) => a + b, 0), 0);
  if (positive === 0 || positive === targets.reduce((sum, { length }) => sum + length, 0)) {
    throw new UsageError(`${names}: must have labels of two classes for a fit; got one`);
  }
  const progress = progressLine(context, 'Gram matrix of the features', sources[0]!.columns, 0);
  const onProgress = (done: number): void => progress.update(done);
  try {
    return fittedLogits(sources, targets, { bias, ridge }, { onProgress });
  } catch (error) {
    if (!(error instanceof SeparableError)) throw error;
    throw new UsageError(
      `${names}: the logistic loss has no minimum, as a hyperplane separates the classes (or all but does); give --ridge L > 0, or --weights FILE`,
    );
  } finally {
    progress.clear();
  }
}

async function atWeights(sources: readonly MatrixSource[], place: MatrixPlace, biasAllowed: boolean) {
  const { name, numbers } = await readArray(place);
  const p = sources[0]!.columns;
  const bias = numbers.length === p + 1;
  if (numbers.length !== p && !(bias && biasAllowed)) {
    const allowed = biasAllowed ? `${p} numbers, or ${p + 1} with a bias` : `${p} numbers`;
    throw new UsageError(
      `${name}: must have ${allowed}, as ${sources[0]!.name} has columns; got ${numbers.length}`,
    );
  }
  return { logits: sources.map((source) => logitsAt(source, numbers)), bias };
}

function sized({ name, rows }: MatrixSource) {
  return { name, samples: rows };
}
