import { expect, test } from 'vitest';
import type { DeletionMeasures, RetrainedComparison } from '../../src/network/retrained-comparison.js';
import { comparisonTables, deletionWords } from '../../src/report/network-comparison-text.js';

const set = (accuracy: number, meanLoss: number) => ({ accuracy, meanLoss });

/** Measures that differ in every number. */
const measures = (shift: number) =>
  ({
    ...{ forget: set(0.1 + shift, 1.5), retain: set(0.6 + shift, 2.5), test: set(0.4 + shift, 3.5 + shift) },
    membership: { area: 0.7 + shift, interval: { low: 0.61, high: 0.82 } },
    distance: { mean: 0.31, high: 0.42 },
    tugOfWar: 0.55,
  }) as unknown as DeletionMeasures;

const none = { remembered: false, exposed: false, utilityLost: false, distant: false, deleted: true };

test('a network is shown by its own numbers, retrained ones by their means', () => {
  const comparison = {
    rows: [{ at: 'escape', step: 5, measures: measures(0), verdict: { ...none, distant: true } }],
    level: {
      networks: [measures(0.1), measures(0.2)],
      ...{ distance: { mean: 0.21, high: 0.26 }, tugOfWar: 0.91 },
    },
  } as unknown as RetrainedComparison;
  const rows = comparisonTables(comparison)
    .split('\n')
    .map((line) => line.trim().split(/\s{2,}/));
  const named = (name: string) => rows.filter(([first]) => first === name);
  expect(named('escape')).toEqual([
    ['escape', '5', '10 %', '1.5', '60 %', '2.5', '40 %', '3.5'],
    ['escape', '5', '0.70 [0.61, 0.82]', '0.31', '0.42', '0.55', 'predictions far off'],
  ]);
  expect(named('2 retrained')).toEqual([
    ['2 retrained', '-', '25 %', '1.5', '75 %', '2.5', '55 %', '3.65'],
    ['2 retrained', '-', '0.80 .. 0.90', '0.21', '0.26', '0.91', 'the level'],
  ]);
});

test.each([
  ['remembered', 'remembers F'],
  ['exposed', 'F stands out'],
  ['utilityLost', 'utility lost'],
  ['distant', 'predictions far off'],
])('a network that is %s differs from retrained ones: %s', (what, words) => {
  expect(deletionWords({ ...none, [what]: true })).toBe(words);
  expect(deletionWords(none)).toBe('no difference: deleted');
  expect(deletionWords(null)).toBe('-');
});
