import { expect, test } from 'vitest';
import { frontierDocument } from '../../src/frontier/frontier-document.js';
import type { FrontierCell, MapFrame } from '../../src/frontier/frontier-map.js';

/** A column of cells, in which a different number of cells is of each kind. */
const cell = (exact: FrontierCell['exact'], parts: Partial<FrontierCell> = {}): FrontierCell => ({
  ...{
    exact,
    fields: { logGrowth: 0.5 },
    theorems: { U1: 'undecided' },
    marks: [],
    certificate: null,
    wrong: [],
  },
  ...parts,
});
const certified = (side: NonNullable<FrontierCell['certificate']>['side']) => ({
  certificate: { side, samples: 9 },
});
const cells = [
  cell('diverges', { theorems: { U1: 'diverges' }, ...certified('diverges') }),
  cell('diverges', { theorems: { U1: 'stable' }, wrong: ['U1'], ...certified('inconclusive') }),
  cell('diverges', { theorems: { U1: 'stable' }, wrong: ['U1'], ...certified('inconclusive') }),
  cell('stable', { wrong: ['certificate'], marks: ['odd'], ...certified('diverges') }),
  cell('undecided', certified('stable')),
  cell('undecided'),
];
const axis = (name: string, count: number) => ({
  ...{ name, title: name, unit: null, scale: 'linear' as const },
  values: Array.from({ length: count }, (_, k) => k + 1),
});
const frame: MapFrame = {
  ...{ id: 'planted', title: 'a map', setting: 'of nothing', x: axis('x', 2), y: axis('y', cells.length) },
  ...{
    colour: { field: 'logGrowth', title: 'growth' },
    lines: [],
    marks: [{ id: 'odd', label: 'odd', style: 'dot' }],
  },
};
const run = {
  tool: { name: 'tool', version: '1', commit: null },
  request: { map: 'planted', seed: 1, grid: null, simulate: true, settings: {} },
  ...{ frame, shard: null },
};

test('a map counts its cells by side, theorem, certificate and mark', () => {
  const { summary, verdict } = frontierDocument(run, [{ column: 0, cells }]);
  expect(summary).toMatchObject({
    ...{ cells: 6, diverges: 3, stable: 1, boundary: 2, marks: { odd: 1 } },
    theorems: [{ id: 'U1', diverges: 1, stable: 2, wrong: 2 }],
    certificates: { diverges: 2, stable: 1, inconclusive: 2, wrong: 1 },
  });
  expect(summary.faults).toHaveLength(3);
  // One wrong cell outweighs the missing column.
  expect(verdict).toBe('contradicted');
  const right = frontierDocument(run, [{ column: 0, cells: [cells[0]!, ...cells.slice(4)] }]);
  expect(right.verdict).toBe('interrupted');
});
