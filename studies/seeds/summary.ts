import type { AgreementReport } from '../../src/report/agreement.js';
import { proportionUpperBound } from '../../src/statistics/intervals.js';
import { markdownTable } from '../../src/report/table.js';
import { groupedBy } from '../shared/tables.js';

/** Sums over the seeds that one program has verified at one budget with one choice of theorems. */
export interface SeedGroup {
  readonly budget: string;
  /** Commit of the program, null if unknown. */
  readonly commit: string | null;
  /** Null: all. */
  readonly theorems: readonly string[] | null;
  /** Such as `1-28, 40`. */
  readonly seeds: string;
  /** Seeds on which all theorems agree. */
  readonly agree: number;
  /** Seeds with a contradiction. */
  readonly contradicted: readonly number[];
  readonly instances: number;
  readonly certificates: number;
  /** Sum of the computed bounds on the probability of a wrong certificate. */
  readonly errorBound: number;
  readonly farTested: number;
  readonly farInconclusive: number;
  readonly survivors: number;
}

/** studies/seeds/many-seeds.json. */
export interface SeedSummary {
  readonly now: readonly SeedGroup[];
  /** Of programs that have been mended since: kept, but no longer counted. */
  readonly earlier: readonly SeedGroup[];
  /** Written by hand, where something was found. */
  readonly notes: readonly { readonly budget: string; readonly seed: number; readonly note: string }[];
}

/** The group of one seed. @param theorems that were asked for, null: all. */
export function groupOfSeed(
  { tool, budget, seed, verdict, theorems, errorBudget }: AgreementReport,
  asked: readonly string[] | null,
): SeedGroup {
  const sum = (pick: (theorem: AgreementReport['theorems'][number]) => number): number =>
    theorems.reduce((total, theorem) => total + pick(theorem), 0);
  return {
    budget: budget.name,
    commit: tool.commit,
    theorems: asked,
    seeds: String(seed),
    agree: verdict === 'agree' ? 1 : 0,
    contradicted: theorems.some(({ contradict }) => contradict > 0) ? [seed] : [],
    instances: sum(({ instances }) => instances),
    certificates: errorBudget.issued,
    errorBound: errorBudget.spent,
    farTested: sum(({ far }) => far.tested),
    farInconclusive: sum(({ far }) => far.inconclusive),
    survivors: sum(({ mutants }) => mutants.filter(({ killed }) => !killed).length),
  };
}

/** The summary with the seeds of one more group. */
export function withGroup(summary: SeedSummary, group: SeedGroup): SeedSummary {
  const isOwn = (other: SeedGroup): boolean => groupName(other) === groupName(group);
  const own = summary.now.find(isOwn);
  if (!own) return { ...summary, now: [...summary.now, group] };
  return { ...summary, now: summary.now.map((other) => (other === own ? united([own, group]) : other)) };
}

function groupName({ budget, commit, theorems }: SeedGroup): string {
  return [budget, commit ?? 'unknown', theoremsOf({ theorems })].join(' ');
}

/** Sums over groups of one budget; the seeds are counted once. */
function united(groups: readonly SeedGroup[]): SeedGroup {
  const sum = (pick: (group: SeedGroup) => number): number =>
    groups.reduce((total, group) => total + pick(group), 0);
  return {
    ...groups[0]!,
    seeds: seedRanges(groups.flatMap(({ seeds }) => seedsIn(seeds))),
    agree: sum(({ agree }) => agree),
    contradicted: groups.flatMap(({ contradicted }) => contradicted),
    instances: sum(({ instances }) => instances),
    certificates: sum(({ certificates }) => certificates),
    errorBound: sum(({ errorBound }) => errorBound),
    farTested: sum(({ farTested }) => farTested),
    farInconclusive: sum(({ farInconclusive }) => farInconclusive),
    survivors: sum(({ survivors }) => survivors),
  };
}

/** Whole numbers as ascending ranges. */
export function seedRanges(seeds: readonly number[]): string {
  const ascending = [...new Set(seeds)].sort((a, b) => a - b);
  const starts = ascending.filter((seed, k) => seed !== ascending[k - 1]! + 1);
  return starts
    .map((start, k) => {
      const next = starts[k + 1];
      const end = next === undefined ? ascending.at(-1)! : ascending[ascending.indexOf(next) - 1]!;
      return start === end ? String(start) : `${start}-${end}`;
    })
    .join(', ');
}

