import { shortNumber } from '../analysis/answer.js';
import { InputError } from '../input/input-error.js';
import { LOSSES } from '../network/losses.js';
import { gradientGram } from '../network/output-gradients.js';
import { initialWeights, type PatchData, selectSamples } from '../network/patch-network.js';
import { trainNetwork } from '../network/training.js';
import { randomSource } from '../statistics/generator.js';
import { problemFromSpec, type ProblemSpec, type SampleSpec, type Sampling } from '../theory/problem.js';
import { reduceProblem } from '../theory/reduction.js';
import { type FrontierMap, linearAxis, linearValues, type MapDefinition } from './frontier-map.js';
import { linearMap, samplingWords } from './linear-map.js';
import { drawnSamples, NETWORK } from './trained-outcome.js';

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

const SAMPLES = 60;

/** SNR of memorised noise, and of a shared signal. */
const LEVELS = { low: 0.1, high: 2 };

const PANELS = [
  { field: 'lowBefore', title: `SNR ${LEVELS.low}, before training`, scale: 'cosine' },
  { field: 'lowAfter', title: `SNR ${LEVELS.low}, after training`, scale: 'cosine' },
  { field: 'highBefore', title: `SNR ${LEVELS.high}, before training`, scale: 'cosine' },
  { field: 'highAfter', title: `SNR ${LEVELS.high}, after training`, scale: 'cosine' },
] as const;

/** Cosines of per-sample gradients at two times, n x n each; null where training failed. */
interface Alignment {
  readonly before: Float64Array;
  readonly after: Float64Array | null;
}

function alignmentAt(signalToNoise: number, seed: number): Alignment {
  const words = ['gradient-alignment', seed, signalToNoise];
  const data = ordered(drawnSamples(signalToNoise, SAMPLES, words));
  const start = initialWeights(NETWORK, 1 / Math.sqrt(NETWORK.dimension), randomSource(...words));
  const { weights, reached } = trainNetwork(NETWORK, start, data, LOSSES.squared);
  return {
    before: cosines(gradientGram(NETWORK, start, data)),
    after: reached ? cosines(gradientGram(NETWORK, weights, data)) : null,
  };
}

/** Forget set first, in each set label +1 first. */
function ordered(data: PatchData): PatchData {
  const inSet = (from: number, to: number): number[] => {
    const members = Array.from({ length: to - from }, (_, i) => from + i);
    return [...members.filter((i) => data.labels[i]! > 0), ...members.filter((i) => data.labels[i]! < 0)];
  };
  return selectSamples(data, [...inSet(0, FORGET), ...inSet(FORGET, data.sampleCount)]);
}

/** G_ik/sqrt(G_ii G_kk); 0 for a sample without a gradient. */
function cosines(gram: Float64Array): Float64Array {
  const n = Math.sqrt(gram.length);
  return gram.map((g, ik) => {
    const scale = Math.sqrt(gram[Math.floor(ik / n) * (n + 1)]! * gram[(ik % n) * (n + 1)]!);
    return scale === 0 ? 0 : g / scale;
  });
}

export const gradientAlignment: MapDefinition = {
  id: 'gradient-alignment',
  summary: 'cosines of per-sample gradients, before and after training, at low and high SNR',
  takes: [],
  build(request): FrontierMap {
    if (request.grid)
      throw new InputError(`gradient-alignment has ${SAMPLES} x ${SAMPLES} cells; leave --grid out`);
    if (request.simulate)
      throw new InputError('gradient-alignment has no steps to sample; leave --simulate out');
    const samples = Array.from({ length: SAMPLES }, (_, i) => i + 1);
    let known: Record<keyof typeof LEVELS, Alignment> | null = null;
    const alignments = () =>
      (known ??= {
        low: alignmentAt(LEVELS.low, request.seed),
        high: alignmentAt(LEVELS.high, request.seed),
      });
    return {
      frame: {
        id: request.map,
        title: 'Cosines of per-sample gradients before and after training',
        setting: `two-layer ReLU network, n = ${SAMPLES}, d = ${NETWORK.dimension}, m = ${NETWORK.width}; samples 1 to ${FORGET} are to be forgotten, in each set label +1 first`,
        x: linearAxis('sample', 'sample', samples),
        y: linearAxis('other', 'sample', samples),
        colour: { field: 'highAfter', title: 'cosine' },
        lines: [],
        marks: [],
        panels: PANELS,
      },
      cell(column, row) {
        const { low, high } = alignments();
        const at = (cosine: Float64Array | null): number | null => cosine?.[row * SAMPLES + column] ?? null;
        return {
          exact: 'undecided',
          fields: {
            lowBefore: at(low.before),
            lowAfter: at(low.after),
            highBefore: at(high.before),
            highAfter: at(high.after),
          },
          theorems: {},
          marks: [],
          certificate: null,
          wrong: [],
        };
      },
    };
  },
};
