import { randomSource } from '../random/generator.js';
import { problemFromSpec, type ProblemSpec, type SampleSpec, type Sampling } from '../theory/problem.js';
import { reduceProblem } from '../theory/reduction.js';
import { linearMap, samplingWords, shortNumber } from './linear-map.js';
import { linearAxis, linearValues } from './map-axis.js';

const GRID = { columns: 44, rows: 44 };
const LARGEST_ALPHA = 0.45;
const STEP_SIZE = 0.8;

/** Mixing weight against the alignment of both sets, at one step size. */
export const mixingAlignment = linearMap(
  {
    id: 'mixing-alignment',
    summary: 'mixing weight alpha against the alignment of retain and forget set, on a planted problem',
    takes: ['eta', 'sampling'],
  },
  ({ seed, grid, settings }) => {
    const { columns, rows } = grid ?? GRID;
    const { eta = STEP_SIZE, sampling = 'bernoulli' } = settings;
    const spec = crossingProblem(seed, sampling);
    const { retain, forget, batch } = spec(0, 0);
    return {
      title: 'Escape from the old minimum over mixing weight and cross alignment',
      setting: `planted problem (seed ${seed}), ${retain.length} retain and ${forget.length} forget samples; η = ${shortNumber(eta)}, ${samplingWords(sampling)} of ${batch.retain} / ${batch.forget}`,
      x: linearAxis(
        'alignment',
        'cross alignment: cosine between retain and forget direction',
        linearValues(0, 1, columns),
      ),
      y: linearAxis('alpha', 'mixing weight α of the ascent', linearValues(0, LARGEST_ALPHA, rows)),
      eta,
      problem: (alignment, alpha) => ({ problem: reduceProblem(problemFromSpec(spec(alignment, alpha))) }),
    };
  },
);

/** Retain samples along the strong axis, and along each of the two that the retain set hardly covers. */
const STRONG = 16;
const WEAK = 4;
const WEAK_LENGTH = 0.7;
const FORGET = 12;
/** Size of the seeded deviations from the planted directions. */
const JITTER = 0.1;

/**
 * Retain samples mostly along e_1, forget samples along one direction in the plane of e_1 and e_2 whose cosine with e_1
 * is the cross alignment.
 *
 * @returns the problem as a function of cross alignment in [0, 1] and alpha; the deviations are drawn once.
 */
export function crossingProblem(
  seed: number,
  sampling: Sampling,
): (alignment: number, alpha: number) => ProblemSpec {
  const random = randomSource('frontier', 'crossing problem', seed);
  const jitter = (): number[] => Array.from({ length: 3 }, () => JITTER * random.normal());
  const along = (direction: readonly number[], deviation: readonly number[]): SampleSpec => [
    direction.map((x, a) => Number((x + deviation[a]!).toFixed(4))),
  ];
  const retain = [
    ...Array.from({ length: STRONG }, () => along([1, 0, 0], jitter())),
    ...Array.from({ length: WEAK }, () => along([0, WEAK_LENGTH, 0], jitter())),
    ...Array.from({ length: WEAK }, () => along([0, 0, WEAK_LENGTH], jitter())),
  ];
  const deviations = Array.from({ length: FORGET }, jitter);
  return (alignment, alpha) => {
    const direction = [alignment, Math.sqrt(1 - alignment ** 2), 0];
    const forget = deviations.map((deviation) => along(direction, deviation));
    return { retain, forget, alpha, batch: { retain: 6, forget: 3 }, sampling };
  };
}
