import { parse } from 'parse5';
import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../src/analysis/answer.js';
import type { Recommendation } from '../../src/analysis/recommendation.js';
import type { AnalysisPage } from '../../src/report/analysis-page.js';
import { coherenceTable, subsetSection, theoremTable } from '../../src/report/analysis-tables.js';
import { describeAnalysis } from '../../src/report/analysis-text.js';
import type { Markup } from '../../src/report/markup.js';
import { elementsOf, textOf } from './page-faults.js';
import { holdingPage, leavingPage } from './sample-analysis.js';

const holding = holdingPage();
const leaving = leavingPage();

/** Lines of an answer, with parts of the analysis in their place. */
function answered({ analysis, setting }: AnalysisPage, part: Partial<Analysis> = {}): string[] {
  return describeAnalysis({ ...analysis, ...part }, setting).split('\n');
}
const cells = (line: string): string[] => line.trim().split(/ {2,}/);
const after = (lines: readonly string[], start: RegExp): string[] =>
  lines.slice(lines.findIndex((line) => start.test(line)));

test('a heavy tail is named where single runs shrink for certain, and not where they may', () => {
  const headline = (low: number, high: number) =>
    answered(leaving, { typical: { growth: -0.01, low, high } })[0];
  expect(headline(-0.02, -0.001)).toMatch(/; single runs shrink all the same, rare ones carry the growth$/);
  expect(headline(-0.02, 0.001)).not.toMatch(/single runs/);
});

test('eta stands beside eta*, and D beside alpha*', () => {
  const lines = answered(holding);
  // 0.8/2.743
  expect(lines.join('\n')).toContain('eta* 2.743: below it the old minimum holds; eta 0.8 is 29.2 % of it');
  expect(lines.join('\n')).toContain('D has eigenvalues 0.1165 .. 0.6398');
  const above = describeAnalysis(holding.analysis, { ...holding.setting, eta: 5.486 });
  expect(above).toContain('eta 5.486 is 2 times as large');
});

describe('a subset', () => {
  const subset: NonNullable<Analysis['subset']> = {
    ...{ seed: 37, confidence: 0.93, certainEtaStar: 0.0811, side: 'undecided' },
    samples: {
      retain: { of: 900, drawn: 180, thinned: false },
      forget: { of: 70, drawn: 70, thinned: false },
    },
    intervals: {
      sigma: { low: 3.51, high: 4.02, exact: false },
      alphaStar: { low: 0.181, high: 0.221, exact: false },
      lambdaMin: { low: 12.15, high: 12.15, exact: true },
      etaStar: { low: 0.0891, high: null, exact: false },
    },
  };

  test('is said with its samples, confidence and intervals in text', () => {
    const lines = answered(holding, { subset });
    expect(lines[0]).toBe('estimate from a subset: undecided, the interval of eta* contains eta 0.8');
    expect(lines.slice(1, 5).map((line) => line.replace(/^drawn/, '').trim())).toEqual([
      '180 of 900 retain and all 70 forget samples (seed 37); theorems are not asked, they need all samples',
      'the intervals hold together with probability 93 %, to first order (docs/subsets.md)',
      'sigma in [3.51, 4.02], alpha* in [0.181, 0.221]',
      'lambda_min(D) 12.15 (of all samples), eta* at least 0.0891, certain: eta* >= 0.0811',
    ]);
    const headline = (part: Partial<typeof subset>, alpha: number) =>
      describeAnalysis(
        { ...holding.analysis, subset: { ...subset, ...part } },
        { ...holding.setting, alpha },
      ).split('\n')[0];
    expect(headline({ side: 'stable' }, 0.1)).toMatch(/stable, eta 0.8 is below the interval of eta\*$/);
    expect(headline({ side: 'diverges' }, 0.1)).toMatch(/diverges, eta 0.8 is above the interval of eta\*$/);
    expect(headline({ side: 'diverges' }, 0.222)).toMatch(
      /diverges, alpha 0.222 is above the interval of alpha\*$/,
    );
  });

  test('and on the page', () => {
    const shown = textOf(
      parse(subsetSection({ ...holding, analysis: { ...holding.analysis, subset } })!.text),
    );
    expect(shown).toContain('180 of 900 retain samples and 70 of 70 forget samples (seed 37)');
    expect(shown).toContain('with a confidence of 93 %');
    expect(shown).toContain('η* ≥ 0.0811');
    const rows = rowsOf(subsetSection({ ...holding, analysis: { ...holding.analysis, subset } })!);
    expect(rows).toContainEqual(['unlearning coherence σ', '3.705', '3.51', '4.02']);
    expect(rows).toContainEqual(['critical mixing α*', '0.3995', '0.181', '0.221']);
    expect(rows).toContainEqual(['smallest eigenvalue λmin(D)', '0.1165', 'of all samples']);
    expect(rows).toContainEqual(['critical step η*', '2.743', '0.0891', 'unbounded']);
    const bounded = {
      ...subset,
      intervals: { ...subset.intervals, etaStar: { low: 1.5, high: 3.5, exact: false } },
    };
    expect(
      rowsOf(subsetSection({ ...holding, analysis: { ...holding.analysis, subset: bounded } })!),
    ).toContainEqual(['critical step η*', '2.743', '1.5', '3.5']);
  });
});

