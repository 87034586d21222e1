import { criticalMixing } from '../../../src/theory/critical-mixing.js';
import { rankOneSet, type FactorSet } from '../../../src/theory/factor-set.js';
import type { UnlearningProblem } from '../../../src/theory/problem.js';
import { randomSource, type RandomSource } from '../../../src/random/generator.js';

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
