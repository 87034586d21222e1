import type { ClassCount } from '../harness/draw-classes.js';
import type { TheoremSummary } from '../harness/summary.js';
import { markup, type Markup } from './markup.js';
import { percent, significant } from './number-format.js';
import { htmlTable, markdownTable, scrollable } from './table.js';

type Drawn = TheoremSummary & { readonly draws: NonNullable<TheoremSummary['draws']> };

function drawnOf(theorems: readonly TheoremSummary[]): Drawn[] {
  return theorems.filter((summary): summary is Drawn => summary.draws !== null);
}

/** How far the draws of a run reach, in a line; none without draws of problems. */
export function drawLine(theorems: readonly TheoremSummary[]): string[] {
  const drawn = drawnOf(theorems);
  if (drawn.length === 0) return [];
  const largest = (name: string): number =>
    Math.max(...drawn.map(({ draws }) => draws.ranges[name]?.[1] ?? 0));
  const reach = `r up to ${largest('r')}, ${largest('samples')} samples, nu up to ${significant(largest('nu'))}`;
  const under = drawn.flatMap(({ draws }) => draws.classes).filter(isUnder).length;
  const floors = under === 0 ? 'no class under its floor' : `${under} classes under their floors`;
  return [`Drawn: ${reach}; ${floors} (asked from the standard budget on).`];
}

function isUnder({ instances, floor, telling, tellingFloor }: ClassCount): boolean {
  return instances < floor || telling < tellingFloor;
}

/** Telling draws, and how loose the theorem is where there are none. */
function nearness({ telling, nearest }: ClassCount): string {
  if (nearest === null) return '-';
  return telling > 0 ? `${telling} tell` : `nearest ${significant(nearest)}`;
}

function shareOf({ instances }: ClassCount, drawn: number): string {
  return drawn === 0 ? '-' : percent(instances / drawn);
}

/** All draws by class and theorem, folded away: shares, ranges, and how near thresholds come. */
export function drawSection(theorems: readonly TheoremSummary[]): string[] {
  const drawn = drawnOf(theorems);
  if (drawn.length === 0) return [];
  const names = drawn[0]!.draws.classes.map(({ name }) => name);
  const header = drawn.map(({ id }) => id);
  const cells = (cell: (one: ClassCount, summary: Drawn) => string): string[][] =>
    names.map((name, k) => [name, ...drawn.map((summary) => cell(summary.draws.classes[k]!, summary))]);
  const rangeNames = [...new Set(drawn.flatMap(({ draws }) => Object.keys(draws.ranges)))];
  const rangeRows = rangeNames.map((name) => [
    name,
    ...drawn.map(({ draws }) => draws.ranges[name]?.map(significant).join(' to ') ?? '-'),
  ]);
  return [
    '',
    '<details>',
    '<summary>What was drawn, by class</summary>',
    '',
    'Share of the random draws of each theorem in each class; a class whose floor is not met is marked with `!`, one that the hypotheses leave out is in brackets.',
    '',
    ...markdownTable(
      ['class', ...header],
      cells((one, { draws, held }) => {
        const share = shareOf(one, draws.drawn);
        if (isUnder(one)) return `${share} !`;
        return held && one.floor === 0 ? `(${share})` : share;
      }),
      header.map((_, k) => k + 1),
    ),
    '',
    'Draws that tell a threshold 10 % wrong from the right one; without any, the critical step of the theorem over the exact one where it comes nearest to 1, which says how loose it is in the class.',
    '',
    ...markdownTable(
      ['class', ...header],
      cells(nearness),
      header.map((_, k) => k + 1),
    ),
    '',
    'Smallest and largest values.',
    '',
    ...markdownTable(
      ['feature', ...header],
      rangeRows,
      header.map((_, k) => k + 1),
    ),
    '',
    '</details>',
  ];
}

/** The draws of one theorem by class; nothing for data and networks. */
export function drawClassTable(summary: TheoremSummary): Markup | null {
  const { draws, id } = summary;
  if (!draws) return null;
  const asked = draws.classes.filter((one) => one.instances > 0 || isUnder(one));
  const others = draws.classes.filter((one) => !asked.includes(one)).map(({ name }) => name);
  const rows = asked.map((one) => [
    one.name,
    one.instances,
    shareOf(one, draws.drawn),
    one.floor === 0 ? '-' : `${one.floor}${isUnder(one) ? ' missed' : ''}`,
    nearness(one),
  ]);
  const table = htmlTable(['class', 'draws', 'share', 'floor', 'near the exact threshold'], rows, {
    caption: `${draws.drawn} random draws by class`,
    className: 'mutants',
  });
  const reach = Object.entries(draws.ranges).map(
    ([name, [low, high]]) => `${name} ${significant(low)} to ${significant(high)}`,
  );
  return markup`<h4>Draws</h4>
<p>${reach.join(', ')}.</p>
${asked.length > 0 ? scrollable(`Draws of ${id}`, markup`\n${table}\n`) : null}
${others.length > 0 ? markup`<p class="aside">No draws in, and none asked for: ${others.join('; ')}.</p>\n` : null}`;
}
