import type { MatrixSource } from '../curvature/matrix-source.js';
import { storedSet, streamedSets } from '../curvature/streamed-sets.js';
import { largestMagnitude } from '../linalg/symmetric-eigen.js';
import { drawSubset } from './draw-subset.js';
import { MEAN_COLUMNS, subsetSource, type DrawnSets, type SubsetSize } from './drawn-sets.js';
import type { EstimatedSet } from './estimated-set.js';
import { pickedSource } from './picked-source.js';
import { surveySet } from './survey.js';

/**
 * Draws a subset of two sets that may be larger than memory: one pass over everything, then the drawn samples.
 *
 * @param onProgress called with the share of the first pass that is done.
 */
export function subsetOfSources(
  sources: { readonly retain: MatrixSource; readonly forget: MatrixSource },
  { size, seed }: SubsetSize,
  onProgress: (share: number) => void = () => undefined,
): DrawnSets {
  const { retain, forget } = sources;
  const withMean = retain.columns <= MEAN_COLUMNS;
  const share = retain.rows / (retain.rows + forget.rows);
  const surveys = [
    surveySet(retain, { withMean, onProgress: (done) => onProgress(share * done) }),
    surveySet(forget, { withMean, onProgress: (done) => onProgress(share + (1 - share) * done) }),
  ] as const;
  const draws = surveys.map(({ curvatures }, k) =>
    drawSubset(curvatures, size, subsetSource(k === 0 ? 'retain' : 'forget', seed)),
  );
  const picked = [retain, forget].map((source, k) => pickedSource(source, draws[k]!.indices));
  // Known means are in the coordinates of the files, and so must the samples be.
  const samples = withMean ? picked.map(storedSet) : streamedSets(picked);
  const [drawnRetain, drawnForget] = surveys.map(({ curvatures, mean }, k): EstimatedSet => {
    const { certain, inclusion } = draws[k]!;
    const largestCurvature = largestMagnitude(curvatures);
    return { of: curvatures.length, samples: samples[k]!, certain, inclusion, largestCurvature, mean };
  });
  return { retain: drawnRetain!, forget: drawnForget!, draws: { retain: draws[0]!, forget: draws[1]! } };
}
