import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { describe, expect, test } from 'vitest';
import { planted, type PlantedFault, rulesSection } from '../sabotage/page.js';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** What is wrong with a planted fault, in words; empty if nothing. */
function faultsOf({ file, edits, check }: PlantedFault): string[] {
  const source = read(file);
  const places = edits.map(({ before }) => source.split(before).length - 1);
  return [
    ...edits
      .filter((_, k) => places[k] !== 1)
      .map((edit, k) => `${edit.before} is ${places[k]} times in ${file}`),
    ...edits.filter(({ before, after }) => before === after).map(({ before }) => `${before} stays as it is`),
    ...(read(check.file).includes(check.test) ? [] : [`no test of ${check.file} is called ${check.test}`]),
  ];
}

describe('planted faults', () => {
  test.each(planted.map((fault) => [fault.name, fault] as const))(
    '%s: has its place and its check',
    (_, fault) => {
      expect(faultsOf(fault)).toEqual([]);
    },
  );

  test('are rejected without a place, without a change and without a check', () => {
    const [first] = planted;
    const { check } = first!;
    expect(faultsOf({ ...first!, edits: [{ before: 'nowhere at all', after: '' }] })).toHaveLength(1);
    expect(
      faultsOf({ ...first!, edits: first!.edits.map(({ before }) => ({ before, after: before })) }),
    ).toHaveLength(1);
    expect(faultsOf({ ...first!, check: { ...check, test: 'no such title' } })).toHaveLength(1);
  });

  test('are all in docs/sabotage.md', async () => {
    const page = new URL('../../docs/sabotage.md', import.meta.url);
    const options = { ...(await resolveConfig(page.pathname)), parser: 'markdown' };
    const section = await format(rulesSection(planted), options);
    if (process.env.UPDATE_DOCS === '1') {
      const written = read('docs/sabotage.md').replace(
        /## Rules\n[^]*?(?=## What no check)/,
        () => `${section}\n`,
      );
      writeFileSync(page, written);
    }
    expect(read('docs/sabotage.md'), 'UPDATE_DOCS=1 writes it anew').toContain(section);
  });
});
