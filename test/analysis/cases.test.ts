import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { analyzeProblem } from '../../src/analysis/analyze.js';
import type { Analysis } from '../../src/analysis/answer.js';
import { readProblem } from '../../src/input/read-problem.js';
import { problemFromSpec, type ProblemSpec } from '../../src/theory/problem.js';
import { describeAnalysis } from '../../src/report/analysis-text.js';
import { theorems } from '../../theorems/index.js';

const folder = fileURLToPath(new URL('../fixtures/cases/', import.meta.url));

type Case = ProblemSpec & { readonly eta: number };

function specOf(name: string): Case {
  return JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8')) as Case;
}

function analysisOf({ eta, ...spec }: Case): Analysis {
  return analyzeProblem(problemFromSpec(spec), eta, theorems);
}

/** Sides that theorems say, none of which may be other than the exact one. */
function contradictions({ theorems: verdicts, exact }: Analysis): string[] {
  return verdicts
    .filter(({ side }) => side !== 'undecided' && (exact.verdict === 'marginal' || side !== exact.side))
    .map(({ id }) => id);
}

describe('alpha* does not depend on the units of parameters', () => {
  // 1/(1 + mu), mu = f^T Hbar_R^-1 f: of the year by rational arithmetic, of units 2 (0.25 + 0.81).
  test.each([
    ['year', 271 / 670, 2],
    ['unit-1', 1 / 3.12, 2],
    ['unit-2', 1 / 3.12, 2],
    ['contradicts-itself', 0, 2],
  ])('%s.json: alpha* %d, r = %i, and the mean escapes', (name, alphaStar, reduced) => {
    const analysis = analysisOf(specOf(name));
    expect(Math.abs(analysis.mixing.alphaStar - alphaStar)).toBeLessThan(1e-10);
    expect(analysis.dimension).toMatchObject({ reduced, leftOut: { directions: 0, largestShare: 0 } });
    expect(analysis.mixing).toMatchObject({ escapes: true, negative: 1, zero: 0 });
    expect(analysis.mixing.lambdaMin).toBeLessThan(0);
    expect(analysis.exact).toMatchObject({ etaStar: 0, side: 'diverges', verdict: 'diverges' });
    expect(analysis.exact.logGrowth).toBeGreaterThan(0);
    expect(contradictions(analysis)).toEqual([]);
  });

  test('year.json just below alpha* is stable, with an eta* that is not 0', () => {
    const below = analysisOf({ ...specOf('year'), alpha: (1 - 1e-6) * (271 / 670) });
    expect(below.mixing).toMatchObject({ escapes: false, negative: 0, zero: 0 });
    expect(below.exact).toMatchObject({ side: 'stable', verdict: 'stable' });
    expect(below.exact.etaStar).toBeGreaterThan(1e-7);
    expect(contradictions(below)).toEqual([]);
  });
});

describe('numbers stored in 16 bits', () => {
  const settings = {
    alpha: 0.05,
    eta: 0.2,
    batch: { retain: 4, forget: 2 },
    sampling: 'without-replacement',
  } as const;
  const analyzed = async (bits: 16 | 32, change = {}): Promise<Analysis> => {
    const [retain, forget] = ['R', 'F'].map((set) => `${folder}float${bits}-${set}.npy`) as [string, string];
    const { problem, eta, spanned } = await readProblem({ retain, forget, ...settings, ...change });
    return analyzeProblem(problem, eta, theorems, { spanned, parameters: 50 });
  };

  test('have the answer of those in 32, and name what they leave out', async () => {
    const [half, single] = [await analyzed(16), await analyzed(32)];
    for (const analysis of [half, single]) {
      expect(analysis.mixing.alphaStar).toBeCloseTo(0.3097, 4);
      expect(analysis.exact.etaStar).toBeCloseTo(0.599, 3);
      expect(analysis.exact.verdict).toBe('stable');
      expect(analysis.dimension).toMatchObject({ reduced: 5, leftOut: { directions: 19 } });
    }
    expect(half.dimension.precision).toBe(2 ** -11);
    expect(half.dimension.leftOut.largestShare).toBeGreaterThan(1e-10);
    expect(half.dimension.leftOut.largestShare).toBeLessThan(1e-7);
    expect(describeAnalysis(half, { ...settings })).toMatch(
      /19 directions left out as rounding \(numbers known to 4\.88e-4\), with at most 4\.99e-9 of the curvature/,
    );
  });

  test('are undecided where the sign of an eigenvalue rests on their rounding, and those in 32 are not', async () => {
    const { alphaStar } = (await analyzed(32)).mixing;
    const at = { alpha: alphaStar * 0.9999 };
    const half = await analyzed(16, at);
    expect(half.exact.verdict).toBe('undecided');
    expect(half.mixing.zero).toBe(1);
    expect(describeAnalysis(half, { ...settings, ...at })).toMatch(
      /^undecided at this precision: the sign of 1 eigenvalue of D rests on the rounding of the stored numbers/,
    );
    expect((await analyzed(32, at)).exact.verdict).not.toBe('undecided');
  });
});

