import { describe, expect, test } from 'vitest';
import { analyzeProblem } from '../../src/analysis/analyze.js';
import type { MisfitAnswer } from '../../src/analysis/answer.js';
import { problemFromSpec, type ProblemSpec, rankOneSet } from '../../src/theory/problem.js';
import { relativeDifference } from '../closeness.js';
import { GRADIENTS, MISFIT } from './misfit-problem.js';

const ETA = 0.4;
const gradientSets = {
  retain: rankOneSet(Float64Array.from(GRADIENTS.retain.flat()), 2),
  forget: rankOneSet(Float64Array.from(GRADIENTS.forget.flat()), 2),
};

function misfit(spec: ProblemSpec, eta: number, start?: number): MisfitAnswer {
  const given = { gradients: gradientSets, ...(start !== undefined && { start }) };
  return analyzeProblem(problemFromSpec(spec), eta, [], given).misfit!;
}

type Row = number[];

/** The step (delta, 1) -> (A delta - eta g, 1) of a pair of samples, 3 x 3. */
function pairStep(i: number, j: number): Row[] {
  const [f, h] = [MISFIT.retain[i]![0]!, MISFIT.forget[j]![0]!];
  const rows = [0, 1].map((a) => {
    const curvature = [0, 1].map((b) => 0.8 * f[a]! * f[b]! - 0.2 * h[a]! * h[b]!);
    const gradient = 0.8 * GRADIENTS.retain[i]![a]! - 0.2 * GRADIENTS.forget[j]![a]!;
    return [...curvature.map((x, b) => (a === b ? 1 : 0) - ETA * x), -ETA * gradient];
  });
  return [...rows, [0, 0, 1]];
}

const times = (x: Row[], y: Row[]): Row[] =>
  x.map((row) => y[0]!.map((_, b) => row.reduce((sum, value, k) => sum + value * y[k]![b]!, 0)));
const transposed = (x: Row[]): Row[] => x[0]!.map((_, b) => x.map((row) => row[b]!));

/** E z z^T of z = (delta, 1) from w*, after so many steps, by enumeration of all batches. */
function enumerated(steps: number): Row[] {
  const pairs = [0, 1, 2].flatMap((i) => [0, 1].map((j) => pairStep(i, j)));
  let moment = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 1],
  ];
  for (let k = 0; k < steps; k++) {
    const images = pairs.map((a) => times(times(a, moment), transposed(a)));
    moment = moment.map((row, a) => row.map((_, b) => images.reduce((sum, m) => sum + m[a]![b]! / 6, 0)));
  }
  return moment;
}

