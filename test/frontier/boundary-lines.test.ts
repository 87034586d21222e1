import { describe, expect, test } from 'vitest';
import { type BoundaryLine, boundaryLines } from '../../src/frontier/boundary-lines.js';
import {
  type FrontierCell,
  linearValues,
  type LineDefinition,
  logValues,
  type MapAxis,
  type MapFrame,
} from '../../src/frontier/frontier-map.js';

const x: MapAxis = { name: 'x', title: 'x', unit: null, scale: 'linear', values: linearValues(0, 2, 40) };
const y: MapAxis = { name: 'eta', title: 'eta', unit: null, scale: 'log', values: logValues(0.1, 10, 60) };

/** Lines of a map whose cells have the given fields. */
function linesOf(
  fields: (x: number, eta: number) => Record<string, number | null>,
  lines: readonly LineDefinition[],
  centres = { x: x.values, y: y.values },
) {
  const frame: MapFrame = {
    id: 'test',
    title: '',
    setting: '',
    x: { ...x, values: centres.x },
    y: { ...y, values: centres.y },
    colour: { field: 'growth', title: '' },
    lines,
    marks: [],
  };
  const cell = (a: number, eta: number): FrontierCell => ({
    exact: 'stable',
    fields: { eta, ...fields(a, eta) },
    theorems: {},
    marks: [],
    certificate: null,
    wrong: [],
  });
  return boundaryLines(
    frame,
    centres.x.map((a) => centres.y.map((eta) => cell(a, eta))),
  );
}

/** The height of a line in a column. */
function readAt({ paths }: BoundaryLine, column: number): number {
  return paths.flat().find(([a]) => Math.abs(a - column) < 1e-9)![1];
}

const exact: LineDefinition = {
  id: 'exact',
  label: 'exact',
  kind: 'exact',
  field: 'growth',
  coincides: 'etaStar',
};
const theorem = (id: string, kind: LineDefinition['kind']): LineDefinition => ({
  id,
  label: id,
  kind,
  field: `eta.${id}`,
  against: 'eta',
});

describe('a boundary line', () => {
  test('lies where the number passes through zero', () => {
    const [line] = linesOf((a, eta) => ({ growth: Math.log(eta) - a }), [exact]);
    expect(line!.paths).toHaveLength(1);
    expect(line!.paths[0]!.length).toBeGreaterThan(30);
    for (const [a, eta] of line!.paths[0]!) expect(eta / Math.exp(a)).toBeCloseTo(1, 6);
  });

  test('of a threshold lies where the threshold is', () => {
    const [line] = linesOf((a) => ({ 'eta.A': 0.3 + a }), [theorem('A', 'divergence')]);
    for (const [a, eta] of line!.paths[0]!) expect(eta / (0.3 + a)).toBeCloseTo(1, 2);
  });

  test('of a step size lies in every column at the number of its cells, on coarse grids, too', () => {
    const coarse = { x: [0.1, 0.6, 1.1], y: logValues(0.05, 200, 5) };
    const fields = (a: number, eta: number) => ({
      // A growth far from a straight line in log eta.
      growth: Math.expm1(8 * (Math.log(eta) - a)) * (1 + eta ** 2),
      etaStar: Math.exp(a),
      'eta.A': 0.98 * Math.exp(a),
    });
    const lines = linesOf(fields, [exact, theorem('A', 'other')], coarse);
    expect(lines.map(({ ids }) => ids)).toEqual([['exact'], ['A']]);
    for (const a of coarse.x) {
      expect(readAt(lines[0]!, a) / Math.exp(a)).toBeCloseTo(1, 12);
      expect(readAt(lines[1]!, a) / Math.exp(a)).toBeCloseTo(0.98, 12);
    }
  });

  test('of an exact growth that crosses zero again lies there where it does', () => {
    // Stable up to 1, and between 3 and 5: only the first crossing is a threshold of the cells.
    const growth = (eta: number): number => Math.log(eta) * Math.log(eta / 3) * Math.log(eta / 5);
    const lines = linesOf((_, eta) => ({ growth: growth(eta), etaStar: 1 }), [exact]);
    const heights = lines[0]!.paths.map((path) => path[0]![1]).sort((a, b) => a - b);
    expect(heights).toHaveLength(3);
    expect(heights[0]).toBeCloseTo(1, 12);
    expect(heights[1]).toBeCloseTo(3, 1);
    expect(heights[2]).toBeCloseTo(5, 1);
  });

  test('is closed where it is a ring, and does not run along the border of the map', () => {
    const ring = (a: number, eta: number): number => 0.25 - (a - 1) ** 2 - Math.log(eta) ** 2;
    const [line] = linesOf((a, eta) => ({ growth: ring(a, eta) }), [exact]);
    expect(line!.paths[0]![0]).toEqual(line!.paths[0]!.at(-1));
    const everywhere = linesOf(() => ({ growth: 1 }), [exact]);
    expect(everywhere).toEqual([]);
  });

  test('is known only between known cells, and a point where one column alone is known', () => {
    const half = linesOf((a, eta) => ({ growth: a < 1 ? Math.log(eta) - a : null }), [exact]);
    for (const [a] of half[0]!.paths.flat()) expect(a).toBeLessThan(1);
    const single = linesOf((a) => ({ 'eta.A': a === x.values[7] ? 1.3 : null }), [theorem('A', 'both')]);
    expect(single[0]!.paths).toEqual([]);
    expect(single[0]!.points).toHaveLength(1);
    expect(single[0]!.points[0]![0]).toBeCloseTo(x.values[7]!, 9);
    expect(single[0]!.points[0]![1]).toBeCloseTo(1.3, 1);
  });

  test('ends the region of a stability theorem where that says nothing', () => {
    const [line] = linesOf((a) => ({ 'eta.A': a < 1 ? 1000 : null }), [theorem('A', 'stability')]);
    // Never beyond a cell of which it is claimed.
    const last = x.values.findLast((a) => a < 1)!;
    for (const [a] of line!.paths.flat()) expect(a).toBeCloseTo(last, 9);
  });

  test('ends at the exact boundary where that passes before a cell on which the theorem is silent', () => {
    const [line] = linesOf(
      (a) => ({ growth: a - 1.01, 'eta.A': a < 1.01 ? 1000 : null }),
      [theorem('A', 'stability')],
    );
    expect(line!.paths.flat().length).toBeGreaterThan(20);
    for (const [a] of line!.paths.flat()) expect(a).toBeCloseTo(1.01, 9);
  });
});

describe('lines that are the same', () => {
  const fields = (a: number, eta: number) => ({
    growth: Math.log(eta) - a,
    etaStar: Math.exp(a),
    'eta.A': Math.exp(a),
    'eta.B': 1.05 * Math.exp(a),
    'eta.C': a < 1.9 ? Math.exp(a) : null,
  });

  test('are drawn once under both names', () => {
    const lines = linesOf(fields, [exact, theorem('A', 'stability'), theorem('B', 'divergence')]);
    expect(lines.map(({ label, kind }) => [label, kind])).toEqual([
      ['exact = A', 'exact'],
      ['B', 'divergence'],
    ]);
  });

  test('are two if one is 5 % off or not known everywhere', () => {
    const lines = linesOf(fields, [exact, theorem('B', 'divergence'), theorem('C', 'both')]);
    expect(lines.map(({ ids }) => ids)).toEqual([['exact'], ['B'], ['C']]);
  });
});
