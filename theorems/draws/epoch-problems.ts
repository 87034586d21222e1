import fc, { type Arbitrary } from 'fast-check';
import type { ProblemSpec } from '../../src/theory/problem.js';
import { commutingProblems, descentOnly, identicalGroups } from './extremal-families.js';
import { reachingProblems } from './reaching-problems.js';

/*
 * Problems in epochs, so few samples that the exact operator adds up all orders.
 */

/** Most samples of the set in epochs. */
const MOST = 7;

/** Commuting problems with one set in epochs of single samples and the other one absent or whole. */
export const commutingEpochs: Arbitrary<ProblemSpec> = fc
  .tuple(commutingProblems(3, { escapes: true }), fc.boolean())
  .filter(([{ retain }]) => retain.length <= MOST)
  .map(([problem, ofForget]) => inEpochs(problem, ofForget && problem.alpha > 0 ? 'forget' : 'retain'));

/** Commuting problems in such epochs that reach far. */
export const farEpochs: Arbitrary<ProblemSpec> = reachingProblems({ few: true, commuting: true }).map(
  (problem) => inEpochs(problem, 'retain'),
);

/** The problem with one set in epochs of single samples, the other whole. */
function inEpochs(problem: ProblemSpec, set: 'retain' | 'forget'): ProblemSpec {
  const other = set === 'retain' ? 'forget' : 'retain';
  const batch = { [set]: 1, [other]: problem[other].length } as Record<'retain' | 'forget', number>;
  const sampling = { [set]: 'reshuffled', [other]: 'without-replacement' } as const;
  return { ...problem, batch, sampling: sampling as Record<'retain' | 'forget', (typeof sampling)[string]> };
}

/**
 * One axis: retain samples of which some have no curvature and some much, and one to forget, alpha near the critical
 * mixing: within an epoch a long step takes back what the others let go.
 */
export const cancellingEpochs: Arbitrary<ProblemSpec> = fc
  .record({
    retain: fc.array(fc.constantFrom(0, 0, 1, 2, 2.5), { minLength: 1, maxLength: 3 }),
    forget: fc.constantFrom(1, 1.25, 1.5),
    distance: fc.integer({ min: -30, max: 40 }),
  })
  .map(({ retain, forget, distance }) => {
    const lengths = [...retain, 2];
    const curvature = lengths.reduce((sum, x) => sum + x * x, 0) / lengths.length;
    const critical = curvature / (curvature + forget ** 2);
    return inEpochs(
      {
        retain: lengths.map((x) => [[x]]),
        forget: [[[forget]]],
        alpha: Number(Math.min(0.95, critical * (1 + distance / 100)).toPrecision(4)),
        batch: { retain: 1, forget: 1 },
        sampling: 'reshuffled',
      },
      'retain',
    );
  });

/** Descent alone in epochs: random samples, batches that divide them or not. */
export const descentEpochs: Arbitrary<ProblemSpec> = fc
  .record({
    r: fc.integer({ min: 1, max: 3 }),
    entries: fc.array(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 3, maxLength: 3 }), {
      minLength: 2,
      maxLength: 6,
    }),
    batch: fc.nat(5),
    dropLast: fc.boolean(),
  })
  .map(({ r, entries, batch, dropLast }) => {
    const retain = entries.map((vector) => [vector.slice(0, r).map((x) => x / 2)]);
    return reshuffled({ ...descentOnly(retain, 1 + (batch % retain.length)) }, dropLast);
  })
  .filter(({ retain }) => retain.flat(2).some((x) => x !== 0));

/** Groups of identical samples on orthogonal axes, one a step: the bound of P4a is attained. */
export const groupedEpochs: Arbitrary<ProblemSpec> = identicalGroups
  .filter(({ retain }) => retain.length <= MOST)
  .map((problem) => reshuffled({ ...problem, batch: { retain: 1, forget: 1 } }, false));

/** Descent alone in epochs of single samples or pairs, with a large condition and unlike samples. */
export const farDescentEpochs: Arbitrary<ProblemSpec> = fc
  .tuple(reachingProblems({ few: true, places: ['zero'] }), fc.constantFrom(1, 2))
  .map(([problem, retain]) => reshuffled({ ...problem, batch: { retain, forget: 1 } }, false));

function reshuffled(problem: ProblemSpec, dropLast: boolean): ProblemSpec {
  const { retain, batch } = problem;
  const uneven = retain.length % batch.retain !== 0;
  return { ...problem, sampling: 'reshuffled', ...(uneven ? { dropLast } : {}) };
}
