import fc, { type Arbitrary } from 'fast-check';
import type { ProblemInstance, StepChoice } from '../../src/harness/instance.js';
import { type ProblemSpec, SAMPLINGS } from '../../src/theory/problem.js';
import { axisVector } from './extremal-families.js';
import { decayed } from './procedure-problems.js';
import { reachingProblems } from './reaching-problems.js';
import { exactSteps, heldSteps } from './step-choice.js';

/*
 * Problems so small that all their batches can be gone through, with what runs on them start from.
 */

const halves = (most: number): Arbitrary<number> => fc.integer({ min: -most, max: most }).map((k) => k / 2);

/** Up to three parameters, all covered by the retain set, up to five samples to retain and three to forget. */
const smallProblems: Arbitrary<ProblemSpec> = fc
  .record({
    p: fc.integer({ min: 1, max: 3 }),
    extra: fc.array(fc.array(halves(4), { minLength: 3, maxLength: 3 }), { maxLength: 2 }),
    forget: fc.array(fc.array(halves(3), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
    alpha: fc.constantFrom(0, 0.05, 0.1, 0.2, 0.3),
    batch: fc.record({ retain: fc.nat(1), forget: fc.nat(1) }),
    sampling: fc.constantFrom(...SAMPLINGS),
  })
  .map(({ p, extra, forget, alpha, batch, sampling }) => {
    const sample = (vector: readonly number[]) => [vector.slice(0, p)];
    const retain = [
      ...Array.from({ length: p }, (_, a) => [axisVector(p, a, 1.5 - a / 4)]),
      ...extra.map(sample),
    ];
    return {
      retain,
      forget: forget.map(sample),
      alpha,
      batch: {
        retain: Math.min(retain.length, 1 + batch.retain),
        forget: Math.min(forget.length, 1 + batch.forget),
      },
      sampling,
    };
  })
  .filter(({ forget }) => forget.flat(2).some((x) => x !== 0));

/** Most of them as they are, a tenth far: no more decades than inverses of 1 - T have digits for. */
const someFar = fc.oneof(
  { weight: 9, arbitrary: smallProblems },
  { weight: 1, arbitrary: reachingProblems({ few: true, decades: 4 }) },
);

/** Clipped runs: most on the side that escapes, where clipping counts. */
export const clippedRuns: Arbitrary<ProblemInstance> = fc.record({
  problem: someFar,
  step: exactSteps,
  run: fc.record({
    clip: fc.constantFrom(0.01, 0.5, 1, 3, 100),
    start: fc.array(fc.constantFrom(0.05, -0.2, 0.5, 1, -2, 3), { minLength: 1, maxLength: 3 }),
  }),
});

const restSteps: Arbitrary<StepChoice> = fc.oneof(
  { weight: 3, arbitrary: heldSteps },
  { weight: 1, arbitrary: exactSteps },
);

/** Vectors from which `ofSamples` takes one for every sample. */
const vectors = fc.array(fc.array(halves(4), { minLength: 3, maxLength: 3 }), { minLength: 8, maxLength: 8 });

/** A gradient at w* of every sample. */
function ofSamples({ retain, forget }: ProblemSpec, drawn: readonly (readonly number[])[]) {
  const p = retain[0]![0]!.length;
  const own = (count: number, from: number) =>
    Array.from({ length: count }, (_, i) => drawn[from + i]!.slice(0, p));
  return { retain: own(retain.length, 0), forget: own(forget.length, 5) };
}

/** Minima with a gradient at every sample. */
export const unfitMinima: Arbitrary<ProblemInstance> = fc
  .record({ problem: someFar, step: restSteps, gradients: vectors })
  .map(({ problem, step, gradients }) => ({
    problem,
    step,
    run: { gradients: ofSamples(problem, gradients) },
  }));

/** The problems with minima that fit, away from 0. */
function awayFromZero(problems: Arbitrary<ProblemSpec>): Arbitrary<ProblemInstance> {
  const minima = fc.array(fc.constantFrom(1, -2, 0.5, 3), { minLength: 3, maxLength: 3 });
  return fc
    .record({ problem: problems, step: restSteps, minimum: minima })
    .map(({ problem, step, minimum }) => ({
      problem,
      step,
      run: { minimum: minimum.slice(0, problem.retain[0]![0]!.length) },
    }));
}

/** Minima that fit, away from 0, with weight decay. */
export const pulledMinima: Arbitrary<ProblemInstance> = awayFromZero(decayed(someFar));

/** The problems with c outputs a sample, the first of them as drawn, the others by random rows. */
function withOutputs(problems: Arbitrary<ProblemSpec>): Arbitrary<ProblemSpec> {
  const row = fc.array(halves(3), { minLength: 3, maxLength: 3 });
  return fc
    .record({
      problem: problems,
      c: fc.integer({ min: 1, max: 3 }),
      rows: fc.array(row, { minLength: 16, maxLength: 16 }),
    })
    .map(({ problem, c, rows }) => {
      const p = problem.retain[0]![0]!.length;
      const widened = (samples: ProblemSpec['retain'], from: number) =>
        samples.map(([first], i) => [
          first!,
          ...Array.from({ length: c - 1 }, (_, k) => rows[(from + 2 * i + k) % rows.length]!.slice(0, p)),
        ]);
      return { ...problem, retain: widened(problem.retain, 0), forget: widened(problem.forget, 10) };
    });
}

const networks = withOutputs(smallProblems);

/** Models whose samples the weights 0 fit, run from other weights. */
export const startedNetworks: Arbitrary<ProblemInstance> = awayFromZero(networks);

/** Models at weights that do not fit: every sample would be fitted elsewhere. */
function unfit(steps: Arbitrary<StepChoice>): Arbitrary<ProblemInstance> {
  return fc
    .record({
      problem: networks,
      step: steps,
      minimum: fc.array(fc.constantFrom(0.5, -0.5, 1, 0), { minLength: 3, maxLength: 3 }),
      gradients: vectors,
    })
    .map(({ problem, step, minimum, gradients }) => ({
      problem,
      step,
      run: {
        minimum: minimum.slice(0, problem.retain[0]![0]!.length),
        gradients: ofSamples(problem, gradients),
      },
    }));
}

export const unfitNetworks = unfit(restSteps);

/** Cross-entropy curves less than squared loss: its thresholds lie several times higher. */
export const classifiers = unfit(
  fc.oneof(
    restSteps,
    fc.constantFrom(1.5, 2.5, 4, 6, 9, 12).map((ratio) => ({ reference: 'exact' as const, ratio })),
  ),
);
