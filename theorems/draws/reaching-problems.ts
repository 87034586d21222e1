import fc, { type Arbitrary } from 'fast-check';
import { randomSource } from '../../src/random/generator.js';
import { criticalMixing } from '../../src/theory/mean-curvature.js';
import { problemFromSpec, type ProblemSpec, type SampleSpec, SAMPLINGS } from '../../src/theory/problem.js';
import { reduceSets } from '../../src/theory/reduction.js';

/**
 * Problems that reach further than the others: up to 24 coordinates, up to 200 samples or a thousand copies of a few
 * (nu to 1,000), one to three factors a sample, a condition up to 1e6, samples of sizes 1 to 1,000, alpha close to the
 * critical mixing or to 1. The numbers of a problem are drawn from a seed, so that its counts shrink and they do not.
 *
 * @param most coordinates.
 */
export function reachingProblems(most = 24): Arbitrary<ProblemSpec> {
  return fc
    .record({
      seed: fc.nat(1e6),
      r: fc.oneof(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 9, max: most })),
      retain: fc.oneof(
        { weight: 3, arbitrary: fc.integer({ min: 20, max: 150 }) },
        { weight: 1, arbitrary: fc.constant(1001) },
      ),
      forget: fc.integer({ min: 1, max: 50 }),
      share: fc.constantFrom(0, 0, 0.1, 0.5, 1),
      /** Decades of the condition and of the sizes of samples. */
      decades: fc.integer({ min: 0, max: 6 }),
      sizes: fc.integer({ min: 0, max: 3 }),
      factors: fc.integer({ min: 1, max: 3 }),
      place: fc.constantFrom('zero', 'below', 'near', 'above', 'one'),
      sampling: fc.constantFrom(...SAMPLINGS),
    })
    .map(({ seed, retain: n, forget: m, share, place, ...shape }) => {
      const random = randomSource('reaching', seed);
      // A thousand samples have two coordinates, or a draw takes minutes.
      const r = n > 150 ? 2 : shape.r;
      const scales = Array.from(
        { length: r },
        (_, a) => 10 ** ((-shape.decades / 2) * (a / Math.max(1, r - 1))),
      );
      const vector = (): number[] => {
        const size = 10 ** ((shape.sizes / 2) * (random.uniform() - 1));
        return scales.map((s) => Number((size * s * (2 * random.uniform() - 1)).toPrecision(4)) || 1e-3 * s);
      };
      const samples = (count: number): SampleSpec[] =>
        Array.from({ length: count }, () =>
          Array.from({ length: 1 + random.integer(shape.factors) }, vector),
        );
      const axes = scales.map((s, a) => [scales.map((_, b) => (a === b ? s : 0))]);
      const [retain, forget] = [[...axes, ...samples(Math.max(1, n - r))], samples(m)];
      const batch = (count: number): number => Math.max(1, Math.round(share * count));
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

/** 0, half of alpha*, 1 % below it, twice as far towards 1, or 1. */
function alphaAt(spec: ProblemSpec, place: 'zero' | 'below' | 'near' | 'above' | 'one'): number {
  if (place === 'zero') return 0;
  if (place === 'one') return 0.999;
  const { retain, forget } = problemFromSpec(spec);
  const [ofRetain, ofForget] = reduceSets([retain, forget]).sets;
  const critical = criticalMixing(ofRetain!, ofForget!);
  if (place === 'above') return Number(Math.min(0.99, 2 * critical).toPrecision(6));
  return Number(((place === 'near' ? 0.99 : 0.5) * critical).toPrecision(6));
}
