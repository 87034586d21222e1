import { describe, expect, test } from 'vitest';
import { analyzeProblem } from '../../src/analysis/analyze.js';
import type { MisfitAnswer } from '../../src/analysis/answer.js';
import { randomSource } from '../../src/statistics/generator.js';
import { problemFromSpec, type ProblemSpec, rankOneSet } from '../../src/theory/problem.js';
import { relativeDifference } from '../closeness.js';
import { normalEntries } from '../sample-problems.js';
import { asFraction, type Fraction, minus, plus, solved, times, toNumber } from '../reference/fractions.js';

const random = randomSource('far units');
const P = 3;
const rows = (n: number): number[][] => Array.from({ length: n }, () => [...normalEntries(random, 1, P)]);
const [RETAIN, FORGET] = [rows(6), rows(3).map((row) => row.map((x) => 0.3 * x))];
const PUSH = { retain: rows(6), forget: rows(3) };
/** Batches of one with replacement: the noise is that of one sample of each set. */
const SETTING = {
  alpha: 0.25,
  batch: { retain: 1, forget: 1 },
  sampling: 'with-replacement',
} as const;

function misfit(
  { scales, eta }: { scales: readonly number[]; eta: number },
  changes: Partial<ProblemSpec> = {},
  columns = (row: readonly number[]): number[] => row.map((x, j) => x * scales[j]!),
): MisfitAnswer {
  const sets = [RETAIN, FORGET].map((set) => set.map((row) => [columns(row)]));
  const pushes = [PUSH.retain, PUSH.forget].map((set) => {
    const all = set.map(columns);
    return rankOneSet(Float64Array.from(all.flat()), all[0]!.length);
  });
  const spec: ProblemSpec = { ...SETTING, retain: sets[0]!, forget: sets[1]!, ...changes };
  const gradients = { retain: pushes[0]!, forget: pushes[1]! };
  return analyzeProblem(problemFromSpec(spec), eta, [], { gradients, start: 1e-3 }).misfit!;
}

