import type { ProcedureBoundaries, ProcedureBoundary } from '../harness/procedure-boundaries.js';
import { axisStrip, gridLines, linearAxis } from './axis.js';
import { markup, type Markup } from './markup.js';
import { significant } from './number-format.js';
import { section } from './page.js';
import { markdownTable } from './table.js';

const HEIGHT = 18;

const READING =
  'Computed by the exact operator, not sampled. In turn, eta (1-alpha) is the step of a descent and eta alpha that of an ascent. Where a boundary is a first crossing, the old minimum may hold again above it.';

/** The step sizes up to which the old minimum of one problem holds, procedure by procedure; nothing without them. */
export function boundaryFigure(boundaries: ProcedureBoundaries | null): Markup | null {
  if (!boundaries) return null;
  const { problem, rows } = boundaries;
  const axis = linearAxis(0, 1.05 * Math.max(...rows.map(({ etaStar }) => etaStar ?? 0)));
  return section(
    'boundaries',
    'One problem under each procedure',
    markup`<p>Step sizes up to which the old minimum holds: eta* of the same data and alpha ${problem.alpha}, batches ${problem.batch.retain} / ${problem.batch.forget}.</p>
<figure>
<div class="plot boundaries" role="img" aria-label="${rows.map(sentence).join(' ')}">
${rows.map(
  (
    row,
  ) => markup`<span class="label">${row.name}</span><svg class="strip bar below" width="100%" height="${HEIGHT}">${gridLines(axis, HEIGHT)}${bar(axis.position(row.etaStar ?? Infinity))}</svg><span class="median">${cell(row)}</span>
`,
)}<span></span>${axisStrip(axis)}<span></span>
</div>
<figcaption>${READING}</figcaption>
</figure>`,
  );
}

function bar(end: number): Markup {
  return markup`<line class="range" x1="0" x2="${end}%" y1="${HEIGHT / 2}" y2="${HEIGHT / 2}"/><circle cx="${end}%" cy="${HEIGHT / 2}" r="4.5"/>`;
}

function cell({ etaStar, firstCrossingOnly }: ProcedureBoundary): string {
  if (etaStar === null) return 'none';
  return `${significant(etaStar)}${firstCrossingOnly ? ' (first)' : ''}`;
}

function sentence({ name, etaStar, firstCrossingOnly }: ProcedureBoundary): string {
  if (etaStar === null) return `${name}: no step size escapes.`;
  return `${name}: ${significant(etaStar)}${firstCrossingOnly ? ', a first crossing' : ''}.`;
}

/** The same as lines of Markdown. */
export function boundaryLines(boundaries: ProcedureBoundaries | null): string[] {
  if (!boundaries) return [];
  const rows = boundaries.rows.map((row) => [
    row.name,
    cell(row),
    row.overPlain === null ? '-' : significant(row.overPlain),
  ]);
  return [
    '',
    '<details>',
    '<summary>One problem under each procedure</summary>',
    '',
    ...markdownTable(['procedure', 'eta\\*', 'over the plain one'], rows, [1, 2]),
    '',
    READING,
    '',
    '</details>',
  ];
}
