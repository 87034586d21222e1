import type { CliContext } from '../cli/context.js';
import { UsageError } from '../cli/options.js';
import type { FilesRequest, LogisticRequest } from '../cli/problem-options.js';
import { progressLine } from '../jobs/progress-line.js';
import { type MatrixSource, type StreamedGramOptions, streamedSets } from '../theory/matrix-source.js';
import { binaryTargets, type Labels, readLabels } from './labels.js';
import { logisticFit, SeparableError } from './logistic-fit.js';
import { featureFile, type FeatureFile } from './matrix-file.js';
import type { MatrixPlace } from './matrix-place.js';
import { readArray } from './number-array.js';
import { logisticRoot } from './output-loss.js';
import type { Closing, SetFactors } from './read-problem.js';
import { logisticTrainingFit } from './training-fit.js';
import { checkSameColumns, validatedMatrix } from './validated-matrix.js';
import { rowProducts, weightedRows, withOnes } from './weighted-rows.js';

/** Factors of a logistic model from features, at given weights or at those that fit the labels best. */
export async function logisticSets(
  context: Pick<CliContext, 'stderr' | 'now'>,
  request: FilesRequest,
  model: LogisticRequest,
  closing: Closing,
): Promise<Omit<SetFactors, 'close'>> {
  const opened: FeatureFile[] = [];
  for (const place of [request.retain, request.forget]) {
    opened.push(await featureFile(place));
    closing(opened.at(-1)!.close);
  }
  const sources = opened.map(({ source }) => validatedMatrix(source));
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
  opened: readonly FeatureFile[],
  { labels }: LogisticRequest,
): Promise<Labels[] | null> {
  if (labels !== null) return Promise.all([labels.retain, labels.forget].map(readLabels));
  const columns = opened.flatMap(({ source: { name, rows }, labels: numbers }) =>
    numbers === null ? [] : [{ name, shape: [rows], numbers }],
  );
  return columns.length === opened.length ? columns : null;
}

function neededLabels(targets: readonly Float64Array[] | null, opened: readonly FeatureFile[]) {
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

/** How a logistic model is fitted. */
export interface LogisticFitOptions {
  /** The model has a bias: an input that is 1. */
  readonly bias: boolean;
  /** L of (L/2)|w|^2 beside the mean loss; the bias is left out. */
  readonly ridge: number;
}

/**
 * Logits of the samples of several sets at the minimum of their common mean loss.
 *
 * The fit is made in coordinates that keep all inner products: with more features than samples the minimum lies in the
 * span of the samples, and only their Gram matrix matters.
 *
 * @param labels 0 or 1, a list a set.
 * @throws SeparableError if there is no minimum; whatever a source throws while it is read.
 */
export function fittedLogits(
  sources: readonly MatrixSource[],
  labels: readonly Float64Array[],
  { bias, ridge }: LogisticFitOptions,
  streaming: StreamedGramOptions = {},
): Float64Array[] {
  const sets = streamedSets(sources, streaming);
  const r = sets[0]!.dimension;
  const columns = bias ? r + 1 : r;
  const n = sources.reduce((sum, { rows }) => sum + rows, 0);
  const features = new Float64Array(n * columns).fill(1);
  let row = 0;
  for (const { factors, sampleCount } of sets) {
    for (let i = 0; i < sampleCount; i++) {
      features.set(factors.subarray(i * r, (i + 1) * r), row++ * columns);
    }
  }
  const all = Float64Array.from(labels.flatMap((own) => Array.from(own)));
  const logits = logisticFit({ features, columns, labels: all }, ridge, (column) => column < r);
  let from = 0;
  return sources.map(({ rows }) => logits.slice(from, (from += rows)));
}

/** Logits of samples at given weights: w . x, plus the bias if there is one weight more than features. */
export function logitsAt(source: MatrixSource, weights: Float64Array): Float64Array {
  const bias = weights.length > source.columns ? weights[source.columns]! : 0;
  return rowProducts(source, weights).map((product) => product + bias);
}

/** Generalised Gauss-Newton factors sqrt(s (1 - s)) (x, 1) of samples with these logits; exact: the model is linear in its weights. */
export function logisticFactors(source: MatrixSource, logits: Float64Array, bias: boolean): MatrixSource {
  return weightedRows(bias ? withOnes(source) : source, logits.map(logisticRoot));
}
