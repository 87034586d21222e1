import { coherenceForm, kernelPart, sampleKernel, topFunction } from '../../src/analysis/coherence-form.js';
import { stepForm } from '../../src/analysis/curvature-forms.js';
import { drawnSets, MEAN_COLUMNS } from '../../src/theory/draw-subset.js';
import {
  estimatedProblem,
  estimatedStability,
  type SubsetProblem,
} from '../../src/analysis/estimated-problem.js';
import { lowerEnd, upperEnd } from '../../src/analysis/linear-form.js';
import { subsetIntervals } from '../../src/analysis/subset-intervals.js';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { unlearningCoherence } from '../../src/theory/coherence.js';
import { criticalMixing } from '../../src/theory/mean-curvature.js';
import { type FactorSet, rankOneSet, type UnlearningProblem } from '../../src/theory/problem.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { reduceProblem, reduceSets } from '../../src/theory/reduction.js';

export const QUANTITIES = ['sigma', 'alphaStar', 'lambdaMin', 'etaStar'] as const;
export type Quantity = (typeof QUANTITIES)[number];

/** The four numbers of all samples. */
export function exactValues(problem: UnlearningProblem): Record<Quantity, number> {
  const reduced = reduceProblem(problem);
  const exact = exactStability(reduced);
  const [retain, forget] = reduceSets([problem.retain, problem.forget]).sets;
  return {
    sigma: unlearningCoherence(reduced).sigma,
    alphaStar: criticalMixing(retain!, forget!),
    lambdaMin: exact.meanEigenvalues[0]!,
    etaStar: exact.criticalStep().value,
  };
}

/** Intervals of one subset. */
export type Intervals = Readonly<Record<Quantity, { readonly low: number; readonly high: number }>>;

/** How intervals come from a subset at a confidence. */
export type Procedure = (problem: SubsetProblem, confidence: number) => Intervals;

/** Those of `analyze`. */
export const crossFitted: Procedure = subsetIntervals;

/** Both ends from the estimate that maximises over the same samples: estimate and standard error without a split. */
export const withoutSplit: Procedure = (problem, confidence) => {
  const honest = subsetIntervals(problem, confidence);
  const whole = estimatedProblem(problem);
  const error = (1 - confidence) / 8;
  const kernel = sampleKernel(whole);
  const part = kernelPart(whole, whole, null);
  const sigma = [coherenceForm(whole, kernel, part, topFunction(kernel, part).values)];
  const largest = Math.max(
    ...whole.groups.map(({ weight, set }) => (weight / set.of) * set.largestCurvature),
  );
  const stability = estimatedStability(whole);
  const ends = (): { low: number; high: number } => {
    const forms = [stepForm(whole, stability.extremalMatrix(0))];
    return { low: lowerEnd(forms, error), high: upperEnd(forms, error) };
  };
  return {
    ...honest,
    sigma: { low: lowerEnd(sigma, error) / largest, high: upperEnd(sigma, error) / largest },
    etaStar: stability.meanEigenvalues[0]! > 0 ? ends() : { low: 0, high: 0 },
  };
};

/** How often intervals held. */
export interface Coverage {
  readonly repeats: number;
  /** Subsets on which all four intervals held. */
  readonly joint: number;
  readonly held: Readonly<Record<Quantity, number>>;
  /** Median of (high - low)/|exact|, of high - low where 0 is exact; Infinity without an upper end. */
  readonly width: Readonly<Record<Quantity, number>>;
}

export interface CoverageOptions {
  readonly size: number;
  readonly repeats: number;
  readonly confidence: number;
  readonly seed: number;
  /** False: the mean curvatures of all samples are withheld, as for p > MEAN_COLUMNS. */
  readonly means: boolean;
  readonly procedure?: Procedure;
}

/** Exact numbers agree to this share: they are computed in other coordinates. */
const INTERVAL_ROUNDING = 1e-8;

