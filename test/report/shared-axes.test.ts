import { describe, expect, test } from 'vitest';
import { BUDGETS } from '../../src/harness/budget.js';
import { sharedAxes, stepsOf } from '../../src/harness/sharp-ends.js';
import { agreementHtml } from '../../src/report/agreement-html.js';
import { agreementMarkdown } from '../../src/report/agreement-text.js';
import { sharedAxesFigure, sharedAxesLines, sharedAxesPicture } from '../../src/report/shared-axes.js';
import { theorems } from '../../theorems/index.js';
import { agreeingReport, troubledReport } from './sample-report.js';

const report = agreeingReport();
const axes = report.axes!;

type Point = readonly [x: number, y: number];

/** Points of the path with that class, in pixels of the plot. */
function points(svg: string, name: string): Point[] {
  const path = new RegExp(`<path class="${name}"[^>]* d="([^"]*)"`).exec(svg);
  return [...(path?.[1] ?? '').matchAll(/([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
}

describe('the picture of the two sharp ends', () => {
  const drawn = sharedAxes(theorems, 1, BUDGETS.quick)!;
  const svg = sharedAxesPicture(drawn);
  // Without the two corners at the border.
  const [lower, upper] = ['stable', 'diverges'].map((name) => points(svg, name).slice(1, -1)) as [
    Point[],
    Point[],
  ];

  test('has a dot for each planted and each random problem, every one between the edges of the bands', () => {
    const height = (edge: readonly Point[], at: number): number => edge.find(([x]) => x === at)![1];
    for (const name of ['planted', 'random'] as const) {
      const dots = points(svg, name);
      expect(dots).toHaveLength(drawn.columns.reduce((sum, column) => sum + column[name].length, 0));
      for (const [x, y] of dots) {
        expect(y).toBeLessThanOrEqual(height(lower, x) + 0.01);
        expect(y).toBeGreaterThanOrEqual(height(upper, x) - 0.01);
      }
    }
    expect(lower).toHaveLength(40);
    expect(svg.match(/class="sign"/g)!.length).toBe(2 * 40 + 2);
  });

  test('shows a dot beyond a planted wrong end', () => {
    const wrong = drawn.columns.map((column) => ({ ...column, diverges: 0.7 * column.diverges }));
    const spoiled = sharedAxesPicture({ ...drawn, columns: wrong });
    const edge = new Map(points(spoiled, 'diverges').slice(1, -1));
    expect(points(spoiled, 'planted').some(([x, y]) => y < edge.get(x)! - 0.5)).toBe(true);
    expect(sharedAxesLines({ ...drawn, columns: wrong }).join()).toMatch(
      /of the exact η\* \d+ lie beyond an end/,
    );
  });

  test('adds less than 60 kB to the page, with a thousand problems', () => {
    const between = (count: number, low: number, high: number): number[] =>
      Array.from({ length: count }, (_, k) => low * (high / low) ** ((k + 0.5) / count));
    const columns = drawn.columns.map((column) => ({
      ...column,
      planted: between(12, column.stable, column.diverges),
      random: between(11, column.stable, column.diverges),
    }));
    expect(columns.flatMap(stepsOf)).toHaveLength(1000);
    const thousand = { ...drawn, columns };
    expect(points(sharedAxesPicture(thousand), 'planted')).toHaveLength(12 * columns.length);
    expect(sharedAxesFigure(thousand)!.text.length).toBeLessThan(60_000);
    expect(svg).not.toContain('NaN');
  });
});

describe('beside it stand its numbers,', () => {
  const [, paragraph] = sharedAxesLines(axes) as [string, string];

  test('counted from agreement.json', () => {
    expect(paragraph).toContain('8 problems');
    expect(paragraph).toContain('all are stable (U15)');
    expect(paragraph).toContain('all diverge (U17)');
    expect(paragraph).toContain('none lies beyond an end');
    expect(paragraph).toContain('within 5 % of the upper one');
    // 0.502 lies within 1 % of the lower end.
    expect(paragraph).toContain('Of the 4 others 3 lie inside');
    expect(paragraph).toContain('at q = 0.75 the largest η* is 7.84 times the least');
  });

  test('on the page and in Markdown, and neither in a report without both ends', () => {
    expect(agreementMarkdown(report)).toContain(paragraph);
    expect(agreementHtml(report)).toContain('id="shared-axes"');
    expect(agreementHtml(troubledReport())).not.toContain('shared-axes');
    expect(sharedAxesFigure(null)).toBeNull();
    expect(sharedAxesLines(null)).toEqual([]);
  });
});