/** |D^{-1} g| and the spread in u = S^{-1} w and in w, by elimination in fractions: nothing is rounded but the result. */
function byFractions(scales: readonly number[], step: number) {
  const s = scales.map(asFraction);
  const eta = asFraction(step);
  const sets = [
    { samples: RETAIN, pushes: PUSH.retain, weight: asFraction(1 - SETTING.alpha) },
    { samples: FORGET, pushes: PUSH.forget, weight: asFraction(-SETTING.alpha) },
  ].map(({ samples, pushes, weight }) => {
    const scaled = (set: number[][]) => set.map((row) => row.map((x, j) => times(asFraction(x), s[j]!)));
    const share = times(weight, [1n, BigInt(samples.length)]);
    return { h: scaled(samples), g: scaled(pushes), weight, share };
  });
  const zero: Fraction = [0n, 1n];
  const grid = (f: (a: number, b: number) => Fraction) =>
    Array.from({ length: P }, (_, a) => Array.from({ length: P }, (__, b) => f(a, b)));
  const sum = (terms: readonly Fraction[]): Fraction => terms.reduce(plus, zero);
  const dot = (x: readonly Fraction[], y: readonly Fraction[]) =>
    sum(x.map((value, a) => times(value, y[a]!)));
  const d = grid((a, b) =>
    sum(sets.flatMap(({ h, share }) => h.map((f) => times(share, times(f[a]!, f[b]!))))),
  );
  const drift = Array.from({ length: P }, (_, a) =>
    sum(sets.flatMap(({ g, share }) => g.map((row) => times(share, row[a]!)))),
  );
  const mu = solved(d, drift).map((x) => minus(zero, x));
  // Cov of a step: for each set w^2 (mean u u^T - ubar ubar^T), u_i = h_i (h_i^T mu) + g_i.
  const covariance = (moved: (h: readonly Fraction[], g: readonly Fraction[]) => Fraction[]) =>
    sets.map(({ h, g, weight }) => {
      const all = h.map((f, i) => moved(f, g[i]!));
      const n: Fraction = [1n, BigInt(h.length)];
      const mean = Array.from({ length: P }, (_, a) => times(n, sum(all.map((u) => u[a]!))));
      return grid((a, b) =>
        times(
          times(weight, weight),
          minus(times(n, sum(all.map((u) => times(u[a]!, u[b]!)))), times(mean[a]!, mean[b]!)),
        ),
      );
    });
  const atRest = covariance((f, g) => f.map((x, a) => plus(times(x, dot(f, mu)), g[a]!)));
  const right = grid((a, b) => times(times(eta, eta), sum(atRest.map((part) => part[a]![b]!)))).flat();
  // M - E[A M A] is linear in M: its columns are those of unit matrices.
  const left = Array.from({ length: P * P }, (_, k) => {
    const unit = grid((a, b) => (a * P + b === k ? [1n, 1n] : zero));
    const image = (f: readonly Fraction[]) => unit.map((line) => dot(line, f));
    const noise = sets.map(({ h, weight }) => {
      const n: Fraction = [1n, BigInt(h.length)];
      const forms = h.map((f) => dot(f, image(f)));
      const bar = grid((a, b) => times(n, sum(h.map((f) => times(f[a]!, f[b]!)))));
      const around = (a: number, b: number) =>
        sum(bar[a]!.flatMap((x, i) => bar.map((line, j) => times(times(x, unit[i]![j]!), line[b]!))));
      return grid((a, b) =>
        times(
          times(weight, weight),
          minus(times(n, sum(h.map((f, i) => times(forms[i]!, times(f[a]!, f[b]!))))), around(a, b)),
        ),
      );
    });
    return grid((a, b) => {
      const once = plus(
        sum(d[a]!.map((x, i) => times(x, unit[i]![b]!))),
        sum(unit[a]!.map((x, i) => times(x, d[i]![b]!))),
      );
      const twice = plus(
        sum(d[a]!.flatMap((x, i) => d.map((line, j) => times(times(x, unit[i]![j]!), line[b]!)))),
        sum(noise.map((part) => part[a]![b]!)),
      );
      return minus(times(eta, once), times(times(eta, eta), twice));
    }).flat();
  });
  const moment = solved(
    left.map((_, row) => left.map((column) => column[row]!)),
    right,
  );
  const size = (x: (a: number) => Fraction) =>
    Math.sqrt(toNumber(sum(Array.from({ length: P }, (_, a) => x(a)))));
  const diagonal = (a: number): Fraction => moment[a * P + a]!;
  const square = (x: Fraction): Fraction => times(x, x);
  return {
    distance: size((a) => square(mu[a]!)),
    spread: size(diagonal),
    inParameters: {
      distance: size((a) => square(times(mu[a]!, s[a]!))),
      spread: size((a) => times(diagonal(a), square(s[a]!))),
    },
  };
}

