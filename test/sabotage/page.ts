import { readFileSync } from 'node:fs';
import { checks, type Check } from './checks.js';
import type { FaultRow } from './matrix.js';
import { verified, type Contradiction } from './verify-check.js';

/** A rule broken on purpose: edits of one file, and the test that is to notice. */
export interface PlantedFault {
  readonly name: string;
  readonly file: string;
  readonly edits: readonly { readonly before: string; readonly after: string }[];
  readonly check: { readonly file: string; readonly test: string };
}

/** The planted faults, which `npm run mutate:planted` tries. */
export const planted = JSON.parse(
  readFileSync(new URL('../../scripts/mutate/planted.json', import.meta.url), 'utf8'),
) as readonly PlantedFault[];

/** The page docs/sabotage.md, before Prettier lines up its tables. */
export function sabotagePage(rows: readonly FaultRow[]): string {
  const unseen = rows.filter(({ contradictions }) => contradictions.length === 0);
  const theorems = verified.map(({ id }) => id).join(', ');
  return `# Sabotage of the implementation

Broken unlearning code is put in the place of the real step or the real sampler, and every check is run on it. This page is written by \`test/sabotage\`, which fails if
it is not up to date; \`UPDATE_DOCS=1 npx vitest run test/sabotage\` writes it anew. Seeds are fixed. The real code passes every check.

## Faults

"verify U6 #3": with this code \`verify --budget quick\` contradicts U6 on its third drawn instance, by a certificate or because the drawn step is none that the problem allows.
\`verify\` was run with ${theorems}.

${markdownTable(
  ['fault', 'caught by', 'what it looked like'],
  rows.map((row) => [row.fault.name, caughtBy(row).join(', '), looks(row).join('; ')]),
)}

## Checks

${markdownTable(
  ['check', 'what it asserts', 'faults caught', 'caught by it alone'],
  [
    ...checks.map((check) => [
      check.name,
      check.claim,
      String(rows.filter((row) => isCaughtBy(row, check)).length),
      String(rows.filter((row) => isCaughtBy(row, check) && catchers(row) === 1).length),
    ]),
    [
      'verify',
      `the theorems ${theorems}, on the instances that the quick budget draws`,
      String(rows.length - unseen.length),
      String(rows.filter((row) => row.catches.length === 0).length),
    ],
  ],
)}

## What \`verify\` does not see

Its certificates rest on single steps, each drawn afresh, and on one full-batch run. Of the faults above it misses these, and the checks of step and sampler are there for them:

${unseen.map((row) => `- ${row.fault.name} (${row.catches.map(({ check }) => check.name).join(', ')})`).join('\n')}

${rulesSection(planted)}

## What no check sees

Anything that happens too rarely to be drawn here: a sampler that takes the whole set one time in a billion passes. What calls the step and the sampler (\`UnlearningProcess\`)
is not replaced by something broken; the checks run through it as everything else does.
`;
}

/** The rules of the verifier, broken one at a time. */
export function rulesSection(faults: readonly PlantedFault[]): string {
  return `## Rules

The rules of the verifier itself, broken one at a time by a change of its source (\`scripts/mutate/planted.json\`); the named test passes without the change and fails with it. \`npm run mutate:planted\` tries all of them. What changes of no meaning do is in [mutation.md](mutation.md).

${markdownTable(
  ['rule that is broken', 'caught by'],
  faults.map(({ name, check }) => [name, `${check.test.trim()} (\`${check.file}\`)`]),
)}`;
}

function isCaughtBy({ catches }: FaultRow, check: Check): boolean {
  return catches.some((caught) => caught.check === check);
}

/** How many checks caught a fault, \`verify\` counted as one. */
function catchers({ catches, contradictions }: FaultRow): number {
  return catches.length + Math.min(1, contradictions.length);
}

function caughtBy({ catches, contradictions }: FaultRow): string[] {
  return [
    ...contradictions.map(({ theoremId, draws }) => `verify ${theoremId} #${draws}`),
    ...catches.map(({ check }) => check.name),
  ];
}

/** The contradiction after the fewest draws, and the first complaint of a check. */
function looks({ catches, contradictions }: FaultRow): string[] {
  const first = contradictions.reduce<Contradiction | null>(
    (least, next) => (least && least.draws <= next.draws ? least : next),
    null,
  );
  return [
    ...(first ? [`verify ${first.theoremId}: ${first.evidence}`] : []),
    ...catches.slice(0, 1).map(({ check, complaint }) => `${check.name}: ${complaint}`),
  ];
}

function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
