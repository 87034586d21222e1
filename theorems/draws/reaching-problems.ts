import fc, { type Arbitrary } from 'fast-check';
import type { ProblemInstance, StepChoice } from '../../src/harness/instance.js';
import { type RandomSource, randomSource } from '../../src/statistics/generator.js';
import { criticalMixing } from '../../src/theory/mean-curvature.js';
import {
  problemFromSpec,
  type ProblemSpec,
  type SampleSpec,
  type Sampling,
  SAMPLINGS,
} from '../../src/theory/problem.js';
import { reduceSets } from '../../src/theory/reduction.js';
import { axisVector } from './extremal-families.js';
import { beyondSteps, drawn, heldFarSteps, leapSteps, longSteps } from './step-choice.js';

/** Where alpha lies: 0, half of alpha*, 1 % below it, 1 % above it, twice as far, or close to 1. */
type Place = 'zero' | 'below' | 'near' | 'past' | 'above' | 'one';

/** How far problems reach. */
interface Reach {
  /** Most coordinates; default: 24. */
  readonly most?: number;
  /** Most decades of the condition; default: 6. */
  readonly decades?: number;
  /** Default: all, most of them near alpha* or 1. */
  readonly places?: readonly Place[];
  /** True: every factor lies along one of the axes. */
  readonly commuting?: boolean;
  /** Most factors of a sample; default: 3. */
  readonly factors?: number;
  /** Default: all. */
  readonly samplings?: readonly Sampling[];
  /** True: at most three coordinates, five samples to retain and three to forget, whose batches can be gone through. */
  readonly few?: boolean;
  /** True: all forget samples lie along the first factor of the first one. */
  readonly oneForgotten?: boolean;
}

const PLACES: readonly Place[] = [
  'zero',
  'below',
  'above',
  'near',
  'near',
  'near',
  'near',
  'one',
  'one',
  'one',
];

/** Places of problems in which both sets take part. */
export const TURNED: readonly Place[] = ['below', 'near', 'near', 'one', 'one'];

/** Places of problems that escape at every step size. */
export const PAST: readonly Place[] = ['past', 'past', 'above', 'one', 'one'];

/** Counts of a problem of many samples: up to 200, or a thousand. */
const MANY = {
  retain: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 110, max: 200 }) },
    { weight: 2, arbitrary: fc.integer({ min: 60, max: 110 }) },
    { weight: 1, arbitrary: fc.constant(1001) },
  ),
  forget: fc.integer({ min: 1, max: 50 }),
};

const FEW = { retain: fc.integer({ min: 1, max: 5 }), forget: fc.integer({ min: 1, max: 3 }) };

/**
 * Problems that reach further than the others: up to 24 coordinates, up to 200 samples or a thousand of two coordinates
 * (nu to 1,000), one to three factors a sample, a condition up to 1e6, samples of sizes 1 to 1,000, alpha close to the
 * critical mixing or to 1. The numbers of a problem are drawn from a seed, so that its counts shrink and they do not.
 */
export function reachingProblems({
  most = 24,
  decades = 6,
  places = PLACES,
  commuting = false,
  factors = 3,
  samplings = SAMPLINGS,
  few = false,
  oneForgotten = false,
}: Reach = {}): Arbitrary<ProblemSpec> {
  return fc
    .record({
      seed: fc.nat(1e6),
      r: few
        ? fc.integer({ min: 2, max: 3 })
        : fc.oneof(
            { weight: 1, arbitrary: fc.integer({ min: 2, max: Math.min(8, most) }) },
            { weight: 2, arbitrary: fc.integer({ min: Math.min(17, most), max: most }) },
          ),
      ...(few ? FEW : MANY),
      share: fc.constantFrom(0, 0, 0, 0.1, 1),
      decades: fc.integer({ min: 0, max: decades }),
      /** Decades of the sizes of samples. */
      sizes: fc.integer({ min: 0, max: 3 }),
      factors: fc.integer({ min: 1, max: factors }),
      place: fc.constantFrom(...places),
      sampling: fc.constantFrom(...samplings),
    })
    .map(({ seed, retain: n, forget: m, share, place, ...shape }) => {
      const random = randomSource('reaching', seed);
      // A thousand samples have two coordinates, or a draw takes minutes.
      const r = n > 1000 ? 2 : shape.r;
      const scales = Array.from(
        { length: r },
        (_, a) => 10 ** ((-shape.decades / 2) * (a / Math.max(1, r - 1))),
      );
      const vector = commuting ? axisFactor : spreadFactor;
      const samples = (count: number): SampleSpec[] =>
        Array.from({ length: count }, () =>
          Array.from({ length: 1 + random.integer(shape.factors) }, () =>
            vector(random, scales, shape.sizes),
          ),
        );
      const axes = scales.map((s, a) => [axisVector(r, a, s)]);
      const retain = [...axes, ...samples(Math.max(few ? 0 : 1, n - r))];
      const forget = oneForgotten ? alongFirst(samples(m)) : samples(m);
      // All batches of a few samples are gone through, in order.
      const largest = few ? 2 : Infinity;
      const batch = (count: number): number => Math.min(largest, Math.max(1, Math.round(share * count)));
      const spec = {
        retain,
        forget,
        alpha: 0,
        batch: { retain: batch(retain.length), forget: batch(m) },
        sampling: shape.sampling,
      };
      return { ...spec, alpha: alphaAt(spec, place) };
    });
}

