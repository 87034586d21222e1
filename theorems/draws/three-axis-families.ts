import fc, { type Arbitrary } from 'fast-check';
import type { ProblemSpec, SampleSpec } from '../../src/theory/problem.js';
import { axisVector, curvatures, descentOnly, rotated } from './extremal-families.js';

/*
 * Families on which the bounds in the three axes (src/theory/three-axes.ts) are attained, or approached as the number
 * of weak samples grows. Curvatures are weighted ones: k stands for the sample of length sqrt(k/beta).
 */

/** Parts of a problem of U16. */
interface WitnessShape {
  /** Orthogonal axes. */
  readonly axes: number;
  /** Identical samples on each axis. */
  readonly sigma: { readonly retain: number; readonly forget: number };
  readonly q: number;
  readonly alpha: number;
  readonly batch: { readonly retain: number; readonly forget: number };
}

/** U16's problem: on every axis sigma_R retain samples of length `size` and sigma_F forget samples, K_F = q K_R. */
function threeAxisWitness(
  { axes, sigma, q, alpha, batch }: WitnessShape,
  size = 1,
  turn = false,
): ProblemSpec {
  const set = (copies: number, length: number): SampleSpec[] =>
    rotated(
      Array.from({ length: axes * copies }, (_, i) => [axisVector(axes, Math.floor(i / copies), length)]),
      turn,
    );
  return {
    retain: set(sigma.retain, size),
    forget: set(sigma.forget, size * Math.sqrt((q * (1 - alpha)) / alpha)),
    alpha,
    batch,
    sampling: 'bernoulli',
  };
}

/** Noise over D^2 on an axis of U16's problems up to which they are drawn: the more, the less a step tells of the side. */
const MOST_NOISE = 4;

/** U16's problems of `least` to `most` axes with batches of every size, those left out that take very many steps to decide. */
export function threeAxisWitnesses(least: number, most: number): Arbitrary<ProblemSpec> {
  const copies = fc.integer({ min: 1, max: 4 });
  return fc
    .record({
      axes: fc.integer({ min: least, max: most }),
      sigma: fc.record({ retain: copies, forget: copies }),
      q: fc.integer({ min: 1, max: 16 }).map((k) => k / 20),
      alpha: fc.integer({ min: 1, max: 9 }).map((k) => k / 10),
      batch: fc.record({ retain: fc.nat(39), forget: fc.nat(39) }),
      size: curvatures,
      turn: fc.boolean(),
    })
    .map(({ batch, ...shape }) => {
      const sizeOf = (set: 'retain' | 'forget'): number => 1 + (batch[set] % (shape.axes * shape.sigma[set]));
      return { ...shape, batch: { retain: sizeOf('retain'), forget: sizeOf('forget') } };
    })
    .filter(({ axes, sigma, q, batch }) => {
      const noise = axes / batch.retain - 1 / sigma.retain + q * q * (axes / batch.forget - 1 / sigma.forget);
      return noise <= MOST_NOISE * (1 - q) ** 2;
    })
    .map(({ size, turn, ...shape }) => threeAxisWitness(shape, size, turn));
}

/** U16's problems with q and alpha at both ends, the forget set whole. */
const threeAxisShares = {
  forget: fc.integer({ min: 1, max: 3 }),
  q: fc.constantFrom(0.05, 0.1, 0.25),
  alpha: fc.constantFrom(0.1, 0.5, 0.97),
  size: curvatures,
  turn: fc.boolean(),
};

/** U16's problems of 17 to 20 axes with 5 retain samples each. */
export const wideThreeAxes: Arbitrary<ProblemSpec> = fc
  .record({ ...threeAxisShares, axes: fc.integer({ min: 17, max: 20 }), share: fc.constantFrom(0.25, 0.5) })
  .map(({ axes, forget, share, size, turn, ...shape }) => {
    const batch = { retain: Math.round(share * 5 * axes), forget: axes * forget };
    return threeAxisWitness({ ...shape, axes, sigma: { retain: 5, forget }, batch }, size, turn);
  });

/**
 * U16's problems of two axes with 501 retain samples each, of which a step takes one on average; or with alpha within 3 %
 * of alpha* and full batches.
 */
