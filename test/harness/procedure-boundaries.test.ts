import { expect, test } from 'vitest';
import { boundaryUnder, procedureBoundaries } from '../../src/harness/procedure-boundaries.js';
import type { ProblemSpec } from '../../src/theory/problem.js';
import { enumeratedGrowth } from '../reference/procedure-enumeration.js';

const { problem, rows } = procedureBoundaries();

/** The fields of each row, written out once more. */
const CHANGES: Readonly<Record<string, Partial<ProblemSpec>>> = {
  'plain simultaneous step': {},
  'momentum 0.5': { optimizer: { momentum: 0.5 } },
  'momentum 0.9': { optimizer: { momentum: 0.9 } },
  'Nesterov momentum 0.9': { optimizer: { momentum: 0.9, nesterov: true } },
  'weight decay 0.05': { optimizer: { weightDecay: 0.05 } },
  'alternating 1:1': { schedule: { ascent: 1, descent: 1 } },
  'alternating 1:3': { schedule: { ascent: 1, descent: 3 } },
  'alternating 3:1': { schedule: { ascent: 3, descent: 1 } },
  epochs: { sampling: 'reshuffled' },
  'preconditioner (0.5, 2)': { optimizer: { preconditioner: [0.5, 2] } },
};

/** True if the enumeration of all courses of batches holds just below a step size and escapes just above it. */
function isBoundary(spec: ProblemSpec, eta: number): boolean {
  return enumeratedGrowth(spec, 0.99 * eta) < 0 && enumeratedGrowth(spec, 1.01 * eta) > 0;
}

test('every procedure has its row, and the plain one is the measure', () => {
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(CHANGES));
  const [plain] = rows;
  for (const { etaStar, overPlain } of rows) expect(overPlain).toBe(etaStar! / plain!.etaStar!);
});

// Three steps in turn have 405,000 courses of batches; those of one step and of an epoch are few.
const listed = rows.filter(({ name }) => !/1:3|3:1/.test(name));

test.each(listed)('$name: the enumeration of all batches changes its side there, and not 3 % away', (row) => {
  const spec = { ...problem, ...CHANGES[row.name] };
  expect(isBoundary(spec, row.etaStar!)).toBe(true);
  for (const factor of [0.97, 1.03]) expect(isBoundary(spec, factor * row.etaStar!)).toBe(false);
});

test('without an exact operator there is none', () => {
  const many = Array.from({ length: 24 }, (_, i) => [[1, i / 10]]);
  const epochs = { ...problem, retain: many, batch: { retain: 5, forget: 1 }, dropLast: false };
  expect(boundaryUnder(epochs, { sampling: 'reshuffled' })).toBeNull();
});
