import { congruence } from '../../linalg/multiply-transposed.js';
import { largestMagnitude, symmetricEigen } from '../../linalg/symmetric-eigen.js';
import { addScaled } from '../../linalg/vectors.js';
import { meanSpectrum } from '../curvature-signs.js';
import { addSampleHessian, meanHessian } from '../mean-curvature.js';
import { groupInBasis, type CurvatureGroup, type ReducedProblem } from '../problem.js';
import { epochSizes, isDrawn, periodSteps, PLAIN_PROCEDURE, type Procedure } from '../procedure.js';
import { noiseMap, noiseOfGroups } from './noise-map.js';
import type { StepKind } from './state-step.js';

/** One way that a step can go: from what is left of the epochs to what is left after it. */
interface Transition {
  readonly from: number;
  readonly to: number;
  readonly probability: number;
  /** Index of its kind. */
  readonly kind: number;
}

/**
 * The steps of a period as a walk over what is left of the epochs: the second moment is carried along it, one for every
 * choice of samples that are left. Without epochs there is one such choice.
 */
export interface PeriodWalk {
  readonly kinds: readonly StepKind[];
  /** For every step the transitions, and the number of places that they lead to; the period ends in one. */
  readonly steps: readonly { readonly transitions: readonly Transition[]; readonly places: number }[];
  /** Eigenvectors of D as rows, where the kinds are in its eigenbasis; else null. */
  readonly basis: Float64Array | null;
}

/** Multiplications up to which one application of the operator of epochs is carried out, some tenths of a second. */
const LARGEST_APPLICATION = 1e8;

/** The walk, or in words why there is none. */
export function periodWalk(problem: ReducedProblem): PeriodWalk | string {
  const { procedure = PLAIN_PROCEDURE, groups, dimension: r } = problem;
  const period = periodSteps(groups, procedure);
  const epochs = groups.filter((group) => !isDrawn(group));
  if (epochs.length === 0 && procedure.schedule === null) return simultaneousWalk(problem);
  const counts = transitionCounts(groups, procedure);
  const total = counts.reduce((sum, x) => sum + x, 0);
  const parts = procedure.momentum > 0 ? 2 : 1;
  if (epochs.length > 0 && !(total * 3 * parts ** 2 * r ** 3 <= LARGEST_APPLICATION)) {
    return `an epoch has ${total.toPrecision(2)} different courses of a step in ${r} directions: too many to add up`;
  }
  const kinds = new KindTable(r);
  let places = new Map([[placeKey(epochs.map(whole)), { left: epochs.map(whole), index: 0 }]]);
  const used = new Map(epochs.map((group) => [group, 0]));
  const steps = period.map((taking) => {
    const next: typeof places = new Map();
    const transitions: Transition[] = [];
    for (const place of places.values()) {
      const choices = epochs.map((group, g) => batchesOf(group, place.left[g]!, taking.includes(group)));
      for (const chosen of product(choices)) {
        const left = chosen.map((choice, g) =>
          endsEpoch(epochs[g]!, taking) ? whole(epochs[g]!) : choice.left,
        );
        const key = placeKey(left);
        const to = next.get(key)?.index ?? next.size;
        next.set(key, { left, index: to });
        const probability = chosen.reduce((share, choice) => share * choice.probability, 1);
        const batches = new Map(epochs.map((group, g) => [group, chosen[g]!.batch]));
        transitions.push({ from: place.index, to, probability, kind: kinds.index(taking, batches) });
      }
    }
    for (const group of epochs) if (taking.includes(group)) used.set(group, used.get(group)! + 1);
    places = next;
    return { transitions, places: next.size };
  });
  return { kinds: kinds.all, steps, basis: null };

  function sizeNow(group: CurvatureGroup): { size: number; last: boolean } {
    const sizes = epochSizes(group, procedure.dropLast);
    const position = used.get(group)! % sizes.length;
    return { size: sizes[position]!, last: position === sizes.length - 1 };
  }

  function endsEpoch(group: CurvatureGroup, taking: readonly CurvatureGroup[]): boolean {
    return taking.includes(group) && sizeNow(group).last;
  }

  /** The equally likely next batches of a set of which these samples are left. */
  function batchesOf(group: CurvatureGroup, left: readonly number[], takesPart: boolean) {
    if (!takesPart) return [{ batch: [] as number[], left, probability: 1 }];
    const batches = subsets(left, sizeNow(group).size);
    return batches.map((batch) => ({
      batch,
      left: left.filter((i) => !batch.includes(i)),
      probability: 1 / batches.length,
    }));
  }
}

/** Both sets drawn anew in every step, in the eigenbasis of D. */
function simultaneousWalk(problem: ReducedProblem): PeriodWalk {
  const { values, rows } = meanSpectrum(problem);
  const rotated = problem.groups.map((group) => groupInBasis(group, rows, problem.dimension));
  const kinds = [{ curvature: values, noise: noiseMap(rotated, values) }];
  const transitions = [{ from: 0, to: 0, probability: 1, kind: 0 }];
  return { kinds, steps: [{ transitions, places: 1 }], basis: rows };
}