describe('gradients at w*', () => {
  test('make the mean rest where enumeration of all batches does, with that spread', () => {
    const moment = enumerated(3000);
    const mean = [moment[0]![2]!, moment[1]![2]!];
    const spread = Math.sqrt(moment[0]![0]! + moment[1]![1]! - mean[0]! ** 2 - mean[1]! ** 2);
    const { rest } = misfit(MISFIT, ETA);
    expect(relativeDifference(rest!.distance, Math.hypot(...mean))).toBeLessThan(1e-9);
    expect(relativeDifference(rest!.spread, spread)).toBeLessThan(1e-9);
    // The push at w* alone, without what the curvature of a batch makes of the mean offset, is another number.
    const noise = GRADIENTS.retain.flat().reduce((sum, x) => sum + x * x, 0);
    expect(relativeDifference(rest!.spread, ETA * Math.sqrt(noise))).toBeGreaterThan(0.05);
  });

  test('push by eta |g| a step', () => {
    const moment = enumerated(1);
    expect(misfit(MISFIT, ETA).perStep).toBeCloseTo(Math.hypot(moment[0]![2]!, moment[1]![2]!), 14);
  });

  test('leave no point of rest where the second moment grows', () => {
    expect(misfit({ ...MISFIT, alpha: 0.9 }, ETA).rest).toBeNull();
  });

  test('exceed a near start sooner than a far one, and along one axis when the formula says', () => {
    const steps = [1e-6, 1e-3, 0.1].map((start) => misfit(MISFIT, ETA, start).start!.steps!);
    expect(steps[0]).toBeLessThanOrEqual(steps[1]!);
    expect(steps[1]).toBeLessThan(steps[2]!);
    const line = { ...MISFIT, retain: [[[1]]], forget: [[[1]]], alpha: 0.25 };
    const one = (x: number) => rankOneSet(Float64Array.of(x), 1);
    const given = { gradients: { retain: one(0.01), forget: one(0) }, start: 2 };
    const { steps: exceeded } = analyzeProblem(problemFromSpec(line), 0.1, [], given).misfit!.start!;
    // (1 - eta d)^k (x + g/d) < g/d
    const [d, g] = [0.5, 0.0075];
    expect(exceeded).toBe(Math.ceil(Math.log(1 + (2 * d) / g) / -Math.log(1 - 0.1 * d)));
  });

  describe('along directions without curvature', () => {
    const flat: ProblemSpec = { ...MISFIT, retain: [[[1, 0]]], forget: [[[1, 0]]] };
    const given = (retain: Row, forget: Row) => ({
      retain: rankOneSet(Float64Array.from(retain), 2),
      forget: rankOneSet(Float64Array.from(forget), 2),
    });
    const answered = (retain: Row, forget: Row, start: number): MisfitAnswer =>
      analyzeProblem(problemFromSpec(flat), 0.1, [], { gradients: given(retain, forget), start }).misfit!;

    test('are held by nothing: no point of rest, and the push grows by eta |g| a step', () => {
      const far = answered([0.3, 0.4], [0, 0], 10);
      expect(far.outside).toBeCloseTo(0.8 * 0.4, 12);
      expect(far.rest).toBeNull();
      // (1 - eta d)^k x < |push|, part by part: along the axis with d = 0.6 and along the other one.
      const first = (x: number): number => {
        for (let k = 1, mean = 0; ; k++) {
          mean = (1 - 0.06) * mean - 0.1 * 0.24;
          if (Math.hypot(mean, k * 0.1 * 0.32) > x * (1 - 0.06) ** k) return k;
        }
      };
      for (const x of [0.01, 0.03, 0.1, 1, 10, 100]) {
        expect(answered([0.3, 0.4], [0, 0], x).start!.steps).toBe(first(x));
      }
      // Within U alone it would take longer.
      expect(answered([0.3, 0.4], [0, 0], 1).start!.steps).toBeLessThan(
        answered([0.3, 0], [0, 0], 1).start!.steps!,
      );
    });

    test('leave a point of rest where both sets push against each other, to rounding', () => {
      const balanced = answered([0.3, 0.1], [0, 0.4], 1);
      expect(balanced.outside).toBe(0);
      expect(balanced.rest!.distance).toBeCloseTo((0.8 * 0.3) / 0.6, 12);
      expect(balanced.walk).toBe(0);
      const nearly = answered([0.3, 0.1 + 1e-11], [0, 0.4], 1);
      expect(nearly.outside).toBeGreaterThan(7e-12);
      expect(nearly.rest).toBeNull();
    });

    test('are walked along by batches whose gradients differ there', () => {
      const two: ProblemSpec = { ...flat, retain: [[[1, 0]], [[1, 0]]], alpha: 0 };
      const gradients = given([0, 0.5, 0.2, -0.5], [0, 0]);
      const { walk, rest, outside } = analyzeProblem(problemFromSpec(two), 0.1, [], { gradients }).misfit!;
      expect(outside).toBe(0);
      expect(rest!.distance).toBeCloseTo(0.1, 12);
      expect(walk).toBeCloseTo(0.1 * 0.5, 12);
    });

    test('that D has none along hold nothing either', () => {
      // Retain and forget curvature cancel along the second axis.
      const problem: ProblemSpec = {
        ...{ retain: [[[1, 0]], [[0, 1]]], forget: [[[0, 1]]], alpha: 1 / 3 },
        ...{ batch: { retain: 2, forget: 1 }, sampling: 'without-replacement' },
      };
      const gradients = given([0, 0.3, 0, 0.3], [0, 0]);
      const answer = analyzeProblem(problemFromSpec(problem), 0.1, [], { gradients, start: 0.055 });
      expect(answer.mixing.zero).toBe(1);
      expect(answer.misfit!.outside).toBeCloseTo(0.2, 12);
      expect(answer.misfit!.rest).toBeNull();
      expect(answer.misfit!.start!.steps).toBe(3);
    });
  });
});

describe('clipping at c', () => {
  test('leaves every step as it is within the radius, for every batch, and not far beyond it', () => {
    const clip = 0.6;
    const { radius, perStep } = analyzeProblem(problemFromSpec(MISFIT), ETA, [], {
      gradients: gradientSets,
      clip,
    }).clipping!;
    expect(perStep).toBeCloseTo(ETA * clip, 14);
    expect(radius).toBeGreaterThan(0);
    const largest = (distance: number): number => {
      const norms = Array.from({ length: 360 }, (_, t) => {
        const z = [distance * Math.cos((t * Math.PI) / 180), distance * Math.sin((t * Math.PI) / 180), 1];
        return [0, 1, 2].flatMap((i) =>
          [0, 1].map((j) => {
            const moved = pairStep(i, j).map((row) => row.reduce((sum, x, k) => sum + x * z[k]!, 0));
            return Math.hypot(moved[0]! - z[0]!, moved[1]! - z[1]!) / ETA;
          }),
        );
      });
      return Math.max(...norms.flat());
    };
    expect(largest(radius)).toBeLessThanOrEqual(clip);
    expect(largest(3 * radius)).toBeGreaterThan(clip);
  });
});
