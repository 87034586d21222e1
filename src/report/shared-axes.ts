import type { SharedAxes } from '../harness/sharp-ends.js';
import { linearAxis, logAxisAround } from './axis.js';
import { chart, legend, line, type LineStyle, picture, type Pixel, pixelsIn, sign, text } from './chart.js';
import { markup, type Markup } from './markup.js';
import { percent, plainNumber, significant } from './number-format.js';
import { pictureFigure, section } from './page.js';

type Column = SharedAxes['columns'][number];

const TITLE = 'No coherence closes this gap';

/** Both ends as bands and the problems between them; nothing without them. */
export function sharedAxesFigure(axes: SharedAxes | null): Markup | null {
  if (!axes) return null;
  return section(
    'shared-axes',
    TITLE,
    pictureFigure({
      title: `${axes.stable} and ${axes.diverges}: the two sharp ends`,
      caption: sentences(axes).join(' '),
      svg: sharedAxesPicture(axes),
    }),
  );
}

/** The same as a paragraph of Markdown. */
export function sharedAxesLines(axes: SharedAxes | null): string[] {
  return axes ? ['', `**${TITLE}.** ${sentences(axes).join(' ')}`] : [];
}

/** Rounding of a critical step beside an end that it attains. */
const STEP_ROUNDING = 1e-9;

/** Sentences with the numbers of the picture. */
function sentences({ columns, stable, diverges, setting }: SharedAxes): string[] {
  const problems = columns.flatMap(problemsOf);
  const others = columns.flatMap((column) =>
    [...column.planted, ...column.random].map((etaStar) => ({ ...column, etaStar })),
  );
  const widest = columns.reduce((a, b) => (spread(b) > spread(a) ? b : a));
  const inside = others.filter(
    ({ etaStar, stable, diverges }) => etaStar > 1.01 * stable && etaStar < 0.99 * diverges,
  ).length;
  const beyond = columns.flatMap((column) =>
    problemsOf(column).filter(
      (etaStar) =>
        etaStar < column.stable * (1 - STEP_ROUNDING) || etaStar > column.diverges * (1 + STEP_ROUNDING),
    ),
  ).length;
  const least = Math.min(...columns.map((column) => column.approaching / column.diverges));
  return [
    `${problems.length} problems; those of one overlap q share λ₁(D) = 1, σ_R = ${setting.coherence.retain}, σ_F = ${setting.coherence.forget}, α = ${setting.alpha} and batches of ${setting.batch} in ${setting.samples}.`,
    `Below the blue band's edge all are stable (${stable}), above that of the orange one all diverge (${diverges}); of the exact η* ${beyond === 0 ? 'none lies' : `${beyond} lie`} beyond an end.`,
    `At every q a witness leaves on the lower edge, and one among ${setting.samples} samples comes within ${percent(1 - least)} of the upper one.`,
    `Of the ${others.length} others ${inside} lie inside, by more than 1 % from both; at q = ${plainNumber(widest.q)} the largest η* is ${significant(spread(widest))} times the least. So no function of the three coherences, α and the batches is both necessary and sufficient.`,
  ];
}

function problemsOf({ witness, approaching, planted, random }: Column): number[] {
  return [witness, approaching, ...planted, ...random];
}

/** Largest over least eta* of a column. */
function spread(column: Column): number {
  const steps = problemsOf(column);
  return Math.max(...steps) / Math.min(...steps);
}

const SIZE = { width: 560, height: 380 };
const LEFT = 72;
const TOP = 52;

const COLOURS = { stable: '#0072b2', diverges: '#c25400', planted: '#171b20', random: '#00795a' };

/** Overlap across, step size upwards: bands beyond both ends, a dot for every problem. */
export function sharedAxesPicture({ columns, stable, diverges }: SharedAxes): string {
  const qs = columns.map(({ q }) => q);
  const half = (qs.at(-1)! - qs[0]!) / (2 * Math.max(1, qs.length - 1));
  const x = {
    ...linearAxis(qs[0]! - half, qs.at(-1)! + half),
    title: 'overlap q of forget and retain curvature',
  };
  const all = columns.flatMap((column) => [column.stable, column.diverges, ...problemsOf(column)]);
  const y = { ...logAxisAround(all, 1.5), title: 'step size η λ₁(D)', label: plainNumber };
  const place = pixelsIn(SIZE, x, y);
  const at = (column: Column, eta: number): Pixel => [place.x(column.q), place.y(eta)];
  const lower = columns.map((column) => at(column, column.stable));
  const upper = columns.map((column) => at(column, column.diverges));
  const band = (edge: readonly Pixel[], side: number, id: keyof typeof COLOURS): Markup =>
    markup`<path class="${id}" fill="${COLOURS[id]}" fill-opacity="0.2" d="M${edge[0]![0]},${side}L${edge.map((point) => point.join(',')).join('L')}L${edge.at(-1)![0]},${side}Z"/>`;
  const style = (colour: string): LineStyle => ({ colour, width: 2, dash: [] });
  const dots = (kind: 'planted' | 'random'): Markup =>
    markup`<path class="${kind}" fill="none" stroke="${COLOURS[kind]}" stroke-width="3.2" stroke-linecap="round" stroke-opacity="0.75" d="${columns.flatMap((column) => column[kind].map((eta) => `M${at(column, eta).join(',')}h0`)).join('')}"/>`;
  const ends = columns.flatMap((column) => [
    sign('diamond', at(column, column.witness), COLOURS.stable, 3),
    sign('triangle', at(column, column.approaching), COLOURS.diverges, 3),
  ]);
  const dot = (colour: string): Markup => sign('circle', [0, 0], colour, 2);
  return picture(
    { width: LEFT + SIZE.width + 190, height: TOP + SIZE.height + 50 },
    {
      title: 'Problems of one q share λ₁(D), all three coherences, α and the batches',
      subtitle: ['each dot is the exact η* of one of them'],
      at: [12, 22],
    },
    [
      chart({
        corner: [LEFT, TOP],
        size: SIZE,
        x,
        y,
        content: [
          band(lower, SIZE.height, 'stable'),
          band(upper, 0, 'diverges'),
          line(lower, style(COLOURS.stable)),
          line(upper, style(COLOURS.diverges)),
          dots('planted'),
          dots('random'),
          ends,
          text([14, SIZE.height - 14], `all stable (${stable})`, { size: 13, seam: true }),
          text([SIZE.width - 14, 24], `all diverge (${diverges})`, { size: 13, seam: true, anchor: 'end' }),
        ],
      }),
      legend(
        [LEFT + SIZE.width + 16, TOP + 10],
        [
          { sign: sign('triangle', [0, 0], COLOURS.diverges, 4), label: 'one strong among weak' },
          { sign: dot(COLOURS.planted), label: 'on common axes' },
          { sign: dot(COLOURS.random), label: 'with random samples' },
          { sign: sign('diamond', [0, 0], COLOURS.stable, 4), label: 'witness: on the lower end' },
        ],
        'exact η* of a problem',
      ),
    ],
  );
}