/** Draws many subsets of a problem and counts the intervals that hold. */
export function coverageOf(
  problem: UnlearningProblem,
  exact: Record<Quantity, number>,
  { size, repeats, confidence, seed, means, procedure = crossFitted }: CoverageOptions,
): Coverage {
  const held = { sigma: 0, alphaStar: 0, lambdaMin: 0, etaStar: 0 };
  const widths: Record<Quantity, number[]> = { sigma: [], alphaStar: [], lambdaMin: [], etaStar: [] };
  let joint = 0;
  for (let k = 0; k < repeats; k++) {
    const sets = drawnSets(problem, { size, seed: seed + k }, means ? MEAN_COLUMNS : 0);
    const { retain, forget } = sets;
    const intervals = procedure({ ...problem, retain, forget }, confidence);
    let all = true;
    for (const quantity of QUANTITIES) {
      const { low, high } = intervals[quantity];
      const value = exact[quantity];
      const slack = INTERVAL_ROUNDING * Math.max(Math.abs(value), Math.abs(low));
      const inside = low - slack <= value && value <= high + slack;
      if (inside) held[quantity]++;
      all &&= inside;
      widths[quantity].push(high === low ? 0 : (high - low) / (Math.abs(value) || 1));
    }
    if (all) joint++;
  }
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
  return {
    repeats,
    joint,
    held,
    width: {
      sigma: median(widths.sigma),
      alphaStar: median(widths.alphaStar),
      lambdaMin: median(widths.lambdaMin),
      etaStar: median(widths.etaStar),
    },
  };
}

/** A problem of which every exact value is known, and what is hard about it. */
export interface Population {
  readonly name: string;
  readonly why: string;
  readonly problem: UnlearningProblem;
}

/** Draws a factor of the given length; `i` is its number. */
type Row = (random: RandomSource, i: number) => number[];

function normal(random: RandomSource, p: number, scale: (k: number) => number): number[] {
  return Array.from({ length: p }, (_, k) => scale(k) * random.normal());
}

function set(name: string, n: number, p: number, row: Row): FactorSet {
  const random = randomSource('population', name, n);
  return rankOneSet(Float64Array.from(Array.from({ length: n }, (_, i) => row(random, i)).flat()), p);
}

/** Populations of nR retain and nF forget samples. */
export function populations(nR: number, nF: number): Population[] {
  const setting = { batch: { retain: 16, forget: 8 }, sampling: 'bernoulli' } as const;
  const two = (name: string, p: number, alpha: number, retain: Row, forget: Row): UnlearningProblem => ({
    ...setting,
    retain: set(`${name} R`, nR, p, retain),
    forget: set(`${name} F`, nF, p, forget),
    alpha,
  });
  const decay: Row = (random) => normal(random, 8, (k) => Math.exp(-k / 4));
  const smaller: Row = (random) => normal(random, 8, (k) => 0.8 * Math.exp(-k / 4));
  const lognormal =
    (sigma: number, p: number): Row =>
    (random) => {
      const size = Math.exp(sigma * random.normal());
      return normal(random, p, () => size);
    };
  const axis: Row = (random, i) =>
    Array.from({ length: 6 }, (_, k) => (k === i % 6 ? 1 + 0.1 * random.normal() : 0));
  const round: Row = (random) => normal(random, 5, () => 1);
  const fewLarge: Row = (random, i) => normal(random, 8, (k) => (i < 3 ? 30 : 1) * Math.exp(-k / 4));
  const normals = two('near', 5, 0, round, round);
  const beside = (ratio: number): UnlearningProblem => ({
    ...normals,
    alpha: ratio * criticalMixing(normals.retain, normals.forget),
  });
  return [
    {
      name: 'decay',
      why: 'normal factors, a decaying spectrum',
      problem: two('decay', 8, 0.2, decay, smaller),
    },
    { name: 'three large', why: '3 retain samples 900 times as large as the others', problem: two('three large', 8, 0.2, fewLarge, smaller) }, // prettier-ignore
    { name: 'heavy tails', why: 'log-normal sizes, sigma = 1', problem: two('heavy tails', 6, 0.1, lognormal(1, 6), lognormal(0.7, 6)) }, // prettier-ignore
    { name: 'ties', why: 'six orthogonal axes with the same curvature: every top eigenvalue is tied', problem: two('ties', 6, 0.3, axis, axis) }, // prettier-ignore
    { name: 'wide', why: '40 directions of equal curvature, as many as a subset resolves badly', problem: { ...two('wide', 40, 0.1, (random) => normal(random, 40, () => 1), (random) => normal(random, 40, () => 1)), sampling: 'without-replacement' } }, // prettier-ignore
    { name: 'below alpha*', why: 'alpha 3 % below alpha\\*', problem: beside(0.97) },
    { name: 'above alpha*', why: 'alpha 3 % above alpha\\*: the mean escapes', problem: beside(1.03) },
    { name: 'outside', why: 'forget directions outside the range of the retain set: alpha* = 0', problem: two('outside', 6, 0.2, (random) => normal(random, 6, (k) => (k < 5 ? 1 : 0)), (random) => normal(random, 6, () => 0.5)) }, // prettier-ignore
  ];
}
