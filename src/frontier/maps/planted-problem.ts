import type { ProblemSpec, SampleSpec } from '../../curvature/problem-spec.js';
import type { Sampling } from '../../curvature/problem.js';
import { randomSource, type RandomSource } from '../../random/generator.js';

/** Samples of each set. */
const SAMPLES = 48;
/** Scales of the axes. */
const SPECTRUM = [1, 0.8, 0.6, 0.5];
/** Direction that the forget samples share, and its share in them. */
const FORGET_DIRECTION = [0.6, 0, 0.8, 0];
const ALIGNMENT = 0.7;

/**
 * The default problem of the maps over step size, batch size and mixing: 48 retain samples without a common direction
 * and 48 forget samples around one, in four dimensions, drawn by the seed.
 */
export function plantedProblem(seed: number, alpha: number, sampling: Sampling): ProblemSpec {
  const random = randomSource('frontier', 'planted problem', seed);
  const retain = samples(() => SPECTRUM.map((scale) => scale * random.normal()));
  const forget = samples(() => alignedVector(random));
  return { retain, forget, alpha, batch: { retain: 12, forget: 12 }, sampling };
}

function samples(draw: () => number[]): SampleSpec[] {
  return Array.from({ length: SAMPLES }, () => [draw().map((x) => Number(x.toFixed(4)))]);
}

function alignedVector(random: RandomSource): number[] {
  return FORGET_DIRECTION.map((m, a) => ALIGNMENT * m + (1 - ALIGNMENT) * SPECTRUM[a]! * random.normal());
}
