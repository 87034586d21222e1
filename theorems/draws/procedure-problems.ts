import fc, { type Arbitrary } from 'fast-check';
import { problemFromSpec, type ProblemSpec, SAMPLINGS } from '../../src/theory/problem.js';
import type { OptimizerSpec, Schedule } from '../../src/theory/procedure.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { escapeDirection, largestTotalCurvature } from '../curvature-terms.js';
import { axisVector, commutingProblems, rotated } from './extremal-families.js';
import { reachingProblems } from './reaching-problems.js';

/*
 * Problems under the procedures that people run: any drawn problem with the fields of a procedure added.
 */

/** Momenta in use, and small ones. */
export const momenta: Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0.5, 0.9, 0.8) },
  { weight: 1, arbitrary: fc.constantFrom(0.1, 0.25, 0.7, 0.95) },
);

/** The problems, each with an optimizer. */
function withOptimizer(
  problems: Arbitrary<ProblemSpec>,
  optimizer: Arbitrary<OptimizerSpec>,
): Arbitrary<ProblemSpec> {
  return fc.tuple(problems, optimizer).map(([problem, chosen]) => ({ ...problem, optimizer: chosen }));
}

/** Momenta at which the commutator with D counts. */
export const strongMomenta: Arbitrary<number> = fc.constantFrom(0.8, 0.9);

/** The problems with momentum, a quarter of them with Nesterov's gradient if asked. */
export function withMomentum(
  problems: Arbitrary<ProblemSpec>,
  momentum = momenta,
  nesterov = false,
): Arbitrary<ProblemSpec> {
  const forms = nesterov ? fc.constantFrom(true, false, false, false) : fc.constant(false);
  return withOptimizer(
    problems,
    fc.tuple(momentum, forms).map(([b, look]) => ({ momentum: b, ...(look ? { nesterov: true } : {}) })),
  );
}

/** The problems, drawn by any of the samplings that draw every batch anew. */
export function anySampling(problems: Arbitrary<ProblemSpec>): Arbitrary<ProblemSpec> {
  return fc
    .tuple(problems, fc.constantFrom(...SAMPLINGS))
    .map(([problem, sampling]) => ({ ...problem, sampling }));
}

const schedules: Arbitrary<Schedule> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ ascent: 1, descent: 1 }) },
  {
    weight: 3,
    arbitrary: fc.record({ ascent: fc.integer({ min: 1, max: 3 }), descent: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ ascent: 5, descent: 5 }) },
);

/** The problems with both sets, in turns. */
export function alternating(problems: Arbitrary<ProblemSpec>): Arbitrary<ProblemSpec> {
  return fc
    .tuple(problems, schedules)
    .filter(([{ alpha }]) => alpha > 0 && alpha < 1)
    .map(([problem, schedule]) => ({ ...problem, schedule }));
}

/**
 * Full batches of a few axes on which forgetting is about as strong as retaining, alpha close to the critical mixing on
 * either side of it: what the simultaneous step leaves may be held by turns.
 */
export const heldByAlternation: Arbitrary<ProblemSpec> = fc
  .record({
    forget: fc.array(fc.constantFrom(0.6, 0.8, 0.9, 1, 1.1), { minLength: 1, maxLength: 3 }),
    distance: fc.integer({ min: -20, max: 25 }),
    turn: fc.boolean(),
  })
  .map(({ forget, distance, turn }) => {
    const p = forget.length;
    const axes = (sizes: readonly number[]) => sizes.map((size, a) => [axisVector(p, a, size)]);
    const critical = 1 / (1 + Math.max(...forget) ** 2);
    return {
      retain: rotated(axes(forget.map(() => 1)), turn),
      forget: rotated(axes(forget), turn),
      alpha: Number((critical * (1 + distance / 100)).toPrecision(6)),
      batch: { retain: p, forget: p },
      sampling: 'without-replacement',
    };
  });

/** The problems with weight decay, by |lambda_min(D)|: from 2 % of it to 150 %, or a tenth of lambda_1(K). */
export function decayed(problems: Arbitrary<ProblemSpec>): Arbitrary<ProblemSpec> {
  return fc
    .tuple(problems, fc.constantFrom(0.02, 0.2, 0.6, 1.2, 1.5, 0))
    .map(([problem, share]) => {
      const reduced = reduceProblem(problemFromSpec(problem));
      const least = Math.abs(escapeDirection(reduced).value);
      const weightDecay = share > 0 ? share * least : 0.1 * largestTotalCurvature(reduced);
      return { ...problem, optimizer: { weightDecay: Number(weightDecay.toPrecision(4)) } };
    })
    .filter(({ optimizer }) => optimizer.weightDecay > 0);
}

/** The problems with a preconditioner. */
export function preconditioned(problems: Arbitrary<ProblemSpec>): Arbitrary<ProblemSpec> {
  const entries = fc.array(fc.constantFrom(0.05, 0.2, 0.5, 1, 2, 5, 20), { minLength: 24, maxLength: 24 });
  return fc.tuple(problems, entries).map(([problem, c]) => ({
    ...problem,
    optimizer: { preconditioner: c.slice(0, problem.retain[0]![0]!.length) },
  }));
}

/** Most samples of a set in epochs: the exact operator adds up all orders. */
export const MOST_IN_EPOCHS = 7;

/** Commuting problems with one set in epochs of single samples and the other one absent or whole. */
export const commutingEpochs: Arbitrary<ProblemSpec> = fc
  .tuple(commutingProblems(3, { escapes: true }), fc.boolean())
  .filter(([{ retain }]) => retain.length <= MOST_IN_EPOCHS)
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
