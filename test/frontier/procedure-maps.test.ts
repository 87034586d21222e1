import { describe, expect, test } from 'vitest';
import type { ProblemWithStep } from '../../src/harness/counterexample.js';
import type { ProcedureSpec } from '../../src/theory/procedure.js';
import { enumeratedGrowth } from '../reference/procedure-enumeration.js';
import { computedMap, requestOf, tools } from './computed-map.js';
import { boundaryLines } from '../../src/frontier/boundary-lines.js';
import { requestedMap } from '../../src/frontier/maps.js';

const given: ProblemWithStep = {
  retain: [[[1, 0.2]], [[0.1, 0.9]], [[0.7, 0.7]], [[0.2, -0.5]]],
  forget: [[[0.9, -0.4]], [[0.2, 0.1]]],
  alpha: 0.05,
  eta: 0.3,
  batch: { retain: 2, forget: 1 },
  sampling: 'without-replacement',
};

const MAPS: readonly (readonly [string, (x: number) => ProcedureSpec])[] = [
  ['procedures', (momentum) => ({ optimizer: { momentum } })],
  [
    'procedures-alternating',
    (ratio) => ({ schedule: { ascent: Math.max(1, ratio), descent: Math.max(1, 1 / ratio) } }),
  ],
];

const request = (map: string) =>
  requestOf(map, { settings: { problem: given }, grid: { columns: 4, rows: 4 } });

describe.each(MAPS)('%s', (map, changeOf) => {
  test('has in every cell the growth that enumeration of all batches has', async () => {
    const { document } = await computedMap(request(map));
    expect(document.verdict).toBe('agree');
    expect(new Set(document.cells.map(({ exact }) => exact))).toEqual(new Set(['diverges', 'stable']));
    for (const { x, fields } of document.cells) {
      const expected = enumeratedGrowth({ ...given, ...changeOf(x) }, fields.eta!);
      expect(fields.logGrowth).toBeCloseTo(expected, 7);
      // The plain step at the same step size grows otherwise.
      expect(Math.abs(fields.logGrowth! - enumeratedGrowth(given, fields.eta!))).toBeGreaterThan(1e-6);
    }
  });

  test('has the boundaries of other procedures where their growth by enumeration is 0', async () => {
    const { cells } = (await computedMap(request(map))).document;
    const others: Record<string, ProcedureSpec & Partial<Pick<ProblemWithStep, 'sampling'>>> = {
      plain: {},
      alternating: { schedule: { ascent: 1, descent: 1 } },
      epochs: { sampling: 'reshuffled' },
      momentum: { optimizer: { momentum: 0.9 } },
      nesterov: { optimizer: { momentum: cells[0]!.x, nesterov: true } },
    };
    const lines = Object.keys(others).filter((id) => cells[0]!.fields[`eta.${id}`] !== undefined);
    expect(lines.length).toBeGreaterThan(2);
    for (const id of lines) {
      const eta = cells[0]!.fields[`eta.${id}`]!;
      expect(enumeratedGrowth({ ...given, ...others[id] }, eta)).toBeCloseTo(0, 6);
      expect(enumeratedGrowth({ ...given, ...others[id] }, 1.05 * eta)).toBeGreaterThan(0);
    }
  });

  test('has its lines at the numbers of its cells, on a grid of five by five, too', async () => {
    const coarse = { ...request(map), grid: { columns: 5, rows: 5 } };
    const { document } = await computedMap(coarse);
    const columns = Array.from({ length: 5 }, (_, i) => document.cells.slice(5 * i, 5 * (i + 1)));
    const lines = boundaryLines(requestedMap(coarse, tools).frame, columns);
    const read = { exact: 'etaStar', plain: 'eta.plain', epochs: 'eta.epochs' };
    let compared = 0;
    for (const [id, field] of Object.entries(read)) {
      const points = lines.filter(({ ids }) => ids.includes(id)).flatMap(({ paths }) => paths.flat());
      for (const [first] of columns) {
        const [, eta] = points.find(([x]) => Math.abs(x / first!.x - 1) < 1e-9) ?? [];
        if (eta === undefined) continue;
        expect(eta / first!.fields[field]!, `${id} at ${first!.x}`).toBeCloseTo(1, 9);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(10);
  });

  test('is decided by sampled steps of its procedure, and by theorems about it alone', async () => {
    const simulated = { ...request(map), simulate: true, grid: { columns: 2, rows: 3 } };
    const { summary } = (await computedMap(simulated)).document;
    expect(summary.certificates!.wrong).toBe(0);
    expect(summary.certificates!.diverges + summary.certificates!.stable).toBeGreaterThan(3);
    const speaking = summary.theorems.filter(({ diverges, stable }) => diverges + stable > 0);
    expect(speaking.length).toBeGreaterThan(0);
    expect(speaking.filter(({ id }) => !id.startsWith('P'))).toEqual([]);
  });

  test('refuses a problem with a procedure of its own', () => {
    const problem = { ...given, optimizer: { momentum: 0.5 } };
    expect(() => requestedMap(requestOf(map, { settings: { problem } }), tools)).toThrow(
      `${map} needs a problem without optimizer: the map says the procedure`,
    );
  });
});

test('other maps take the procedure of a problem, and refuse a preconditioner', async () => {
  const problem = { ...given, optimizer: { momentum: 0.5 } };
  const { document } = await computedMap(requestOf('step-mixing', { settings: { problem } }));
  for (const { x, fields } of document.cells) {
    expect(fields.logGrowth).toBeCloseTo(enumeratedGrowth({ ...problem, alpha: x }, fields.eta!), 7);
  }
  const scaled = { ...given, optimizer: { preconditioner: [1, 2] } };
  expect(() => requestedMap(requestOf('step-mixing', { settings: { problem: scaled } }), tools)).toThrow(
    /maps know no preconditioner/,
  );
});
