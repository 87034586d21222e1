import { ESLint } from 'eslint';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import { describe, expect, test } from 'vitest';
import { mayImport, reachable, roomOf, rooms, type Room } from '../../scripts/rooms.mjs';
import { roomPages } from '../../scripts/write-rooms.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Our bans alone, without types: that is what makes it quick. */
const eslint = new ESLint({
  cwd: root,
  ruleFilter: ({ ruleId }) => /allowed-imports$|no-restricted-(properties|syntax)$/.test(ruleId),
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
});

async function messagesFor(file: string, text: string): Promise<{ line: number; message: string }[]> {
  const [result] = await eslint.lintText(text, { filePath: join(root, file) });
  return result!.messages;
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => posix.join(folder, file))
    .filter((file) => file.endsWith('.ts') && statSync(join(root, file)).isFile());
}

const files = [...new Set(rooms.map(({ name }) => name.split(':')[0]!))].flatMap(filesBelow);
const exampleOf = (room: Room): string => files.find((file) => roomOf(file) === room)!;

/** An import of each other room's example, a line each. */
function planted(room: Room, others: readonly Room[], keyword: 'import' | 'import type'): string {
  const folder = posix.dirname(exampleOf(room));
  return others
    .map((other) => posix.relative(folder, exampleOf(other)).replace(/^(?!\.)/, './'))
    .map((path) => `${keyword} { x } from '${path.replace(/\.ts$/, '.js')}';`)
    .join('\n');
}

describe('every room', () => {
  test.each(rooms)('$name has files, and every file that is named stands', (room) => {
    expect(exampleOf(room)).toBeDefined();
    for (const file of room.files ?? []) expect(files).toContain(file);
  });

  test('every source file is in a room', () => {
    expect(files.filter((file) => roomOf(file) === null)).toEqual([]);
    expect(filesBelow('src').filter((file) => roomOf(file) === null)).toEqual([]);
  });
});

describe('lint refuses every import that the table does not allow, and no other', () => {
  describe.each(['import', 'import type'] as const)('%s', (keyword) => {
    const typeOnly = keyword === 'import type';
    test.each(rooms)('from $name', async (room) => {
      const others = rooms.filter((other) => other !== room);
      const refused = others.map((other, k) => (mayImport(room, other, { typeOnly }) ? 0 : k + 1));
      const messages = await messagesFor(exampleOf(room), planted(room, others, keyword));
      expect(messages.map(({ line }) => line)).toEqual(refused.filter(Boolean));
    });
  });

  test('in other words for an import as well: export from, import(), a type by import()', async () => {
    const path = '../src/theory/operator/exact-stability.js';
    const words = [
      `export { x } from '${path}';`,
      `export * from '${path}';`,
      `const y = await import('${path}');`,
      `type Z = import('${path}').Z;`,
      `export const k: Z = y;`,
    ];
    const messages = await messagesFor('theorems/U3.ts', words.join('\n'));
    expect(messages.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
    expect(messages[0]!.message).toContain('a prediction shares no code with the operator');
  });
});

describe('independence, through others as well', () => {
  const named = (name: string): Room => rooms.find((room) => room.name === name)!;
  const reached = (name: string): string[] => [...reachable(named(name))];

  test('theorems bring along neither the operator nor simulation, statistics and certificates', () => {
    const checks = [
      'src/theory/operator',
      'src/unlearning',
      'src/statistics',
      'src/decision',
      'src/analysis',
    ];
    expect(reached('theorems').filter((name) => checks.includes(name))).toEqual([]);
    expect(reached('src/harness')).toEqual(expect.arrayContaining(['src/theory/operator', 'src/decision']));
  });

  test.each(['src/unlearning', 'src/decision', 'src/network', 'src/network: comparison'])(
    '%s brings along no exact operator',
    (name) => expect(reached(name)).not.toContain('src/theory/operator'),
  );

  test('nothing in src brings along a theorem but the library', () => {
    const naming = rooms.filter(({ name }) => name.startsWith('src/') && reached(name).includes('theorems'));
    expect(naming.map(({ name }) => name)).toEqual(['src/api']);
  });
});

describe('pages made from the table', () => {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  test.each(roomPages(page))('%s says what the table says (npm run rooms)', async (file, text) => {
    const options = { ...(await prettier.resolveConfig(join(root, file))), parser: 'markdown' };
    const written = readFileSync(join(root, file), 'utf8');
    expect(written).toBe(await prettier.format(text, options));
  });
});

/** The first circle of imports, types included, as the files on it; none: empty. */
function importCircle(imports: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const from = (file: string, way: readonly string[]): readonly string[] => {
    if (way.includes(file)) return way.slice(way.indexOf(file));
    if (done.has(file)) return [];
    for (const target of imports.get(file) ?? []) {
      const circle = from(target, [...way, file]);
      if (circle.length > 0) return circle;
    }
    done.add(file);
    return [];
  };
  for (const file of imports.keys()) {
    const circle = from(file, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

test('no files import each other in a circle, not even types', () => {
  const product = files.filter((file) => /^(src|theorems|bin)\//.test(file));
  const importsOf = (file: string): string[] =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/from '(\.[^']+)\.js'/g)].map((found) =>
      posix.join(posix.dirname(file), `${found[1]!}.ts`),
    );
  const imports = new Map(product.map((file) => [file, importsOf(file)]));
  expect(imports.get('src/harness/verify.ts')).toContain('src/harness/run-work.ts');
  expect(importCircle(imports)).toEqual([]);
  const planted = [...imports.get('src/harness/run-work.ts')!, 'src/harness/verify.ts'];
  expect(importCircle(new Map([...imports, ['src/harness/run-work.ts', planted]]))).toEqual(
    expect.arrayContaining(['src/harness/run-work.ts', 'src/harness/verify.ts']),
  );
});

test('lint rejects an enum, whose assignments it does not look through', async () => {
  const messages = await messagesFor('src/linalg/vectors.ts', 'export enum Side { Stable, Diverges }');
  expect(messages.map(({ message }) => message)).toEqual(['A union of strings says the same.']);
});

describe('results depend on seeds alone: lint rejects', () => {
  test.each([
    ['Math.random', 'export const x = Math.random();'],
    ['Date.now', 'export const x = Date.now();'],
    ['new Date', 'export const x = new Date();'],
  ])('%s', async (_, violation) => {
    const messages = await messagesFor('src/linalg/vectors.ts', violation);
    expect(messages.map(({ message }) => message).join('\n')).toMatch(/seed|clock/);
  });
});
