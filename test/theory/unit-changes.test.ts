import { SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { criticalMixing } from '../../src/theory/mean-curvature.js';
import { curvatureSigns } from '../../src/theory/curvature-signs.js';
import { factorCount, type FactorSet, rankOneSet } from '../../src/theory/problem.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { reduceProblem, reduceSets } from '../../src/theory/reduction.js';
import { normalEntries } from '../sample-problems.js';

interface Sets {
  readonly retain: FactorSet;
  readonly forget: FactorSet;
}

function inUnits({ retain, forget }: Sets, units: Float64Array): Sets {
  const scaled = (set: FactorSet): FactorSet => ({
    ...set,
    factors: set.factors.map((x, k) => x * units[k % units.length]!),
  });
  return { retain: scaled(retain), forget: scaled(forget) };
}

/** alpha*, r and the number of negative eigenvalues of D at a mixing, of the theorem and of the operator. */
function invariants({ retain, forget }: Sets, alpha: number) {
  const { dimension, sets } = reduceSets([retain, forget]);
  const batch = { retain: retain.sampleCount, forget: forget.sampleCount };
  const problem = reduceProblem({ retain, forget, alpha, batch, sampling: 'bernoulli' });
  const values = exactStability(problem).meanEigenvalues;
  return {
    alphaStar: criticalMixing(sets[0]!, sets[1]!),
    dimension,
    escaping: values.filter((d) => d < 0).length,
    zero: values.filter((d) => d === 0).length,
    signs: curvatureSigns({ retain: sets[0]!, forget: sets[1]! })(alpha),
  };
}

/** Rank one samples in p coordinates; a third of the draws span a few of them alone, a third have a retain set that does not cover. */
function drawnSets(random: RandomSource, k: number): Sets {
  const p = 1 + random.integer(8);
  const rank = k % 3 === 0 ? Math.max(1, p - 1 - random.integer(3)) : p;
  const sparse = k % 3 === 1;
  const set = (n: number): FactorSet => {
    // Whole numbers of a few digits: their products are exact, and so is the rank.
    const small = Float64Array.from({ length: n * rank }, () => random.integer(19) - 9);
    const spread = Float64Array.from({ length: rank * p }, (_, c) =>
      rank === p ? Number(Math.floor(c / p) === c % p) : random.integer(9) - 4,
    );
    const rows = new Float64Array(n * p);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < p; j++) {
        for (let c = 0; c < rank; c++) rows[i * p + j]! += small[i * rank + c]! * spread[c * p + j]!;
      }
    }
    return rankOneSet(rows, p);
  };
  const retain = set(sparse ? 1 + random.integer(p) : p + 1 + random.integer(12));
  return { retain, forget: commonSpan(retain, random) ?? set(1 + random.integer(p + 2)) };

  /** Half of the forget sets are combinations of retain samples, and so inside their range. */
  function commonSpan(from: FactorSet, own: RandomSource): FactorSet | null {
    if (own.uniform() < 0.5) return null;
    const m = 1 + own.integer(4);
    const rows = new Float64Array(m * p);
    for (let i = 0; i < m; i++) {
      for (let s = 0; s < factorCount(from); s++) {
        const weight = own.integer(5) - 2;
        for (let j = 0; j < p; j++) rows[i * p + j]! += weight * from.factors[s * p + j]!;
      }
    }
    return rows.every((x) => x === 0) ? null : rankOneSet(rows, p);
  }
}

describe('a change of the units of single parameters, from 1e-6 to 1e6', () => {
  it('changes neither alpha* nor r nor the number of escaping directions, of 1,000 random problems', () => {
    const random = randomSource('unit changes');
    let [escaping, covered, deficient] = [0, 0, 0];
    for (let k = 0; k < 1000; k++) {
      const sets = drawnSets(random, k);
      const p = sets.retain.dimension;
      const units = Float64Array.from({ length: p }, () => 10 ** (12 * random.uniform() - 6));
      const known = invariants(sets, 0.5).alphaStar;
      const alpha = known > 0 && k % 2 === 0 ? known * (0.2 + 0.79 * random.uniform()) : random.uniform();
      const [before, after] = [invariants(sets, alpha), invariants(inUnits(sets, units), alpha)];
      expect(Math.abs(after.alphaStar - before.alphaStar), `draw ${k}`).toBeLessThan(1e-8);
      expect({ ...after, alphaStar: 0 }, `draw ${k}`).toEqual({ ...before, alphaStar: 0 });
      expect(before.escaping, `draw ${k}`).toBe(before.signs.negative);
      expect(before.escaping > 0, `draw ${k}`).toBe(alpha > before.alphaStar);
      escaping += Number(before.escaping > 0);
      covered += Number(before.alphaStar > 0);
      deficient += Number(before.dimension < p);
    }
    for (const count of [escaping, covered, deficient, 1000 - escaping]) expect(count).toBeGreaterThan(150);
  });
});

