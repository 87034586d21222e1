import { describe, expect, test } from 'vitest';
import type { FrontierDocument } from '../../src/frontier/frontier-document.js';
import { frontierText } from '../../src/report/frontier-text.js';

/** A cell with a value on one side of a border. */
const cell = (value: number, side: number) => ({ fields: { value, side } });

/** A document with a different number in every place that a text shows. */
const planted = {
  map: {
    ...{ id: 'planted', title: 'a map', setting: 'of nothing' },
    marks: [{ id: 'odd', label: 'odd ones' }],
    panels: [{ field: 'value', title: 'Value', scale: 'share' }],
    border: { field: 'side', label: 'the border' },
  },
  request: { seed: 7 },
  shard: null,
  verdict: 'contradicted',
  summary: {
    ...{ cells: 50, diverges: 20, stable: 25, boundary: 5 },
    theorems: [
      { id: 'U1', diverges: 8, stable: 3, wrong: 2 },
      { id: 'U9', diverges: 0, stable: 0, wrong: 0 },
    ],
    marks: { odd: 4 },
    certificates: { diverges: 6, stable: 7, inconclusive: 9, wrong: 1 },
    faults: ['U1 says stable'],
  },
  cells: [
    cell(0.1, -1),
    cell(0.9, 2),
    cell(0.2, -3),
    cell(0.5, 0),
    cell(0.3, -1),
    cell(0.7, 1),
    cell(0.6, 1),
  ],
} as unknown as FrontierDocument;

describe('the summary of a map shows what its document holds', () => {
  const lines = frontierText(planted, ['map.json']).split('\n');
  const row = (name: string) =>
    lines
      .find((line) => line.trimStart().startsWith(name))!
      .trim()
      .split(/\s{2,}/);

  test('cells by side, their share of all, and marks', () => {
    expect(lines).toContain('cells        50: 20 unstable (40 %), 25 stable, 5 on the boundary');
    expect(lines).toContain('             4: odd ones');
  });

  test('certificates, those that are wrong among them', () => {
    expect(lines).toContain('simulation   6 certified to diverge, 7 stable, 9 not decided; 1 wrong');
  });

  test('each theorem with both sides, their share of all cells and what is wrong; silent ones by name', () => {
    expect(row('U1')).toEqual(['U1', '8', '3', '22 %', '2']);
    expect(lines).toContain('say nothing here: U9');
  });

  test('of a panel the least, median and largest value, and the medians below and above the border', () => {
    expect(row('Value')).toEqual(['Value', '0.1', '0.5', '0.9', '0.2', '0.7']);
    const header = lines.find((line) => line.includes('median below the border'))!;
    expect(header.indexOf('median above the border')).toBeGreaterThan(header.indexOf('below'));
  });

  test('the verdict and its faults', () => {
    expect(lines).toContain('The exact operator contradicts cells:');
    expect(lines).toContain('  U1 says stable');
  });
});
