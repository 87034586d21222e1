import type { FactorSet } from './factor-set.js';
import type { MatrixSource } from './matrix-source.js';
import { gramCoordinates } from './reduction.js';
import { streamedGram, type StreamedGramOptions } from './streamed-gram.js';

/**
 * The sets of the sources, in coordinates that keep all inner products: with more columns than factors in
 * r <= N coordinates, found from the streamed Gram matrix; otherwise as they are stored, which is no larger.
 *
 * @returns one set a source, all of one dimension.
 * @throws RangeError if the sources differ in columns; whatever a source throws while it is read.
 */
export function streamedSets(
  sources: readonly MatrixSource[],
  options: StreamedGramOptions = {},
): FactorSet[] {
  const columns = sources[0]?.columns ?? 0;
  const count = sources.reduce((sum, { rows }) => sum + rows, 0);
  if (columns <= count) {
    return sources.map(storedSet);
  }
  const { dimension, coordinates } = scaledCoordinates(streamedGram(sources, options), count);
  let row = 0;
  return sources.map((source) => {
    const from = row * dimension;
    row += source.rows;
    return setOf(source, coordinates.slice(from, row * dimension), dimension);
  });
}

/** The set of a source as it is stored. */
export function storedSet(source: MatrixSource): FactorSet {
  return setOf(source, source.readColumns(0, source.columns), source.columns);
}

/** Coordinates of a Gram matrix that is scaled to a largest entry of 1 while its eigenvalues are computed. */
function scaledCoordinates(gram: Float64Array, count: number) {
  let largest = 0;
  for (let i = 0; i < count; i++) largest = Math.max(largest, gram[i * count + i]!);
  if (largest === 0) return { dimension: 0, coordinates: new Float64Array(0) };
  for (let k = 0; k < gram.length; k++) gram[k]! /= largest;
  const { dimension, coordinates } = gramCoordinates(gram, count);
  const root = Math.sqrt(largest);
  for (let k = 0; k < coordinates.length; k++) coordinates[k]! *= root;
  return { dimension, coordinates };
}

function setOf(
  { rows, factorsPerSample }: MatrixSource,
  factors: Float64Array,
  dimension: number,
): FactorSet {
  const sampleCount = rows / factorsPerSample;
  const offsets = Int32Array.from({ length: sampleCount + 1 }, (_, i) => i * factorsPerSample);
  return { dimension, sampleCount, offsets, factors };
}
