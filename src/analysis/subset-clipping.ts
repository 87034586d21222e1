import { largestEigenvalue } from '../linalg/symmetric-eigen.js';
import type { DrawnProblem, DrawnSet } from '../theory/draw-subset.js';
import { type CurvatureGroup, curvatureGroups } from '../theory/problem.js';
import type { ClippingAnswer } from './answer.js';
import { mostSamples } from './extreme-batches.js';

/**
 * What clipping leaves as it is (`clippingAnswer`), of all samples of a problem of which a subset was drawn: c over a bound of
 * |C_S| that holds whichever samples were drawn. A set of weight a adds at most a min(m h/B, n lambda_1(Hbar)/B) to either
 * end of C_S, h its largest lambda_1(H_i) and m the most samples of a batch; with replacement a h.
 *
 * @throws RangeError for thinned sets, of whose other samples nothing is known.
 */
export function subsetClipping(
  problem: DrawnProblem,
  { clip, eta }: { clip: number; eta: number },
): ClippingAnswer {
  const { retain, forget } = problem.sets;
  const groups = curvatureGroups({ ...problem, retain, forget });
  const bounds = groups.filter(({ weight, samples }) => weight > 0 && samples.of > 0).map(largestCurvature);
  return {
    norm: clip,
    gradient: 0,
    radius: clip / Math.max(...bounds),
    radiusIs: 'at least',
    enumerated: false,
    perStep: eta * clip,
    lengths: 'w - w*',
  };
}

function largestCurvature({ weight, sampling, batchSize, samples }: CurvatureGroup<DrawnSet>): number {
  const { of: n, mean, largestCurvature: largest, isThinned } = samples;
  if (isThinned)
    throw new RangeError('clipping needs the largest curvature of all samples; got thinned sets');
  if (sampling === 'with-replacement') return weight * largest;
  const strongest = (mostSamples({ sampling, batchSize, samples: { sampleCount: n } }) / batchSize) * largest;
  if (!mean) return weight * strongest;
  const all = (n / batchSize) * largestEigenvalue(mean, Math.sqrt(mean.length));
  return weight * Math.min(all, strongest);
}
