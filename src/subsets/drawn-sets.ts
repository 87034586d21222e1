import type { FactorSet } from '../curvature/factor-set.js';
import { meanHessian, sampleCurvatures } from '../curvature/mean-curvature.js';
import { largestMagnitude } from '../linalg/symmetric-eigen.js';
import { randomSource, type RandomSource } from '../random/generator.js';
import { drawSubset, type SubsetDraw } from './draw-subset.js';
import { pickedSamples, type EstimatedSet } from './estimated-set.js';

/** How many samples are drawn of either set at most, and the seed of the draw. */
export interface SubsetSize {
  readonly size: number;
  readonly seed: number;
}

/** Both sets with what is known of them. */
export interface DrawnSets {
  readonly retain: EstimatedSet;
  readonly forget: EstimatedSet;
  /** Positions of the drawn samples in their sets. */
  readonly draws: { readonly retain: SubsetDraw; readonly forget: SubsetDraw };
}

/** Largest p at which the mean curvature of all samples is computed, a p x p matrix. */
export const MEAN_COLUMNS = 2048;

/** The random numbers of a draw. */
export function subsetSource(name: 'retain' | 'forget', seed: number): RandomSource {
  return randomSource('subset', name, seed);
}

/** Draws a subset of two sets in memory; with p <= meanColumns the mean curvatures of all samples are kept. */
export function drawnSets(
  sets: { readonly retain: FactorSet; readonly forget: FactorSet },
  { size, seed }: SubsetSize,
  meanColumns: number = MEAN_COLUMNS,
): DrawnSets {
  const [retain, forget] = (['retain', 'forget'] as const).map((name) =>
    drawnSet(sets[name], size, subsetSource(name, seed), meanColumns),
  );
  return {
    retain: retain!.set,
    forget: forget!.set,
    draws: { retain: retain!.draw, forget: forget!.draw },
  };
}

function drawnSet(
  samples: FactorSet,
  size: number,
  random: RandomSource,
  meanColumns: number,
): { set: EstimatedSet; draw: SubsetDraw } {
  const { sampleCount: of, dimension } = samples;
  const curvatures = sampleCurvatures(samples);
  const draw = drawSubset(curvatures, size, random);
  const { indices, certain, inclusion } = draw;
  const mean = dimension <= meanColumns && of > 0 ? meanHessian(samples) : null;
  const picked = indices.length === of ? samples : pickedSamples(samples, indices);
  const largestCurvature = largestMagnitude(curvatures);
  return { set: { of, samples: picked, certain, inclusion, largestCurvature, mean }, draw };
}
