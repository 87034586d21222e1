import { describe, expect, test } from 'vitest';
import { DRAW_CLASSES, drawTable, missedFloors } from '../../src/harness/draw-classes.js';
import type { DrawFeatures } from '../../src/harness/examination.js';

const base: DrawFeatures = {
  sampling: 'bernoulli',
  procedure: {
    momentum: 0,
    nesterov: false,
    schedule: null,
    epochs: false,
    decay: 0,
    preconditioned: false,
    perSet: false,
  },
  batchShare: 0.3,
  nu: 2,
  samples: 5,
  r: 2,
  factors: 1,
  alpha: 0.2,
  criticalMixing: 0.4,
  condition: 2,
  sizes: 4,
  within: 0.4,
  across: 0.1,
  distance: 0.2,
  ratio: 1,
  telling: false,
};

/** The class of a draw in one dimension. */
function classOf(dimension: string, parts: Partial<DrawFeatures>): string | null {
  const found = DRAW_CLASSES.filter(({ name }) => name.startsWith(`${dimension}: `)).filter(({ holds }) =>
    holds({ ...base, ...parts }),
  );
  if (found.length > 1) throw new Error(`${dimension} has ${found.length} classes at once`);
  return found[0]?.name.slice(dimension.length + 2) ?? null;
}

describe('a draw is in one class of each dimension, which its bounds close:', () => {
  const rows: [string, keyof DrawFeatures, [number, string | null][]][] = [
    [
      'batches',
      'batchShare',
      [
        [0.01, 'below half'],
        [0.5 - 1.5e-9, 'below half'],
        [0.5 - 0.8e-9, 'half or more'],
        [1 - 1.5e-9, 'half or more'],
        [1 - 0.8e-9, 'full'],
        [1, 'full'],
      ],
    ],
    [
      'nu',
      'nu',
      [
        [0, null],
        [0.1, 'to 1'],
        [1, 'to 1'],
        [1.01, '1 to 5'],
        [5, '1 to 5'],
        [5.01, 'above 5'],
        [1e9, 'above 5'],
      ],
    ],
    [
      'samples',
      'samples',
      [
        [1, 'to 6'],
        [6, 'to 6'],
        [7, '7 to 16'],
        [16, '7 to 16'],
        [17, 'above 16'],
      ],
    ],
    [
      'r',
      'r',
      [
        [1, 'to 3'],
        [3, 'to 3'],
        [4, '4 to 8'],
        [8, '4 to 8'],
        [9, 'above 8'],
      ],
    ],
    [
      'factors',
      'factors',
      [
        [1, 'one'],
        [2, 'several'],
      ],
    ],
    [
      'mixing',
      'alpha',
      [
        [0, 'alpha = 0'],
        [0.01, 'below alpha*'],
        [0.39, 'below alpha*'],
        [0.4, null],
        [0.41, 'above alpha*'],
      ],
    ],
    [
      'condition',
      'condition',
      [
        [1, 'to 3'],
        [3, 'to 3'],
        [3.01, '3 to 10'],
        [10, '3 to 10'],
        [10.1, 'above 10'],
      ],
    ],
    [
      'alignment within',
      'within',
      [
        [0.01, 'to 0.5'],
        [0.5, 'to 0.5'],
        [0.51, 'above 0.5'],
        [1, 'above 0.5'],
      ],
    ],
    [
      'alignment across',
      'across',
      [
        [0, 'to 0.8'],
        [0.8, 'to 0.8'],
        [0.81, 'above 0.8'],
      ],
    ],
    [
      'distance',
      'distance',
      [
        [0, 'within 5 %'],
        [0.05, 'within 5 %'],
        [0.051, '5 % to 30 %'],
        [0.3, '5 % to 30 %'],
        [0.31, 'beyond 30 %'],
      ],
    ],
  ];

  test.each(rows)('%s', (dimension, feature, values) => {
    for (const [value, name] of values)
      expect(classOf(dimension, { [feature]: value }), `${value}`).toBe(name);
  });

  test('sampling; and none of a number that there is not', () => {
    for (const sampling of ['with-replacement', 'without-replacement', 'bernoulli'] as const)
      expect(classOf('sampling', { sampling })).toBe(sampling);
    expect(classOf('distance', { distance: null })).toBeNull();
    expect(classOf('alignment across', { across: null })).toBeNull();
  });
});

