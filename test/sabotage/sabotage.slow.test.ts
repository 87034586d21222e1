import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, test } from 'vitest';
import { unlearning } from '../../src/unlearning/process.js';
import { checks } from './checks.js';
import { faults } from './faults.js';
import { rowOf, sabotageMatrix } from './matrix.js';
import { sabotagePage } from './page.js';
import { firstContradiction, verified } from './verify-check.js';

const PAGE = fileURLToPath(new URL('../../docs/sabotage.md', import.meta.url));

describe('the real implementation', () => {
  test.each(checks.map((check) => [check.name, check.claim, check] as const))(
    'passes %s: %s',
    (_, claim, check) => {
      expect(check.complaints(unlearning), claim).toEqual([]);
    },
  );

  test.each(verified.map((theorem) => [theorem.id, theorem] as const))(
    'does not contradict %s in the quick budget',
    (_, theorem) => {
      expect(firstContradiction(theorem, unlearning)).toBeNull();
    },
  );
});

describe('a broken implementation is caught by a named check:', () => {
  test.each(faults.map((fault) => [fault.name, fault] as const))('%s', (_, fault) => {
    const { catches, contradictions } = rowOf(fault);
    expect([...catches, ...contradictions]).not.toEqual([]);
  });
});

describe('the matrix of faults and checks', { timeout: 240_000 }, () => {
  test('has at least one fault for every check', () => {
    const useful = new Set(sabotageMatrix().flatMap(({ catches }) => catches.map(({ check }) => check.name)));
    expect(Array.from(useful).sort()).toEqual(checks.map(({ name }) => name).sort());
  });

  test('has at least one fault for every theorem that verify is run with', () => {
    const useful = new Set(
      sabotageMatrix().flatMap(({ contradictions }) => contradictions.map(({ theoremId }) => theoremId)),
    );
    expect(Array.from(useful).sort()).toEqual(verified.map(({ id }) => id).sort());
  });

  test('is the one in docs/sabotage.md', async () => {
    const options = { ...(await resolveConfig(PAGE)), filepath: PAGE };
    const page = await format(sabotagePage(sabotageMatrix()), options);
    if (process.env.UPDATE_DOCS === '1') writeFileSync(PAGE, page);
    expect(
      readFileSync(PAGE, 'utf8'),
      'docs/sabotage.md is out of date: write it anew with UPDATE_DOCS=1 npx vitest run test/sabotage',
    ).toBe(page);
  });
});