describe('sets that differ in size by a million', () => {
  test('no-curvature.json: eta* 2e6, retain coherence 1', () => {
    const analysis = analysisOf(specOf('no-curvature'));
    expect(analysis.exact.etaStar / 2e6).toBeCloseTo(1, 12);
    expect(analysis.exact.verdict).toBe('stable');
    expect(analysis.coherence.retain).toBeCloseTo(1, 12);
  });

  test('nan.json: both directions count, one escapes', () => {
    const analysis = analysisOf(specOf('nan'));
    expect(analysis.coherence).toMatchObject({ retain: 1, forget: 1 });
    expect(analysis.dimension.reduced).toBe(2);
    expect(analysis.mixing).toMatchObject({ alphaStar: 0, negative: 1 });
  });
});

describe('a marginal answer', () => {
  const marginal = { side: 'diverges', verdict: 'marginal', logGrowth: 0, spectralRadius: 1 };

  test.each(['alpha-star', 'same-sample'])(
    '%s.json: rho = 1, said so, and no theorem takes a side',
    (name) => {
      const spec = specOf(name);
      const analysis = analysisOf(spec);
      expect(analysis.exact).toMatchObject(marginal);
      expect(analysis.mixing).toMatchObject({
        alphaStar: expect.closeTo(spec.alpha, 12) as number,
        lambdaMin: 0,
      });
      expect(analysis.mixing).toMatchObject({ escapes: false, negative: 0, zero: 1 });
      expect(analysis.escape).toMatchObject({ mean: null, secondMoment: null });
      expect(analysis.geometry.kind).toBe('none');
      expect(contradictions(analysis)).toEqual([]);
      const text = describeAnalysis(analysis, spec);
      expect(text).toMatch(/^marginal: alpha [\d.]+ is alpha\*, D is 0 along 1 direction, rho = 1/);
      expect(text).not.toMatch(/stable: |diverges: /);
    },
  );

  test.each([
    ['full batches at 2/lambda_1', { eta: 2 / 1.345 }],
    ['momentum at 2 (1+b)/lambda_1', { eta: 3 / 1.345, optimizer: { momentum: 0.5 } }],
    ['decay at 2/(lambda_1 + lambda)', { eta: 2 / (1.345 + 0.1), optimizer: { weightDecay: 0.1 } }],
  ])('%s: no theorem takes a side at its own threshold', (_, parts) => {
    const sets = { retain: [[[1]], [[1.3]]], forget: [], alpha: 0, batch: { retain: 2, forget: 0 } };
    for (const ratio of [1 - 1e-10, 1 - 1e-15, 1, 1 + 1e-15, 1 + 1e-10]) {
      const analysis = analysisOf({ ...sets, sampling: 'bernoulli', ...parts, eta: ratio * parts.eta });
      expect(analysis.exact).toMatchObject(marginal);
      expect(contradictions(analysis)).toEqual([]);
    }
    for (const [ratio, verdict] of [
      [1 - 1e-8, 'stable'],
      [1 + 1e-8, 'diverges'],
    ] as const) {
      const analysis = analysisOf({ ...sets, sampling: 'bernoulli', ...parts, eta: ratio * parts.eta });
      expect(analysis.theorems.some(({ side }) => side === verdict)).toBe(true);
    }
  });

  test('does not depend on the order of rows and columns', () => {
    const spec = specOf('alpha-star');
    for (const retain of [spec.retain, [...spec.retain].reverse()]) {
      for (const turned of [false, true]) {
        const sample = (one: Case['retain'][number]) => one.map((f) => (turned ? [...f].reverse() : f));
        const analysis = analysisOf({ ...spec, retain: retain.map(sample), forget: spec.forget.map(sample) });
        expect(analysis.exact).toMatchObject(marginal);
      }
    }
  });

  test.each([1, 2, 5])('any set against itself at alpha 1/2 has D = 0 (%i equal rows)', (n) => {
    const rows = Array.from({ length: n }, () => [[0.1, 0.7, -3]]);
    const batch = { retain: n, forget: n };
    const spec = {
      retain: rows,
      forget: rows,
      alpha: 0.5,
      eta: 0.3,
      batch,
      sampling: 'without-replacement',
    } as const;
    const analysis = analysisOf(spec);
    expect(analysis.exact).toMatchObject(marginal);
    expect(analysis.coherence.pair).toBeNull();
    // Batches that miss samples of a set of different ones make noise, and the second moment grows.
    const other = [[[0.1, 0.7, -3]], [[1, 2, 0.5]], [[0.3, 0.3, 0.3]]];
    const noisy = analysisOf({ ...spec, retain: other, forget: other, batch: { retain: 1, forget: 1 } });
    expect(noisy.exact.verdict).toBe('diverges');
    expect(noisy.mixing).toMatchObject({ negative: 0, zero: 3 });
  });

  test('eta = eta* is one, and a millionth beside it is not', () => {
    const spec = { ...specOf('alpha-star'), alpha: 0.2, batch: { retain: 1, forget: 1 } };
    const { etaStar } = analysisOf(spec).exact;
    expect(analysisOf({ ...spec, eta: etaStar }).exact).toMatchObject(marginal);
    expect(analysisOf({ ...spec, eta: etaStar * (1 - 1e-6) }).exact.verdict).toBe('stable');
    expect(analysisOf({ ...spec, eta: etaStar * (1 + 1e-6) }).exact.verdict).toBe('diverges');
    const text = describeAnalysis(analysisOf({ ...spec, eta: etaStar }), { ...spec, eta: etaStar });
    expect(text).toMatch(/^marginal: eta [\d.]+ is eta\*, rho = 1/);
  });

  test('a millionth beside alpha* is none', () => {
    const spec = specOf('alpha-star');
    expect(analysisOf({ ...spec, alpha: spec.alpha * (1 - 1e-6) }).exact.verdict).toBe('stable');
    expect(analysisOf({ ...spec, alpha: spec.alpha * (1 + 1e-6) }).exact.verdict).toBe('diverges');
  });
});

test('pairwise coherence is null where no pair has a positive eigenvalue, and a number where one has', () => {
  const spec = specOf('pairwise');
  expect(analysisOf(spec).coherence.pair).toBeNull();
  expect(analysisOf({ ...spec, retain: [[[0]], [[1.001]]] }).coherence.pair).toBeGreaterThan(1);
});

test('draws with replacement have noise, as many as there are samples or not', () => {
  const spec = specOf('with-replacement');
  const words = /full batches have no sampling noise/;
  expect(describeAnalysis(analysisOf(spec), spec)).toMatch(/2 draws with replacement have noise/);
  expect(describeAnalysis(analysisOf(spec), spec)).not.toMatch(words);
  const full = { ...spec, sampling: 'without-replacement' } as const;
  expect(describeAnalysis(analysisOf(full), full)).toMatch(words);
});
