import { describe, expect, test } from 'vitest';
import { analyzeProblem } from '../../src/analysis/analyze.js';
import { inCoordinatesOfSets } from '../../src/input/sample-gradients.js';
import { factorSet, problemFromSpec, type ProblemSpec, rankOneSet } from '../../src/theory/problem.js';
import { randomSource } from '../../src/statistics/generator.js';
import { tiltedQuadratic } from '../../src/unlearning/factor-quadratic.js';
import { unlearningProcess } from '../../src/unlearning/process.js';
import { relativeDifference } from '../closeness.js';
import { GRADIENTS, MISFIT } from './misfit-problem.js';

/** Two parameters that move at very different rates; batches of one retain and one forget sample. */
const C = [0.09, 2.25];
const SPEC: ProblemSpec = { ...MISFIT, optimizer: { preconditioner: C } };
const ETA = 0.4;
const rows = (name: 'retain' | 'forget') => rankOneSet(Float64Array.from(GRADIENTS[name].flat()), 2);
const problem = problemFromSpec(SPEC);
const gradients = inCoordinatesOfSets({ retain: rows('retain'), forget: rows('forget') }, C);
const answer = analyzeProblem(problem, ETA, [], { gradients, clip: 1, start: 0.1 });

/** Mean and second moment of w - w* after so many steps w' = w - eta C (H w + g), all pairs of samples enumerated. */
function enumerated(steps: number): { mean: number[]; second: number[][] } {
  const pairs = [0, 1, 2].flatMap((i) =>
    [0, 1].map((j) => {
      const [f, h] = [SPEC.retain[i]![0]!, SPEC.forget[j]![0]!];
      const push = [0, 1].map(
        (a) => ETA * C[a]! * (0.8 * GRADIENTS.retain[i]![a]! - 0.2 * GRADIENTS.forget[j]![a]!),
      );
      const step = [0, 1].map((a) =>
        [0, 1].map((b) => (a === b ? 1 : 0) - ETA * C[a]! * (0.8 * f[a]! * f[b]! - 0.2 * h[a]! * h[b]!)),
      );
      return { push, step };
    }),
  );
  let [mean, second] = [
    [0, 0],
    [0, 0, 0, 0],
  ];
  for (let k = 0; k < steps; k++) {
    const next = { mean: [0, 0], second: [0, 0, 0, 0] };
    for (const { push, step } of pairs) {
      const image = step.map((row, a) => row[0]! * mean[0]! + row[1]! * mean[1]! - push[a]!);
      const linear = step.map((row) => row[0]! * mean[0]! + row[1]! * mean[1]!);
      for (let a = 0; a < 2; a++) {
        next.mean[a]! += image[a]! / 6;
        for (let b = 0; b < 2; b++) {
          let moved = 0;
          for (let s = 0; s < 2; s++)
            for (let t = 0; t < 2; t++) moved += step[a]![s]! * step[b]![t]! * second[2 * s + t]!;
          moved += push[a]! * push[b]! - linear[a]! * push[b]! - push[a]! * linear[b]!;
          next.second[2 * a + b]! += moved / 6;
        }
      }
    }
    ({ mean, second } = next);
  }
  return { mean, second: [second.slice(0, 2), second.slice(2)] };
}

/** Length of a mean and the root mean square around it, parameter j times scales[j]. */
function lengths({ mean, second }: ReturnType<typeof enumerated>, scales: readonly number[]) {
  const distance = Math.hypot(...mean.map((x, a) => x * scales[a]!));
  const around = [0, 1].reduce((sum, a) => sum + (second[a]![a]! - mean[a]! ** 2) * scales[a]! ** 2, 0);
  return { distance, spread: Math.sqrt(around) };
}

const BACK = C.map((c) => 1 / Math.sqrt(c));

