import { describe, expect, test } from 'vitest';
import { heatMapText, frontierText } from '../../src/report/frontier-text.js';
import { frontierPicture } from '../../src/report/frontier-picture.js';
import { computedMap, requestOf } from './computed-map.js';

/** The map of problems that share their axes, which takes longest. */
const seen = computedMap(requestOf('three-axes', { grid: { columns: 6, rows: 24 } }));

describe('three-axes', () => {
  test('has every problem of a column between the two ends, and a witness on the lower one', async () => {
    const { document } = await seen;
    expect(document.summary.faults).toEqual([]);
    expect(document.verdict).toBe('agree');
    for (const { fields } of document.cells) {
      expect(fields.least! / fields.stable!).toBeCloseTo(1, 6);
      expect(fields.most!).toBeLessThanOrEqual(fields.diverges! * (1 + 1e-9));
    }
  });

  test('has the lower end of U16, by its formula', async () => {
    const { document } = await seen;
    for (const { x: q, fields } of document.cells) {
      expect(fields.stable!).toBeCloseTo(2 / (1 + (3 / 4 + (q ** 2 * 3) / 2) / (1 - q) ** 2), 6);
    }
  });

  test('has cells in which some problems hold and some diverge, and none of the sides alone', async () => {
    const { document } = await seen;
    expect(document.summary.marks.open).toBeGreaterThan(10);
    expect(document.summary.stable).toBeGreaterThan(10);
    expect(document.summary.diverges).toBeGreaterThan(10);
    const spread = document.cells.map(({ fields }) => fields.most! / fields.least!);
    expect(Math.max(...spread)).toBeGreaterThan(1.5);
  });
});

test('the summary and the characters of both maps speak of their own colours and sides', async () => {
  const texts = ({ document }: Awaited<typeof seen>) => ({
    document,
    summary: frontierText(document, []),
    picture: heatMapText(document, { coloured: false, width: 80 }),
  });
  const axes = texts(await seen);
  const { diverges, stable, boundary } = axes.document.summary;
  expect(axes.summary).toContain(`${stable} stable, ${boundary} where some hold and some diverge`);
  expect(axes.summary).toMatch(/^U15 +0 +\d+ .*\nU17 +\d+ +0 /m);
  expect(axes.picture).toMatch(
    /^\. : = {2}most hold, .*most diverge likewise \(share that diverges, less 1\/2\)$/m,
  );
  const count = (characters: RegExp): number =>
    [...axes.picture.split('+---')[0]!.matchAll(characters)].length;
  expect([count(/[:=]/g), count(/[#*]/g), count(/h/g)]).toEqual([stable, diverges, boundary]);
  const drawn = frontierPicture(axes.document);
  expect(drawn).toContain(
    `of 144 cells ${diverges} diverge, ${stable} hold, ${boundary} where some hold and some diverge; orange: most diverge, blue: most hold`,
  );
  expect(drawn).not.toContain('E|δ|²');
  const batches = texts(await computedMap(requestOf('critical-batch', { grid: { columns: 6, rows: 8 } })));
  const below = batches.document.cells.filter(({ fields }) => fields.logShare! <= -0.3).length;
  expect([...batches.picture.split('+---')[0]!.matchAll(/=/g)].length).toBe(below);
  expect(below).toBeGreaterThan(3);
  expect(batches.picture).toContain('noise costs step sizes');
});

describe('critical-batch', () => {
  test('says in its summary what batches leave of the step sizes, below the critical size and above', async () => {
    const { document } = await computedMap(requestOf('critical-batch', { grid: { columns: 5, rows: 4 } }));
    const [exact] = /^η\* as a share .*$/m.exec(frontierText(document, []))!;
    const shares = document.cells.map(({ fields }) => fields.share!);
    const [least, median, largest, below, above] = exact.split(/ {2,}/).slice(1).map(Number);
    expect([least, largest]).toEqual([
      expect.closeTo(Math.min(...shares), 4),
      expect.closeTo(Math.max(...shares), 4),
    ]);
    const middle = (sign: number): number => {
      const part = document.cells.filter(({ fields }) => sign * fields.beyond! >= 0);
      return part.map(({ fields }) => fields.share!).sort((a, b) => a - b)[
        Math.floor((part.length - 1) / 2)
      ]!;
    };
    expect(median).toBeCloseTo(shares.toSorted((a, b) => a - b)[Math.floor((shares.length - 1) / 2)]!, 3);
    expect([below, above]).toEqual([expect.closeTo(middle(-1), 3), expect.closeTo(middle(1), 3)]);
    expect(below!).toBeLessThan(0.8);
    expect(above!).toBeGreaterThan(0.95);
  });

  test('costs nothing above the critical batch size, and most at small batches, as the limit says', async () => {
    const { document } = await computedMap(requestOf('critical-batch', { grid: { columns: 4, rows: 3 } }));
    for (const { fields } of document.cells) {
      const { share, limit, beyond } = fields as Record<string, number>;
      expect(share!).toBeLessThanOrEqual(1 + 1e-9);
      if (beyond! > 0) expect(share!).toBeGreaterThan(0.85);
      expect(share! / limit!).toBeGreaterThan(0.75);
      expect(share! / limit!).toBeLessThan(1.25);
    }
    expect(document.cells.filter(({ fields }) => fields.share! < 0.5).length).toBeGreaterThan(0);
    expect(document.lines.flatMap(({ ids }) => ids)).toContain('critical');
  });
});