/** A nine to one mixture: a tenth of a theorem's draws reach further than the others. */
export function reaching(
  near: Arbitrary<ProblemInstance>,
  far: Arbitrary<ProblemInstance>,
): Arbitrary<ProblemInstance> {
  return fc.oneof({ weight: 9, arbitrary: near }, { weight: 1, arbitrary: far });
}

/** Places of problems with D > 0. */
export const HELD: readonly Place[] = ['zero', 'below', 'near', 'near'];

/**
 * Problems that reach far under a procedure, at step sizes that decide them soon: well above the threshold, and near alpha*,
 * where growth is slow at any multiple of it, a few times 1/lambda_1(K).
 */
export function reachingSteps(
  procedure: (problems: Arbitrary<ProblemSpec>) => Arbitrary<ProblemSpec>,
  { places = PLACES, steps: far = longSteps, ...reach }: Reach & { steps?: Arbitrary<StepChoice> } = {},
): Arbitrary<ProblemInstance> {
  const at = (steps: Arbitrary<StepChoice>, isHere: (place: Place) => boolean) => {
    const here = places.filter(isHere);
    if (here.length === 0) return [];
    const problems = procedure(reachingProblems({ ...reach, places: here }));
    return [{ weight: here.length, arbitrary: drawn(problems, steps) }];
  };
  return fc.oneof(...at(far, (place) => !isNear(place)), ...at(leapSteps, isNear));
}

/**
 * Problems with D > 0 that reach far, for bounds of stability: beyond the exact threshold, where a bound that is too high
 * is contradicted, and a quarter of them well below it, with batches of all samples but one, up to eight coordinates and a
 * condition of 100, which are decided soon.
 */
export function reachingHeld({
  places = HELD,
  samplings = SAMPLINGS,
  steps = beyondSteps,
  ...reach
}: Reach & { steps?: Arbitrary<StepChoice> } = {}): Arbitrary<ProblemInstance> {
  const held = reachingProblems({
    ...reach,
    most: 8,
    decades: 2,
    places: places.filter((place) => !isNear(place)),
    // With replacement a batch of n is not the set.
    samplings: samplings.filter((sampling) => sampling !== 'with-replacement'),
  });
  const beyond = { ...reach, places, samplings, steps };
  return fc.oneof(
    { weight: 3, arbitrary: reachingSteps((problems) => problems, beyond) },
    { weight: 1, arbitrary: drawn(held.map(allButOne), heldFarSteps) },
  );
}

/** The samples along the first factor of the first one, each with its own length. */
export function alongFirst(samples: readonly SampleSpec[]): SampleSpec[] {
  const direction = samples[0]![0]!;
  const length = (sample: SampleSpec): number => Math.hypot(...sample.flat()) / Math.hypot(...direction) || 1;
  return samples.map((sample) => [direction.map((x) => Number((length(sample) * x).toPrecision(6)))]);
}

/** The problem with batches of all samples of a set but one. */
function allButOne(problem: ProblemSpec): ProblemSpec {
  const { retain, forget } = problem;
  const size = (samples: readonly SampleSpec[]): number => Math.max(1, samples.length - 1);
  return { ...problem, batch: { retain: size(retain), forget: size(forget) } };
}

/** Near alpha*, on either side of it. */
function isNear(place: Place): boolean {
  return place === 'near' || place === 'past';
}

function drawnSize(random: RandomSource, decades: number): number {
  return 10 ** ((decades / 2) * (random.uniform() - 1));
}

/** A vector with something of every axis. */
function spreadFactor(random: RandomSource, scales: readonly number[], decades: number): number[] {
  const size = drawnSize(random, decades);
  return scales.map((s) => Number((size * s * (2 * random.uniform() - 1)).toPrecision(4)) || 1e-3 * s);
}

/** A vector along one axis. */
function axisFactor(random: RandomSource, scales: readonly number[], decades: number): number[] {
  const axis = random.integer(scales.length);
  const size = drawnSize(random, decades) * scales[axis]! * (0.2 + 0.8 * random.uniform());
  return axisVector(scales.length, axis, Number(size.toPrecision(4)));
}

function alphaAt(spec: ProblemSpec, place: Place): number {
  if (place === 'zero') return 0;
  if (place === 'one') return 0.999;
  const { retain, forget } = problemFromSpec(spec);
  const [ofRetain, ofForget] = reduceSets([retain, forget]).sets;
  const critical = criticalMixing(ofRetain!, ofForget!);
  if (place === 'above') return Number(Math.min(0.99, 2 * critical).toPrecision(6));
  const share = { near: 0.99, past: 1.01, below: 0.5 }[place];
  return Number((share * critical).toPrecision(6));
}