/** 1/(1 + mu) by the singular values of X_R with columns of length 1 (ml-matrix), directions below 1e-12 left out; 0 outside. */
function mixingBySingularValues({ retain, forget }: Sets): number {
  const p = retain.dimension;
  const all = [...Array.from(retain.factors), ...Array.from(forget.factors)];
  const lengths = Array.from({ length: p }, (_, j) => Math.hypot(...all.filter((_x, k) => k % p === j)) || 1);
  const scaledRows = (set: FactorSet): number[][] =>
    Array.from({ length: set.sampleCount }, (_, i) =>
      lengths.map((length, j) => set.factors[i * p + j]! / length / Math.sqrt(set.sampleCount)),
    );
  const svd = new SingularValueDecomposition(scaledRows(retain), { autoTranspose: true });
  const { rightSingularVectors: v, diagonal } = svd;
  const kept = diagonal.map((s, k) => ({ s, k })).filter(({ s }) => s > 1e-12 * diagonal[0]!);
  const relative = scaledRows(forget).map((row) => {
    const along = kept.map(({ s, k }) => ({ s, x: row.reduce((sum, y, j) => sum + y * v.get(j, k), 0) }));
    const left = row.reduce((sum, y) => sum + y * y, 0) - along.reduce((sum, { x }) => sum + x * x, 0);
    if (left > 1e-9 * row.reduce((sum, y) => sum + y * y, 0)) return null;
    return along.map(({ s, x }) => x / s);
  });
  if (relative.some((row) => row === null)) return 0;
  const top = new SingularValueDecomposition(relative as number[][], { autoTranspose: true }).diagonal[0]!;
  return 1 / (1 + top ** 2);
}

/** Features as tables hold them: lengths from 1e-3 to 1e3, a year, a constant, a category of three, a doubled column. */
function rawFeatures(random: RandomSource, n: number, withConstant: boolean): FactorSet {
  const rows = Array.from({ length: n }, () => {
    const category = random.integer(3);
    const [small, large, price] = [1e-3 * random.normal(), 1e3 * random.normal(), 3 + random.normal()];
    const year = 1990 + random.integer(34);
    return [
      small,
      large,
      price,
      year,
      ...[0, 1, 2].map((k) => Number(k === category)),
      price,
      ...(withConstant ? [1] : []),
    ];
  });
  return rankOneSet(Float64Array.from(rows.flat()), rows[0]!.length);
}

describe('raw features', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7])('have the alpha* of their singular values to 1e-8 (draw %i)', (k) => {
    const random = randomSource('raw features', k);
    const sets = {
      retain: rawFeatures(random, 40 + 10 * k, k % 2 === 0),
      forget: rawFeatures(random, 2 + k, k % 2 === 0),
    };
    const { alphaStar, dimension } = invariants(sets, 0.1);
    expect(Math.abs(alphaStar - mixingBySingularValues(sets))).toBeLessThan(1e-8);
    expect(alphaStar).toBeGreaterThan(0);
    // The doubled column adds nothing, and the constant is the sum of the categories.
    expect(dimension).toBe(7);
  });

  it('all larger or smaller by c, from 1e-30 to 1e30, have the same', () => {
    const random = randomSource('raw features', 'c');
    const sets = { retain: rawFeatures(random, 50, true), forget: rawFeatures(random, 4, true) };
    const { alphaStar, ...counts } = invariants(sets, 0.2);
    for (const c of [1e-30, 1e-15, 1e-3, 1e10, 1e30]) {
      const scaled = invariants(inUnits(sets, new Float64Array(9).fill(c)), 0.2);
      expect(Math.abs(scaled.alphaStar - alphaStar)).toBeLessThan(1e-10);
      expect({ ...scaled, alphaStar: 0 }).toEqual({ ...counts, alphaStar: 0 });
    }
  });

  it('of a forget set larger or smaller by c have mu larger by c^2', () => {
    const random = randomSource('raw features', 'mu');
    const sets = { retain: rawFeatures(random, 50, true), forget: rawFeatures(random, 4, true) };
    const { alphaStar } = invariants(sets, 0.2);
    const mu = 1 / alphaStar - 1;
    for (const c of [1e-8, 1e-3, 1e5, 1e12]) {
      const forget = { ...sets.forget, factors: sets.forget.factors.map((x) => c * x) };
      const expected = 1 / (1 + c * c * mu);
      const scaled = invariants({ ...sets, forget }, 0.2).alphaStar;
      expect(Math.abs(scaled / expected - 1)).toBeLessThan(1e-8);
    }
  });
});

it('a direction that only a sample of size 1e-12 has is kept, and decides alpha*', () => {
  const random = randomSource('a small sample');
  const rows = normalEntries(random, 6, 3);
  for (let i = 0; i < 5; i++) rows[3 * i + 2] = rows[3 * i]! + rows[3 * i + 1]!;
  for (let j = 0; j < 3; j++) rows[15 + j]! *= 1e-12;
  const forget = rankOneSet(Float64Array.of(0, 0, 1e-12), 3);
  const { dimension, alphaStar } = invariants({ retain: rankOneSet(rows, 3), forget }, 0.5);
  expect(dimension).toBe(3);
  expect(alphaStar).toBeGreaterThan(1e-3);
});