/** Kinds of steps by the sets and the given batches in them. */
class KindTable {
  readonly all: StepKind[] = [];
  private readonly indices = new Map<string, number>();

  constructor(private readonly r: number) {}

  index(taking: readonly CurvatureGroup[], batches: ReadonlyMap<CurvatureGroup, readonly number[]>): number {
    const key = taking.map((group) => `${group.name} ${batches.get(group)?.join() ?? 'drawn'}`).join(';');
    const known = this.indices.get(key);
    if (known !== undefined) return known;
    const curvature = new Float64Array(this.r ** 2);
    for (const group of taking) addCurvature(curvature, group, batches.get(group));
    const drawn = taking.filter(isDrawn);
    this.indices.set(key, this.all.length);
    return this.all.push({ curvature, noise: drawn.length > 0 ? noiseOfGroups(drawn, this.r) : null }) - 1;
  }
}

/** Adds the mean curvature of a set, or that of a batch of it, as it enters the step. */
function addCurvature(sum: Float64Array, group: CurvatureGroup, batch: readonly number[] | undefined): void {
  const { samples, sign, weight } = group;
  if (!batch) {
    meanHessian(samples).forEach((x, k) => (sum[k]! += sign * weight * x));
    return;
  }
  for (const i of batch) addSampleHessian(sum, (sign * weight) / batch.length, samples, i);
}

/** Transitions of every step of the period, without making them. */
function transitionCounts(groups: readonly CurvatureGroup[], procedure: Procedure): number[] {
  const used = new Map(groups.map((group) => [group, 0]));
  return periodSteps(groups, procedure).map((taking) =>
    groups
      .filter((group) => !isDrawn(group))
      .reduce((count, group) => {
        const sizes = epochSizes(group, procedure.dropLast);
        const position = used.get(group)! % sizes.length;
        const before = sizes.slice(0, position).reduce((sum, size) => sum + size, 0);
        const n = group.samples.sampleCount;
        const places = binomial(n, before);
        if (!taking.includes(group)) return count * places;
        used.set(group, used.get(group)! + 1);
        return count * places * binomial(n - before, sizes[position]!);
      }, 1),
  );
}

function binomial(n: number, k: number): number {
  let count = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) count *= (n - i + 1) / i;
  return Math.round(count);
}

function whole({ samples }: CurvatureGroup): readonly number[] {
  return Array.from({ length: samples.sampleCount }, (_, i) => i);
}

function placeKey(left: readonly (readonly number[])[]): string {
  return left.map((samples) => samples.join()).join(';');
}

/** All subsets of a size, in the order of the list. */
function subsets(list: readonly number[], size: number): number[][] {
  if (size === 0) return [[]];
  return list.flatMap((first, i) => subsets(list.slice(i + 1), size - 1).map((rest) => [first, ...rest]));
}

/** All choices of one entry from each list. */
function product<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((all, list) => all.flatMap((one) => list.map((x) => [...one, x])), [[]]);
}

/** Share of the largest curvature up to which an entry off the diagonal is rounding. */
const OFF_DIAGONAL = 1e-12;

/** Samples that commute: their common axes as rows, r x r, and for each step of a period the curvature along every axis. */
export interface CommutingSteps {
  readonly axes: Float64Array;
  readonly steps: readonly Float64Array[];
}

/**
 * Null unless all H_i commute and every step takes a single sample from an epoch: then their order does not matter
 * without momentum, and a period multiplies the displacement along an axis by the product of its factors.
 */
export function commutingSteps(problem: ReducedProblem): CommutingSteps | null {
  const { procedure = PLAIN_PROCEDURE, groups, dimension: r } = problem;
  if (procedure.momentum > 0 || groups.some((group) => isDrawn(group) || group.batchSize > 1)) return null;
  const period = periodSteps(groups, procedure);
  if (period.some((taking) => taking.length > 1)) return null;
  const own = groups.map((group) => whole(group).map((i) => sampleCurvature(group, i)));
  const mixed = new Float64Array(r * r);
  own.flat().forEach((curvature, i) => addScaled(mixed, Math.sqrt(2 + i) % 1, curvature));
  const { rows } = symmetricEigen(mixed, r);
  const turned = own.map((ofSet) => ofSet.map((curvature) => congruence(rows, curvature, r, r)));
  const largest = Math.max(...turned.flat().map(largestMagnitude));
  const isOff = (x: number, k: number): boolean => k % (r + 1) !== 0 && Math.abs(x) > OFF_DIAGONAL * largest;
  if (turned.flat().some((curvature) => curvature.some(isOff))) return null;
  const steps = groups.flatMap((group, g) => {
    const epochs = period.filter((taking) => taking.includes(group)).length / group.samples.sampleCount;
    const diagonals = turned[g]!.map((m) => m.filter((_, k) => k % (r + 1) === 0));
    return Array.from({ length: epochs }, () => diagonals).flat();
  });
  return { axes: rows, steps };
}

function sampleCurvature(group: CurvatureGroup, i: number): Float64Array {
  const curvature = new Float64Array(group.samples.dimension ** 2);
  addCurvature(curvature, group, [i]);
  return curvature;
}