/** The seeds of ranges. */
export function seedsIn(ranges: string): number[] {
  return ranges.split(', ').flatMap((range) => {
    const [start, end = start] = range.split('-').map(Number);
    return Array.from({ length: end! - start! + 1 }, (_, k) => start! + k);
  });
}

/** docs/many-seeds.md: a function of the summary alone. */
export function seedsPage({ now, earlier, notes }: SeedSummary): string {
  return [
    '# Many seeds',
    '',
    'Written by `npm run many-seeds` from `studies/seeds/many-seeds.json`, the sums over the seeds of each program (seeds that are in it are not repeated). A contradiction here would be a false one, if the theorems hold: the bound on the',
    'probability of even one, over all certificates of all runs, is computed from the bounds used.',
    '',
    table(now),
    '',
    coverageLine(now, earlier),
    '_All_ are the theorems that the program of a row had: 23 up to 5f3d680, of 54 that there are now. Since eb2dfdf C7 and C8 have stored instances of 400 and 960 samples and four more wrong variants; the claims are the same.',
    'A variant that quick must refute fails the run if it survives; those counted here need the budget standard.',
    '',
    '## Earlier programs',
    '',
    'Runs before the last mend of something that such runs had found. _all_ were 17 theorems up to 409d440, D1 to U14, and 54 at 616bde2.',
    '',
    table(earlier),
    '',
    ...notes.flatMap(({ budget, seed, note }) => [`Seed ${seed} (${budget}): ${note}`, '']),
  ].join('\n');
}

const HEADER = [
  ...[
    'budget',
    'commit',
    'theorems',
    'seeds',
    'agree',
    'with a contradiction',
    'rate at most (99 %)',
    'instances',
  ],
  ...['certificates', 'computed error bound', 'inconclusive beyond 5 %', 'surviving wrong variants'],
];

/** One row a group, and one for all commits of a budget and choice if there are several. */
function table(groups: readonly SeedGroup[]): string {
  const choices = groupedBy(groups, (group) => `${group.budget} ${theoremsOf(group)}`);
  const rows = [...choices.values()].flatMap((ofChoice) => {
    const single = ofChoice.map((group) => row(group.commit?.slice(0, 7) ?? 'unknown', group));
    return ofChoice.length > 1 ? [...single, row('all', united(ofChoice))] : single;
  });
  const numeric = HEADER.map((_, c) => c).slice(3);
  return markdownTable(HEADER, rows, numeric).join('\n');
}

function row(commit: string, group: SeedGroup): string[] {
  const seeds = seedsIn(group.seeds).length;
  const contradicted = group.contradicted.length;
  return [
    group.budget,
    commit,
    theoremsOf(group),
    seeds,
    group.agree,
    contradicted,
    proportionUpperBound(contradicted, seeds, 0.99).toPrecision(2),
    group.instances,
    group.certificates,
    group.errorBound.toExponential(1),
    `${group.farInconclusive} of ${group.farTested}`,
    group.survivors,
  ].map(String);
}

/** On how many seeds all theorems were verified since the mend, and on how many in two parts. */
function coverageLine(now: readonly SeedGroup[], earlier: readonly SeedGroup[]): string {
  const quick = now.filter(({ budget }) => budget === 'quick');
  const seedsOf = (groups: readonly SeedGroup[]) => new Set(groups.flatMap(({ seeds }) => seedsIn(seeds)));
  const whole = seedsOf(quick.filter(({ theorems }) => theorems === null));
  const before = seedsOf(earlier.filter(({ budget }) => budget === 'quick'));
  const partly = quick.filter(({ theorems }) => theorems !== null);
  const parts = [...seedsOf(partly)].filter((seed) => !whole.has(seed) && before.has(seed));
  const contradicted = quick.reduce((sum, group) => sum + group.contradicted.length, 0);
  const inParts =
    parts.length === 0
      ? ''
      : `; on ${parts.length} more in two parts, ${theoremsOf(partly[0]!)} by these programs and the other theorems by the earlier ones below`;
  return `Budget quick: all theorems on ${whole.size} seeds${inParts}. Contradictions: ${contradicted}.`;
}

function theoremsOf({ theorems }: Pick<SeedGroup, 'theorems'>): string {
  return theorems?.join(', ') ?? 'all';
}
