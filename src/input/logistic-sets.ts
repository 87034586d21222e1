import { streamedSets, type MatrixSource, type StreamedGramOptions } from '../theory/matrix-source.js';
import { InputError } from './input-error.js';
import { binaryTargets, type LabelledSet, labelsOf } from './labels.js';
import { logisticFit, SeparableError } from './logistic-fit.js';
import { type FeatureFile, featureFile, readArray } from './matrix-file.js';
import type { MatrixPlace } from './matrix-place.js';
import { logisticRoot } from '../unlearning/output-loss.js';
import type { CheckedProblemFiles, Model, Reading, SetFactors } from './problem-source.js';
import { logisticTrainingFit } from './training-fit.js';
import { checkSameColumns, rowProducts, validatedMatrix, weightedRows, withOnes } from './matrix-views.js';

/** Factors of a logistic model from features, at given weights or at those that fit the labels best. */
export async function logisticSets(
  reading: Reading,
  { retain, forget, alpha, model }: CheckedProblemFiles<'logistic'>,
): Promise<SetFactors> {
  const files: FeatureFile[] = [];
  for (const place of [retain, forget]) {
    const file = await featureFile(place);
    reading.closing(file.close);
    files.push(file);
  }
  const sources = files.map(({ source }) => validatedMatrix(source));
  checkSameColumns(sources);
  const sets = files.map(({ source: { name, rows }, labels }) => ({ name, samples: rows, labels }));
  const labels = await labelsOf(model.labels && [model.labels.retain, model.labels.forget], sets);
  const targets = labels && binaryTargets(labels.map((own, g) => ({ labels: own, set: sets[g]! })));
  const { logits, bias } =
    model.weights === null
      ? { logits: fitted(reading, sources, targets ?? refuseMissing(reading, sets), model), bias: model.bias }
      : await atWeights(sources, model.weights, model.bias);
  const [retainFactors, forgetFactors] = sources.map((source, g) =>
    logisticFactors(source, logits[g]!, bias),
  );
  return {
    retain: retainFactors!,
    forget: forgetFactors!,
    training() {
      if (targets === null) return null;
      const [r, f] = sources.map((source, g) => ({ source, logits: logits[g]!, labels: targets[g]! }));
      return logisticTrainingFit(r!, f!, { bias, alpha });
    },
  };
}

function refuseMissing(
  { fieldName }: Reading,
  sets: readonly (LabelledSet & { readonly labels: Float64Array | null })[],
): never {
  const without = sets.find(({ labels }) => labels === null)!.name;
  const [retain, forget] = ['model.labels.retain', 'model.labels.forget'].map(fieldName);
  throw new InputError(
    `${retain} and ${forget} are missing; a fit needs labels, and ${without} has no column label; or give ${fieldName('model.weights')}`,
  );
}

/** Logits at the minimum of the mean loss of both sets. */
function fitted(
  { progress: begin, fieldName }: Reading,
  sources: readonly MatrixSource[],
  targets: readonly Float64Array[],
  { bias, ridge }: Model<'logistic'>,
): Float64Array[] {
  const names = sources.map(({ name }) => name).join(' and ');
  const positive = targets.reduce((sum, own) => sum + own.reduce((a, b) => a + b, 0), 0);
  if (positive === 0 || positive === targets.reduce((sum, { length }) => sum + length, 0)) {
    throw new InputError(`${names}: must have labels of two classes for a fit; got one`);
  }
  const progress = begin('Gram matrix of the features', sources[0]!.columns);
  const onProgress = (done: number): void => progress.update(done);
  try {
    return fittedLogits(sources, targets, { bias, ridge }, { onProgress });
  } catch (error) {
    if (!(error instanceof SeparableError)) throw error;
    const [ridgeName, weights] = ['model.ridge', 'model.weights'].map(fieldName);
    throw new InputError(
      `${names}: the logistic loss has no minimum, as a hyperplane separates the classes (or all but does); give ${ridgeName} L > 0, or ${weights} FILE`,
    );
  } finally {
    progress.clear();
  }
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
function fittedLogits(
  sources: readonly MatrixSource[],
  labels: readonly Float64Array[],
  { bias, ridge }: Pick<Model<'logistic'>, 'bias' | 'ridge'>,
  streaming: StreamedGramOptions,
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
  const { logits } = logisticFit({ features, columns, labels: all }, ridge, (column) => column < r);
  let from = 0;
  return sources.map(({ rows }) => logits.slice(from, (from += rows)));
}

/** Logits at the weights of a file: w . x, plus the bias if there is one weight more than features. */
async function atWeights(sources: readonly MatrixSource[], place: MatrixPlace, biasAllowed: boolean) {
  const { name, numbers } = await readArray(place);
  const p = sources[0]!.columns;
  const bias = numbers.length === p + 1;
  if (numbers.length !== p && !(bias && biasAllowed)) {
    const allowed = biasAllowed ? `${p} numbers, or ${p + 1} with a bias` : `${p} numbers`;
    throw new InputError(
      `${name}: must have ${allowed}, as ${sources[0]!.name} has columns; got ${numbers.length}`,
    );
  }
  const shift = bias ? numbers[p]! : 0;
  return { logits: sources.map((source) => rowProducts(source, numbers).map((z) => z + shift)), bias };
}

/** Generalised Gauss-Newton factors sqrt(s (1 - s)) (x, 1) of samples with these logits; exact: the model is linear in its weights. */
function logisticFactors(source: MatrixSource, logits: Float64Array, bias: boolean): MatrixSource {
  return weightedRows(bias ? withOnes(source) : source, logits.map(logisticRoot));
}