function rowsOf(section: Markup): string[][] {
  const elements = elementsOf(parse(section.text));
  return elements
    .filter(({ tagName }) => tagName === 'tr')
    .map((row) =>
      elementsOf(row)
        .filter(({ tagName }) => tagName === 'th' || tagName === 'td')
        .map((cell) => textOf(cell).trim()),
    );
}

test('a recommendation is said with its range, what is expected there and what single runs did', () => {
  const best: NonNullable<Recommendation['best']> = {
    ...{ alpha: 0.31, eta: 0.042, batch: { retain: 16, forget: 4 }, low: 0.021, high: 0.084, margin: 2 },
    ...{ retainShare: 0.071, outcome: { steps: 611, forgetLoss: 5.1e4, retainLoss: 8.2, keptLoss: 0.93 } },
    runs: { typical: { growth: 0.02, low: 0.019, high: 0.021 }, runs: 200, escaped: 0.985, worse: 0.015 },
  };
  const other = { ...best, alpha: 0.41, low: 0.03, high: 0.0432, margin: 1.2 };
  const closed = { ...best, batch: { retain: 8, forget: 2 }, low: null, high: null, margin: null };
  const recommendation: Recommendation = {
    ...{
      steps: 750,
      factor: 300,
      retainShareLimit: 0.12,
      region: [closed, other, best],
      best,
      obstacle: null,
    },
  };
  const lines = after(answered(leaving, { recommendation }), /^Recommended/);
  expect(lines.slice(0, 6)).toEqual([
    'Recommended for growth by the factor 300 within 750 steps, at most 12 % of the retain curvature going with it:',
    '  alpha 0.31, eta 0.042, batches 16 / 4',
    '  eta may be from 0.021 to 0.084, a factor 2 either way; 7.1 % of the retain curvature escapes',
    '  expected at the escape, after 611 steps: forget loss x 51000, retain loss x 8.2, along the kept directions x 0.93',
    '  (linear theory, near the old minimum: escape is not deletion, and stopping is up to you)',
    '  of 200 simulated single runs 98.5 % escape within 750 steps, 1.5 % end with more retain loss along the kept directions than they began with',
  ]);
  expect(
    after(lines, /^batches/)
      .slice(0, 3)
      .map(cells),
  ).toEqual([
    ['batches', 'alpha', 'eta from', 'to', 'margin'],
    ['8 / 2', '-', '-', '-', '-'],
    ['16 / 4', '0.31', '0.021', '0.084', '2'],
  ]);
  const none = { ...recommendation, best: null, obstacle: { axis: 'cross', reason: 'because' } as const };
  expect(after(answered(leaving, { recommendation: none }), /^No setting/).slice(0, 2)).toEqual([
    'No setting to recommend for growth by the factor 300 within 750 steps, at most 12 % of the retain curvature going with it.',
    'Blocked by cross coherence: because.',
  ]);
});