describe('gradients at w* beside a preconditioner', () => {
  test('make the mean rest where enumeration in w does, in C^{-1/2}(w - w*) and in w', () => {
    const resting = enumerated(4000);
    const { rest, parameters, lengths: named } = answer.misfit!;
    expect(named).toBe('C^{-1/2}(w - w*)');
    for (const [found, scales] of [
      [rest!, BACK],
      [parameters!.rest!, [1, 1]],
    ] as const) {
      const { distance, spread } = lengths(resting, scales);
      expect(relativeDifference(found.distance, distance)).toBeLessThan(1e-9);
      expect(relativeDifference(found.spread, spread)).toBeLessThan(1e-9);
    }
    expect(relativeDifference(rest!.spread, parameters!.rest!.spread)).toBeGreaterThan(0.05);
  });

  test('push by eta |C^{1/2} g| a step, by eta |C g| in w', () => {
    const first = enumerated(1);
    const { perStep, parameters, drift } = answer.misfit!;
    expect(perStep).toBeCloseTo(lengths(first, BACK).distance, 14);
    expect(drift).toBeCloseTo(perStep / ETA, 14);
    expect(parameters!.perStep).toBeCloseTo(lengths(first, [1, 1]).distance, 14);
    const plain = Math.hypot(...[0, 1].map((a) => first.mean[a]! / (ETA * C[a]!)));
    expect(parameters!.drift).toBeCloseTo(plain, 14);
  });

  test('are those that runs of the real step rest around', () => {
    const model = (name: 'retain' | 'forget') =>
      tiltedQuadratic(factorSet(SPEC[name], 2), new Float64Array(2), rows(name).factors);
    const settings = { retain: model('retain'), forget: model('forget'), alpha: 0.2, eta: ETA };
    const batch = { retain: 1, forget: 1 };
    const process = unlearningProcess(
      { ...settings, batch, procedure: problem.procedure! },
      { retain: 'with-replacement', forget: 'with-replacement' },
      new Float64Array(2),
    );
    const random = randomSource('preconditioned-misfit');
    const w = new Float64Array(2);
    const mean = [0, 0];
    const square = [0, 0];
    const steps = 400_000;
    for (let k = -2000; k < steps; k++) {
      process.drawBatches(random);
      process.applyStep(w);
      if (k < 0) continue;
      for (let a = 0; a < 2; a++) {
        mean[a]! += w[a]! / steps;
        square[a]! += w[a]! ** 2 / steps;
      }
    }
    const { distance, spread } = answer.misfit!.parameters!.rest!;
    const around = Math.sqrt(square[0]! - mean[0]! ** 2 + square[1]! - mean[1]! ** 2);
    expect(relativeDifference(Math.hypot(...mean), distance)).toBeLessThan(0.03);
    expect(relativeDifference(around, spread)).toBeLessThan(0.03);
  });
});

describe('a gradient that is clipped in w beside a preconditioner', () => {
  /** Gradients at w of all pairs. */
  const gradientsAt = (w: readonly number[]) =>
    SPEC.retain.flatMap(([f], i) =>
      SPEC.forget.map(([h], j) => {
        const along = (v: readonly number[]) => v[0]! * w[0]! + v[1]! * w[1]!;
        return [0, 1].map(
          (a) =>
            0.8 * (along(f!) * f![a]! + GRADIENTS.retain[i]![a]!) -
            0.2 * (along(h!) * h![a]! + GRADIENTS.forget[j]![a]!),
        );
      }),
    );
  const around = (distance: number, scales: readonly number[]) =>
    Array.from({ length: 720 }, (_, t) => (t * Math.PI) / 360).map((angle) => [
      distance * scales[0]! * Math.cos(angle),
      distance * scales[1]! * Math.sin(angle),
    ]);
  const largest = (points: number[][]): number =>
    Math.max(...points.flatMap((w) => gradientsAt(w).map((g) => Math.hypot(...g))));

  test('is left as it is within the radius, in either length, and not far beyond it', () => {
    const { radius, parameters } = answer.clipping!;
    for (const [r, scales] of [
      [radius, C.map(Math.sqrt)],
      [parameters!.radius, [1, 1]],
    ] as const) {
      expect(largest(around(r, scales))).toBeLessThanOrEqual(1);
      expect(largest(around(1.5 * r, scales))).toBeGreaterThan(1);
    }
  });

  test('without gradients at w* the radius is exact, as a step just beyond it shows', () => {
    const bare = analyzeProblem(problem, ETA, [], { clip: 1 }).clipping!;
    const none = gradientsAt([0, 0]);
    const curved = (points: number[][]): number =>
      Math.max(
        ...points.flatMap((w) =>
          gradientsAt(w).map((g, k) => Math.hypot(g[0]! - none[k]![0]!, g[1]! - none[k]![1]!)),
        ),
      );
    expect(bare.radiusIs).toBe('exact');
    for (const [r, scales] of [
      [bare.radius, C.map(Math.sqrt)],
      [bare.parameters!.radius, [1, 1]],
    ] as const) {
      expect(curved(around(r, scales))).toBeLessThanOrEqual(1 + 1e-12);
      expect(curved(around(1.001 * r, scales))).toBeGreaterThan(1);
    }
  });

  test('moves C^{-1/2}(w - w*) by eta c max sqrt c_j at most, w by eta c max c_j', () => {
    expect(answer.clipping!.perStep).toBeCloseTo(ETA * 1.5, 14);
    expect(answer.clipping!.parameters!.perStep).toBeCloseTo(ETA * 2.25, 14);
  });
});
