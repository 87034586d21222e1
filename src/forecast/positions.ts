import { largestMagnitude } from '../linalg/symmetric-eigen.js';
import { levelsOf, type Level } from './levels.js';
import type { Displacement } from './training-loop.js';
import type { OutputSet } from './output-set.js';
import type { Route } from './route.js';
import type { ForecastSetting } from './setting.js';

/** Displacements of several steps, kept to be looked at together. */
interface KeptPositions {
  /** Steps of the kept displacements, rising. */
  readonly steps: readonly number[];
  readonly isFull: boolean;
  keep(step: number, position: Displacement): void;
  clear(): void;
  /** False where no output of a set is so large that a loss can overflow, which is known without its outputs. */
  mayOverflow(set: number, place: number): boolean;
  /**
   * Levels of some samples of a set at some of the kept displacements, by their places, in that order.
   *
   * @param each hears of every sample, by its place in the list, and the step.
   */
  levels(
    set: number,
    samples: Int32Array,
    places: readonly number[],
    each?: (sample: number, step: number, level: Level) => void,
  ): Level[];
}

/** Outputs and targets up to this size have finite losses, and finite sums of them, whatever the loss. */
const FINITE_LOSSES = 1e100;

/**
 * Displacements of as many steps as the route multiplies at once. Their outputs f* + J delta are one product of matrices, and
 * a Jacobian in a file is read once for all of them.
 *
 * @param onWork called after some samples are looked at, again and again.
 */
export function keptPositions(
  sets: readonly OutputSet[],
  { loss }: ForecastSetting,
  route: Route,
  onWork: () => void = () => undefined,
): KeptPositions {
  const { length, vectorsAtOnce } = route;
  const vectors = new Float64Array(vectorsAtOnce * length);
  const pulls: number[] = [];
  const steps: number[] = [];
  const sizes = sets.map(({ outputs, targets, pull }) => ({
    start: largestMagnitude(outputs) + largestMagnitude(targets),
    pull: pull === null ? 0 : largestMagnitude(pull),
  }));

  /** The displacements at some places, one below the other. */
  function chosen(places: readonly number[]): Float64Array {
    const [first = 0] = places;
    const last = first + places.length;
    if (places.every((place, k) => place === first + k)) {
      return vectors.subarray(first * length, last * length);
    }
    const found = new Float64Array(places.length * length);
    places.forEach((place, k) =>
      found.set(vectors.subarray(place * length, (place + 1) * length), k * length),
    );
    return found;
  }

  return {
    steps,
    get isFull() {
      return steps.length === vectorsAtOnce;
    },
    keep(step, { vector, pull }) {
      vectors.set(vector, steps.length * length);
      steps.push(step);
      pulls.push(pull);
    },
    clear() {
      steps.length = 0;
      pulls.length = 0;
    },
    mayOverflow(set, place) {
      const { start, pull } = sizes[set]!;
      const moved = route.reach(vectors.subarray(place * length, (place + 1) * length));
      return !(start + Math.abs(pulls[place]!) * pull + moved <= FINITE_LOSSES);
    },
    levels(set, samples, places, each) {
      const { width, outputs: start, pull } = sets[set]!;
      const count = places.length;
      if (count === 0) return [];
      const moved = chosen(places);
      const write = (from: number, to: number, out: Float64Array): void => {
        route.products(set, samples.subarray(from, to), moved, out);
        onWork();
        for (let j = from, at = 0; j < to; j++) {
          for (let i = 0, row = samples[j]! * width; i < width; i++, row++) {
            for (let k = 0; k < count; k++, at++) {
              out[at]! += start[row]! + (pull === null ? 0 : pulls[places[k]!]! * pull[row]!);
            }
          }
        }
      };
      const hear = each && ((sample: number, k: number, own: Level) => each(sample, steps[places[k]!]!, own));
      return levelsOf(sets[set]!, loss, samples, count, write, hear);
    },
  };
}