describe('parameters whose units are eighteen orders of magnitude apart', () => {
  const CASES = [
    ['of one unit', [1, 1, 1], 0.05],
    ['features', [2 ** -30, 1, 2 ** 30], 2 ** -66],
    ['features, the largest first', [2 ** 30, 2 ** -30, 1], 2 ** -66],
    ['near the largest step size', [2 ** -15, 1, 2 ** 15], 0.3 * 2 ** -30],
  ] as const;

  test.each(CASES)('%s: rest and spread have their digits', (_, scales, eta) => {
    const expected = byFractions(scales, eta);
    const { rest, outside } = misfit({ scales, eta });
    expect(outside).toBe(0);
    expect(relativeDifference(rest!.distance, expected.distance)).toBeLessThan(1e-9);
    expect(relativeDifference(rest!.spread, expected.spread)).toBeLessThan(1e-9);
  });

  test.each([
    [[2 ** -30, 1, 2 ** 30], 2 ** -66],
    [[1, 2 ** 30, 2 ** -30], 2 ** -66],
  ] as const)('a preconditioner %o is the same, with both answers in w', (preconditioner, eta) => {
    const scales = preconditioner.map(Math.sqrt);
    const expected = byFractions(scales, eta);
    const optimizer = { preconditioner };
    const { rest, parameters, lengths } = misfit(
      { scales, eta },
      { retain: RETAIN.map((row) => [row]), forget: FORGET.map((row) => [row]), optimizer },
    );
    expect(lengths).toBe('C^{-1/2}(w - w*)');
    expect(relativeDifference(rest!.distance, expected.distance)).toBeLessThan(1e-9);
    expect(relativeDifference(rest!.spread, expected.spread)).toBeLessThan(1e-9);
    const { distance, spread } = parameters!.rest!;
    expect(relativeDifference(distance, expected.inParameters.distance)).toBeLessThan(1e-9);
    expect(relativeDifference(spread, expected.inParameters.spread)).toBeLessThan(1e-9);
  });

  test('more parameters than directions that matter: a feature given twice is one, longer by sqrt 2', () => {
    const [scales, eta] = [[2 ** -30, 1, 2 ** 30], 2 ** -66] as const;
    for (const twice of [0, 1]) {
      const longer = scales.map((x, j) => (j === twice ? Math.SQRT2 * x : x));
      const expected = misfit({ scales: longer, eta });
      const found = misfit({ scales, eta }, {}, (row) => {
        const scaled = row.map((x, j) => x * scales[j]!);
        return [...scaled, scaled[twice]!];
      });
      expect(found.outside).toBe(0);
      expect(relativeDifference(found.rest!.distance, expected.rest!.distance)).toBeLessThan(1e-9);
      expect(relativeDifference(found.rest!.spread, expected.rest!.spread)).toBeLessThan(1e-9);
      expect(relativeDifference(found.drift, expected.drift)).toBeLessThan(1e-12);
      expect(found.start).toEqual(expected.start);
    }
  });

  test('a feature in the largest unit given twice leaves the rest unknown, one of a common unit does not', () => {
    const twice =
      (scales: readonly number[]) =>
      (row: readonly number[]): number[] =>
        [...row, row[2]!].map((x, j) => x * [...scales, scales[2]!][j]!);
    const far = [2 ** -30, 1, 2 ** 30];
    expect(misfit({ scales: far, eta: 2 ** -66 }, {}, twice(far))).toMatchObject({
      rest: null,
      restUnknown: true,
    });
    const near = misfit({ scales: [1, 1, 1], eta: 0.02 }, {}, twice([1, 1, 1]));
    expect(near.rest!.distance).toBeGreaterThan(0);
    expect(near.restUnknown).toBeUndefined();
  });

  test('a feature in the largest unit given twice: the rest is told as long as it has six digits', () => {
    const told = Array.from({ length: 8 }, (_, k) => 2 ** (16 + 2 * k)).map((unit) => {
      const scales = [1 / unit, 1, unit];
      const eta = 0.02 / unit ** 2;
      const found = misfit({ scales, eta }, {}, ([x, y, z]) => [x! / unit, y!, z! * unit, z! * unit]);
      const expected = misfit({ scales: [1 / unit, 1, Math.SQRT2 * unit], eta });
      expect(found.outside).toBe(0);
      expect(found.rest === null).toBe(found.restUnknown ?? false);
      if (found.rest === null) return false;
      expect(relativeDifference(found.rest.distance, expected.rest!.distance)).toBeLessThan(1e-6);
      expect(relativeDifference(found.rest.spread, expected.rest!.spread)).toBeLessThan(1e-6);
      return true;
    });
    // What rounding may make grows as the fourth power of the unit: 1.4e-7 at 2^20, 0.009 at 2^24.
    expect(told.slice(0, 3)).toEqual([true, true, true]);
    expect(told.slice(4)).toEqual([false, false, false, false]);
  });
});
