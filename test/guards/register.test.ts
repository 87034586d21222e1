import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Theorem } from '../../src/harness/theorem.js';
import { formula as typeset } from '../../src/report/symbols.js';
import { theorems } from '../../theorems/index.js';

const root = new URL('../../', import.meta.url);

/** What is wrong with a register, in words; empty if nothing. */
function registerFaults(register: readonly Theorem[]): string[] {
  const files = readdirSync(new URL('theorems/', root)).filter((name) => /^[A-Z]\d+\.ts$/.test(name));
  const ids = register.map(({ id }) => id);
  return [
    ...files
      .filter((file) => !ids.includes(file.replace('.ts', '')))
      .map((file) => `${file} is not registered`),
    ...ids.filter((id) => !files.includes(`${id}.ts`)).map((id) => `${id} has no file of its own`),
    ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `${id} is registered twice`),
    ...ids
      .filter((id) => !existsSync(new URL(`properties/${id}.test.ts`, root)))
      .map((id) => `${id} has no property`),
    ...register.flatMap(({ id, ...theorem }) =>
      (['name', 'statement', 'formula', 'source', 'proof', 'drawing'] as const)
        .filter((field) => theorem[field].trim() === '')
        .map((field) => `${id} has no ${field}`),
    ),
    ...register
      .filter(({ hypotheses }) => hypotheses.length === 0)
      .map(({ id }) => `${id} has no hypotheses`),
    ...register.flatMap(presentationFaults),
  ];
}

function presentationFaults({ id, formula }: Theorem): string[] {
  return canBeTypeset(formula) ? [] : [`the formula of ${id} does not parse`];
}

function canBeTypeset(latex: string): boolean {
  try {
    return typeset(latex, 'block').text !== '';
  } catch {
    return false;
  }
}

describe('the register of theorems', () => {
  test('names D1 to D3, U1 to U14 and C1 to C6, each with a file, a property and a full description', () => {
    expect(registerFaults(theorems)).toEqual([]);
    expect(theorems.map(({ id }) => id)).toEqual([
      ...[1, 2, 3].map((k) => `D${k}`),
      ...Array.from({ length: 14 }, (_, k) => `U${k + 1}`),
      ...Array.from({ length: 6 }, (_, k) => `C${k + 1}`),
    ]);
  });

  test('is rejected with one missing, one twice, or one without a statement', () => {
    const [first, ...rest] = theorems;
    expect(registerFaults(rest)).toContain(`${first!.id}.ts is not registered`);
    expect(registerFaults([...theorems, first!])).toContain(`${first!.id} is registered twice`);
    expect(registerFaults([{ ...first!, statement: ' ' }, ...rest])).toContain(
      `${first!.id} has no statement`,
    );
  });

  test('is rejected with a formula that is empty or does not parse, or without words on its draws', () => {
    const [first, ...rest] = theorems;
    const faultsWith = (change: Partial<Pick<Theorem, 'formula' | 'drawing'>>) =>
      registerFaults([{ ...first!, ...change }, ...rest]);
    expect(faultsWith({ formula: '' })).toEqual(['D1 has no formula']);
    expect(faultsWith({ formula: String.raw`\frac{1` })).toEqual(['the formula of D1 does not parse']);
    expect(faultsWith({ formula: String.raw`\lamda_1` })).toEqual(['the formula of D1 does not parse']);
    expect(faultsWith({ drawing: ' ' })).toEqual(['D1 has no drawing']);
  });

  test('theorem files start with a header that carries their id', () => {
    for (const { id, name } of theorems) {
      const text = readFileSync(new URL(`theorems/${id}.ts`, root), 'utf8');
      expect(text).toContain(`* # ${id}: ${name}`);
      expect(text).toContain('* Definitions:');
    }
  });
});
