import type { MatrixSource } from '../curvature/matrix-source.js';
import type { StreamedGramOptions } from '../curvature/streamed-gram.js';
import { streamedSets } from '../curvature/streamed-sets.js';
import { logisticFit } from './logistic-fit.js';
import { logisticRoot } from './output-loss.js';
import { rowProducts, weightedRows, withOnes } from './weighted-rows.js';

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
