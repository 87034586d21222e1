import { describe, expect, test } from 'vitest';
import { agreementHtml } from '../../src/report/agreement-html.js';
import { agreementMarkdown } from '../../src/report/agreement-text.js';
import { byProcedure } from '../../src/report/agreement.js';
import { boundaryFigure, boundaryLines } from '../../src/report/procedure-boundaries.js';
import { agreeingReport, troubledReport } from './sample-report.js';

const report = agreeingReport();
const ids = ({ theorems }: Pick<typeof report, 'theorems'>): string[] => theorems.map(({ id }) => id);

describe('one problem under each procedure is shown side by side:', () => {
  const figure = boundaryFigure(report.procedures)!.text;

  test('a bar and a number a procedure, the longest but for one that no step size leaves', () => {
    const ends = [...figure.matchAll(/<circle cx="([\d.]+)%"/g)].map(([, end]) => Number(end));
    expect(ends).toHaveLength(4);
    const [plain, momentum, turns, held] = ends as [number, number, number, number];
    // The axis ends 5 % beyond the longest.
    expect(plain).toBeCloseTo(100 / 1.05, 1);
    expect(momentum / plain).toBeCloseTo(0.25, 3);
    expect(turns / plain).toBeCloseTo(0.75, 3);
    expect(held).toBe(100);
    expect(figure).toContain('alternating 1:1: 1.5, a first crossing.');
    expect(figure).toContain('held at every step size: no step size escapes.');
  });

  test('in Markdown as a table', () => {
    const lines = boundaryLines(report.procedures);
    expect(lines).toContain('| momentum 0.9 | 0.5 | 0.25 |');
    expect(lines).toContain('| alternating 1:1 | 1.5 (first) | 0.75 |');
    expect(lines).toContain('| held at every step size | none | - |');
    expect(agreementMarkdown(report)).toContain(lines.join('\n'));
  });

  test('nothing in a report without procedures', () => {
    expect(boundaryFigure(null)).toBeNull();
    expect(boundaryLines(null)).toEqual([]);
    expect(agreementHtml(troubledReport())).not.toContain('id="boundaries"');
    expect(agreementHtml(report)).toContain('id="boundaries"');
  });
});

describe('theorems are grouped by procedure:', () => {
  test('every theorem once, the plain step first', () => {
    const groups = byProcedure(report.theorems);
    expect(groups.map(([procedure]) => procedure)).toEqual([
      'plain step',
      'momentum',
      'alternating steps',
      'weight decay',
      'epochs',
      'preconditioner',
      'clipping',
      'minima that do not fit',
      'sampling per set',
      'forecast',
      'data and networks',
    ]);
    expect(groups.flatMap(([, theorems]) => theorems.map(({ id }) => id))).toEqual(ids(report));
    expect(groups[1]![1].map(({ id }) => id)).toEqual(['P1', 'P1a', 'P1b', 'P1c']);
  });

  test('on the page, in the overview and among the theorems, and in Markdown', () => {
    const html = agreementHtml(report);
    expect(html).toMatch(
      /<th scope="rowgroup" colspan="5" class="procedure">epochs<\/th><\/tr>\s*<tr><th scope="row"><a href="#P4">/,
    );
    expect(html).toMatch(
      /<h3 class="procedure">epochs<\/h3>\s*<details class="theorem agrees">\s*<summary><h3><span class="id">P4</,
    );
    expect(agreementMarkdown(report)).toMatch(/\n\| _epochs_ \|[ |]+\n\| P4 epochs, commuting \|/);
  });
});