test('draws that reach far are in the class of how they do, and in that of any way', () => {
  const reaches = (parts: Partial<DrawFeatures>): string[] =>
    DRAW_CLASSES.filter(({ name, holds }) => name.startsWith('reach: ') && holds({ ...base, ...parts })).map(
      ({ name }) => name.slice('reach: '.length),
    );
  expect(reaches({})).toEqual([]);
  const rows: [Partial<DrawFeatures>, string][] = [
    [{ r: 17 }, 'r above 16'],
    [{ samples: 101 }, 'more than 100 samples'],
    [{ condition: 1001 }, 'condition above 1,000'],
    [{ nu: 100.5 }, 'nu above 100'],
    [{ sizes: 101 }, 'sizes above 100'],
    [{ alpha: 0.381 }, 'alpha within 5 % of alpha*'],
    [{ alpha: 0.419 }, 'alpha within 5 % of alpha*'],
    [{ alpha: 0.96 }, 'alpha above 0.95'],
  ];
  for (const [parts, name] of rows) expect(reaches(parts)).toEqual(['far in any way', name]);
  const near = { r: 16, samples: 100, condition: 1000, nu: 100, sizes: 100, alpha: 0.379 };
  expect(reaches(near)).toEqual([]);
  expect(reaches({ alpha: 0, criticalMixing: 0 })).toEqual([]);
});

/** As many draws, of which the first few have other features. */
const draws = (count: number, few: number, parts: Partial<DrawFeatures>): DrawFeatures[] =>
  Array.from({ length: count }, (_, k) => (k < few ? { ...base, ...parts } : base));
const rowOf = (features: DrawFeatures[], name: string, without: string[] = [], near: string[] = []) =>
  drawTable(features, { without, near }).classes.find((one) => one.name === name)!;

describe('floors are one draw in 200, rounded up:', () => {
  test.each([
    [200, 1],
    [201, 2],
    [1000, 5],
    [1, 1],
    [0, 0],
  ])('of %d draws %d', (count, floor) => {
    const found = rowOf(draws(count, 0, {}), 'nu: above 5', ['factors: several'], ['nu: above 5']);
    expect(found).toMatchObject({ instances: 0, floor, telling: 0, tellingFloor: floor });
    expect(rowOf(draws(count, 0, {}), 'factors: several', ['factors: several'])).toMatchObject({
      floor: 0,
      tellingFloor: 0,
    });
  });

  test('a class misses them by one draw, and says what is missing', () => {
    const near = ['nu: above 5'];
    const missedOf = (few: number, telling: number) => {
      const features = draws(400, few, { nu: 9 }).map((one, k) => ({ ...one, telling: k < telling }));
      const table = drawTable(features, { without: [], near });
      return missedFloors(table).filter((line) => line.includes('nu: above 5'));
    };
    expect(missedOf(2, 2)).toEqual([]);
    expect(missedOf(1, 2)).toEqual([
      '1 of 400 draws have nu: above 5; at least 2 must',
      '1 draws with nu: above 5 would tell a threshold 10 % wrong; at least 2 must',
    ]);
    expect(missedOf(2, 1)).toEqual([
      '1 draws with nu: above 5 would tell a threshold 10 % wrong; at least 2 must',
    ]);
  });
});

describe('of each class the table has', () => {
  test('its draws, those that tell, and the ratio nearest to 1 by its logarithm', () => {
    const features = [0.4, null, 2, 0.6].map((ratio, k) => ({ ...base, ratio, telling: k === 3 }));
    expect(rowOf(features, 'nu: 1 to 5')).toMatchObject({ instances: 4, telling: 1, nearest: 0.6 });
    expect(rowOf(features.slice(0, 3), 'nu: 1 to 5').nearest).toBe(2);
    expect(rowOf(features.slice(1, 2), 'nu: 1 to 5').nearest).toBeNull();
    expect(rowOf([{ ...base, ratio: 1.23456 }], 'nu: 1 to 5').nearest).toBe(1.235);
  });

  test('the smallest and largest of every number, of those that are finite', () => {
    const [first, second] = [
      { ...base, across: null, condition: Infinity },
      { ...base, nu: 7.65432, alpha: 0 },
    ];
    const { drawn, ranges } = drawTable([first, second]);
    expect(drawn).toBe(2);
    expect(ranges).toEqual({
      batchShare: [0.3, 0.3],
      nu: [2, 7.654],
      samples: [5, 5],
      r: [2, 2],
      factors: [1, 1],
      alpha: [0, 0.2],
      condition: [2, 2],
      sizes: [4, 4],
      within: [0.4, 0.4],
      across: [0.1, 0.1],
      distance: [0.2, 0.2],
    });
    expect(drawTable([first]).ranges).not.toHaveProperty('across');
  });
});
