import { describe, expect, test } from 'vitest';
import { frontierDocument } from '../../src/frontier/frontier-document.js';
import { requestedMap } from '../../src/frontier/maps.js';
import type { FrontierCell, FrontierMap, MapRequest } from '../../src/frontier/frontier-map.js';
import { frontierHeader, mapLog } from '../../src/frontier/map-log.js';
import { logText, parseLog } from '../../src/jobs/log.js';
import { frontierPicture } from '../../src/report/frontier-picture.js';
import { unlearning, type UnlearningImplementation } from '../../src/unlearning/process.js';
import { pictureParts } from '../report/picture-parts.js';

function requested(map: string, grid: MapRequest['grid'], implementation = unlearning) {
  const request: MapRequest = { map, seed: 3, grid, simulate: false, settings: {} };
  return { request, map: requestedMap(request, { theorems: [], implementation }) };
}

function cellsOf(map: FrontierMap): FrontierCell[][] {
  const { x, y } = map.frame;
  return x.values.map((_, column) => y.values.map((_value, row) => map.cell(column, row)));
}

function firstRow(map: FrontierMap): FrontierCell[] {
  return map.frame.x.values.map((_, column) => map.cell(column, 0));
}

const withoutAscent: UnlearningImplementation = {
  ...unlearning,
  step: (settings, ...rest) => unlearning.step({ ...settings, alpha: 0 }, ...rest),
};

describe('snr-samples', () => {
  // The first row: ten samples.
  const grid = { columns: 3, rows: 14 };

  test('networks escape about when predicted, later with a stronger signal', () => {
    const times = firstRow(requested('snr-samples', grid).map).map(({ fields }) => fields);
    for (const { escapeSteps, predictedSteps } of times) {
      expect(Math.abs(Math.log(escapeSteps! / predictedSteps!))).toBeLessThan(0.5);
    }
    expect(times[2]!.escapeSteps!).toBeGreaterThan(3 * times[0]!.escapeSteps!);
    for (const fields of times) {
      expect(fields.networks).toBe(5);
      expect(fields.escapeStepsLeast!).toBeLessThan(fields.escapeStepsLargest!);
      expect(fields.escapeStepsLeast!).toBeLessThanOrEqual(fields.escapeSteps!);
      expect(fields.escapeStepsLargest!).toBeGreaterThanOrEqual(fields.escapeSteps!);
      expect(fields.forgottenSteps!).toBeGreaterThan(fields.escapeSteps!);
      expect(fields.retainAccuracy!).toBeGreaterThan(0.5);
    }
  });

  test('a step without the ascent does not escape', () => {
    const { map } = requested('snr-samples', grid, withoutAscent);
    expect(map.cell(0, 0).fields.escapeSteps).toBeNull();
  });
});

test('snr-mixing: without ascent nothing escapes and nothing is forgotten', () => {
  const { map } = requested('snr-mixing', { columns: 1, rows: 40 }, withoutAscent);
  const { fields } = map.cell(0, 0);
  expect(map.frame.y.values[0]).toBeLessThan(0.01);
  expect(fields.escapeSteps).toBeNull();
  expect(fields.forgottenSteps).toBeNull();
  expect(fields.logForgottenSteps).toBeCloseTo(Math.log10(2000), 12);
});

describe('gradient-alignment', () => {
  const { map, request } = requested('gradient-alignment', null);
  const cells = cellsOf(map);
  const mean = (field: string, same: boolean): number => {
    // Of the retain set, 48 samples in two halves by label.
    const values = cells.flatMap((column, i) =>
      column.flatMap(({ fields }, k) =>
        i > 12 && k > 12 && i !== k && (i < 30 === k < 30) === same ? [fields[field]!] : [],
      ),
    );
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };

  test('is symmetric with 1 on the diagonal', () => {
    cells.forEach((column, i) =>
      column.forEach(({ fields }, k) => {
        expect(fields.highAfter).toBeCloseTo(cells[k]![i]!.fields.highAfter!, 12);
        if (i === k) expect(fields.lowBefore).toBeCloseTo(1, 12);
      }),
    );
  });

  test('a strong signal aligns the gradients of a class, noise does not', () => {
    expect(mean('highAfter', true)).toBeGreaterThan(0.5);
    expect(Math.abs(mean('lowAfter', true))).toBeLessThan(0.1);
  });

  test('is drawn in four panels without NaN, and its file is read again', () => {
    const run = {
      tool: { name: 't', version: '1', commit: null },
      request,
      frame: map.frame,
      shard: null,
    };
    const columns = cells.map((piece, column) => ({ column, cells: piece }));
    const svg = frontierPicture(frontierDocument(run, columns));
    const parts = pictureParts(svg);
    for (const { title } of map.frame.panels!) expect(parts.texts).toContain(title);
    expect(parts.cells.map(({ length }) => length)).toEqual([3600, 3600, 3600, 3600]);
    // The diagonal is a cosine of 1.
    for (const colours of parts.cells) expect(colours[61]).toBe(colours[0]);
    expect(parts.colourNumbers).toEqual(new Array(4).fill(['−1', '−0.5', '0', '0.5', '1']));
    expect(svg).not.toContain('NaN');
    const text = logText(frontierHeader(run), columns);
    expect(parseLog(text, 'file', mapLog).entries).toHaveLength(60);
    expect(() => requested('gradient-alignment', { columns: 3, rows: 3 })).toThrow('leave --grid out');
  });
});