test('a sweep is said rate by rate, with its window and the rule of its words', () => {
  const typical = { growth: 0.0123, low: 0.012, high: 0.0126 };
  const sweep: NonNullable<Analysis['sweep']> = [
    { ...{ lr: 0.01, eta: 0.02, side: 'stable', steps: null, forgetLoss: 0.91, retainLoss: 0.72 }, typical: { ...typical, growth: -0.5 }, word: 'nothing' }, // prettier-ignore
    { ...{ lr: 0.03, eta: 0.06, side: 'diverges', steps: 40.2, forgetLoss: 512, retainLoss: 17 }, typical, word: 'forgets' }, // prettier-ignore
    { ...{ lr: 0.09, eta: 0.18, side: 'diverges', steps: 5, forgetLoss: 7000, retainLoss: 6000 }, typical, word: 'breaks' }, // prettier-ignore
  ];
  const sweepRule = { steps: 330, factor: 20, retainShare: 0.15 };
  const lines = after(answered(leaving, { sweep, window: [0.03, 0.05], sweepRule }), /^Within/);
  expect(lines[0]).toBe('Within 330 steps an lr from 0.03 to 0.05 forgets:');
  expect(lines.slice(1, 5).map(cells)).toEqual([
    ['lr', 'side', 'steps to escape', 'forget loss', 'retain loss', '2 gamma', 'word'],
    ['0.01', 'stable', 'never', 'x 0.91', 'x 0.72', '-0.5', 'nothing'],
    ['0.03', 'diverges', '41', 'x 512', 'x 17', '0.0123', 'forgets'],
    ['0.09', 'diverges', '5', 'x 7000', 'x 6000', '0.0123', 'breaks'],
  ]);
  expect(lines[5]).toMatch(
    /^forgets: the expected forget loss grows by 400, the retain loss by no more than 15 % of that;/,
  );
  const byEta = sweep.map((one) => ({ ...one, lr: null }));
  const without = answered(leaving, { sweep: byEta, window: null, sweepRule });
  const [title, head, first] = after(without, /^No eta/);
  expect([title, cells(head!)[0], cells(first!)[0]]).toEqual([
    'No eta of these forgets within 330 steps:',
    'eta',
    '0.02',
  ]);
});

test('forget samples are named by their ids where they have them, else by their rows', () => {
  const samples = [2, 0, 1].map((index, k) => ({ index, share: 0.1 + 0.2 * k }));
  const named = samples.map((one) => ({ ...one, id: 70 + one.index }));
  const table = (some: Analysis['geometry']['samples']) =>
    after(answered(leaving, { geometry: { ...leaving.analysis.geometry, samples: some } }), /^Forget samples/)
      .slice(1, 4)
      .map(cells);
  expect(table(samples)).toEqual([
    ['sample', 'curvature that escapes'],
    ['2', '10 %'],
    ['0', '30 %'],
  ]);
  expect(table(named).map(([name]) => name)).toEqual(['id', '72', '70']);
});

describe('the table of coherences', () => {
  const rows = rowsOf(coherenceTable(leaving));
  const words = (name: string) => rows.find(([own]) => own === name)!.at(-1)!;

  test('counts samples that pull alike, of those in the step', () => {
    expect(words('unlearning σ')).toBe('as if 41 of the 224 samples of the step pulled along one direction');
    expect(words('retain')).toBe('as if 38 of the 200 retain samples pulled along one direction');
    expect(words('forget')).toBe('as if 6.4 of the 24 forget samples pulled along one direction');
    const descent = { ...leaving, setting: { ...leaving.setting, alpha: 0 } };
    const own = rowsOf(coherenceTable(descent)).find(([name]) => name === 'unlearning σ')!;
    expect(own.at(-1)).toContain('41 of the 200 samples of the step');
  });

  test('says what is left, how hard the forget set pulls and where it cannot be held', () => {
    expect(words('c of the retain set')).toContain('batches of 16 leave at least 59.2 % of the step sizes');
    // 1.5 of 24 samples.
    expect(words('c of the forget set')).toContain('6.3 % as hard as the strongest alone');
    // 0.2338 of 0.7891.
    expect(words('cross')).toContain('overlap: 0.2963 of λ1(S) = 0.7891');
    // 0.8758/1.8758.
    expect(words('κ')).toContain('κ/(1+κ) = 0.4669');
  });
});

test('a theorem on the other side than the exact operator raises an alarm, on either side', () => {
  const says = (side: 'stable' | 'diverges', exact: 'stable' | 'diverges') => {
    const verdict = { id: 'U5', name: 'noise', applies: true, side, etaThreshold: 2.5 };
    const page = { ...holding, analysis: { ...holding.analysis, theorems: [verdict] } };
    page.analysis.exact = { ...page.analysis.exact, side: exact };
    return textOf(parse(theoremTable(page).text));
  };
  for (const [side, exact] of [
    ['stable', 'diverges'],
    ['diverges', 'stable'],
  ] as const) {
    // prettier-ignore
    expect(says(side, exact)).toContain('U5: not the side of the exact operator');
    expect(says(exact, exact)).toContain('U5 decides this setting, on the side of the exact operator');
  }
});