export const crowdedThreeAxes: Arbitrary<ProblemSpec> = fc
  .record({ ...threeAxisShares, near: fc.boolean() })
  .map(({ near, forget, q, size, turn, ...shape }) => {
    const sigma = { retain: near ? 4 : 501, forget };
    const batch = { retain: near ? 8 : 1, forget: 2 * forget };
    return threeAxisWitness({ ...shape, axes: 2, sigma, q: near ? 0.97 : q, batch }, size, turn);
  });

/** Where D lies along the strongest sample: as low as q allows, at sqrt(nu) times its curvature, or at lambda_1(D). */
type Place = 'low' | 'middle' | 'top';

/** Parts of a problem of `strongAmongWeak`. */
interface StrongShape {
  readonly strong: 'retain' | 'forget';
  readonly place: Place;
  /** 0 for descent alone, else 1/3 to 1/2. */
  readonly q: number;
  readonly alpha: number;
  /** Weak samples that share the curvature of an axis. */
  readonly weak: number;
}

/** Batch noise of the strong set, by the place. */
const NOISE: Readonly<Record<Place, number>> = { low: 0.2, middle: 4, top: 9 };

/**
 * One strong sample of curvature 1 along e_1 among weak ones there and along e_2, where D is largest and K_F = q K_R:
 * commuting, and the more weak samples, the less they add to the noise. U17, and D4 without a forget set, are
 * approached as they grow.
 */
export function strongAmongWeak({ strong, place, q, alpha, weak }: StrongShape): ProblemSpec {
  const count = 2 * weak + 1;
  const batch = Math.round(count / (1 + NOISE[place]));
  const noise = count / batch - 1;
  const lowest = strong === 'retain' ? 1 - q : 1 / q - 1;
  // D along e_1 and along e_2.
  const along = place === 'low' ? lowest : place === 'middle' ? Math.sqrt(noise) : 2;
  const delta = place === 'low' ? lowest + (0.75 * noise) / lowest : place === 'middle' ? 1.1 * along : along;
  const forgotten = strong === 'forget' ? 1 : Math.max(0, 1 - along);
  const set = (isStrong: boolean, weight: number, first: number, second: number): SampleSpec[] => {
    const n = isStrong ? count : 2 * weak;
    const sample = (k: number, axis: number): SampleSpec => [
      axisVector(2, axis, Number(Math.sqrt((Math.max(0, k) * n) / weight).toPrecision(6))),
    ];
    const weakOnes = (k: number, axis: number): SampleSpec[] =>
      Array.from({ length: weak }, () => sample(k / weak, axis));
    const own = isStrong ? 1 : 0;
    return [...(isStrong ? [sample(1, 0)] : []), ...weakOnes(first - own, 0), ...weakOnes(second, 1)];
  };
  const retain = set(strong === 'retain', 1 - alpha, along + forgotten, delta / (1 - q));
  if (q === 0) return descentOnly(retain, batch);
  return {
    retain,
    forget: set(strong === 'forget', alpha, forgotten, (q * delta) / (1 - q)),
    alpha,
    batch: strong === 'retain' ? { retain: batch, forget: weak } : { retain: weak, forget: batch },
    sampling: 'bernoulli',
  };
}

/** These problems with so many weak samples that U17 is within some percent. */
export const strongAmong: Arbitrary<ProblemSpec> = fc
  .record({
    strong: fc.constantFrom('retain', 'forget'),
    place: fc.constantFrom('low', 'middle', 'top'),
    q: fc.constantFrom(0.35, 0.4, 0.5),
    alpha: fc.constantFrom(0.3, 0.1, 0.6),
    weak: fc.integer({ min: 24, max: 40 }),
  })
  .map(strongAmongWeak);

/** The same for descent alone: D4. */
export const strongInDescent: Arbitrary<ProblemSpec> = fc
  .record({ place: fc.constantFrom('low', 'middle', 'top'), weak: fc.integer({ min: 24, max: 40 }) })
  .map((shape) => strongAmongWeak({ strong: 'retain', q: 0, alpha: 0, ...shape }));
