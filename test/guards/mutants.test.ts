import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mutantsOf, type SourceMutant } from '../../scripts/mutate/mutants.mjs';
import answered from '../../scripts/mutate/survivors.json' with { type: 'json' };

/** Answers about mutants that their files no longer have: the line has changed, moved or gone. */
function stale(answers: typeof answered): typeof answered {
  const files = new Map<string, readonly SourceMutant[]>();
  const mutantsIn = (file: string): readonly SourceMutant[] => {
    const known = files.get(file) ?? mutantsOf(file, readFileSync(file, 'utf8'));
    files.set(file, known);
    return known;
  };
  const keyOf = ({ source, column, before, after }: Omit<(typeof answered)[number], 'file' | 'why'>) =>
    JSON.stringify([source, column, before, after]);
  return answers.filter((answer) => !mutantsIn(answer.file).some((one) => keyOf(one) === keyOf(answer)));
}

/** What every mutant makes of a line of code. */
function changes(code: string): string[] {
  return mutantsOf('x.ts', code).map(({ from, to, after }) => code.slice(0, from) + after + code.slice(to));
}

test('boundaries of comparisons move and turn', () => {
  expect(changes('f(a < b);')).toEqual([';', 'f(a <= b);', 'f(a >= b);']);
  expect(changes('const c = a === b;')).toEqual(['const c = a !== b;']);
});

test('arithmetic, numbers, signs and minima change', () => {
  expect(changes('const c = -a * 50;')).toEqual([
    'const c = a * 50;',
    'const c = -a / 50;',
    'const c = -a * 100;',
    'const c = -a * 25;',
  ]);
  expect(changes('const c = Math.min(a, 0);')).toEqual([
    'const c = Math.max(a, 0);',
    'const c = Math.min(a, 1);',
  ]);
  expect(changes('const c = 1e-9;')).toEqual(['const c = 2e-9;', 'const c = 5e-10;']);
});

test('statements are left out and conditions turned', () => {
  expect(changes('if (isNew) throw error;')).toEqual(['if (!(isNew)) throw error;', 'if (isNew) ;']);
  expect(changes('for (;;) { if (a || !b) break; }')).toEqual([
    'for (;;) { if (a && !b) break; }',
    'for (;;) { if (a || b) break; }',
    'for (;;) { if (a || !b) ; }',
  ]);
});

test('types, imports and the words of errors stay as they are', () => {
  expect(changes("import { a } from 'a';\ninterface X { readonly a: -1 }\ntype Y = 1 | 2;")).toEqual([]);
  expect(changes('const text = `${1 + 2}`;')).toEqual([]);
});

test('a mutant is named by its line, whatever comes before it', () => {
  const [there] = mutantsOf('x.ts', '  const c = a % b;');
  const [below] = mutantsOf('x.ts', '\n\nconst c = a % b;');
  expect([below!.source, below!.column]).toEqual([there!.source, there!.column]);
  expect(below!.line).toBe(3);
});

test('survivors that are answered are mutants that their files have', () => {
  expect(stale(answered)).toEqual([]);
  const [first] = answered;
  expect(stale([{ ...first!, source: `${first!.source} // changed` }])).toHaveLength(1);
  expect(stale([{ ...first!, file: 'src/jobs/machine.ts' }])).toHaveLength(1);
});
