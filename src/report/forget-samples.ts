import type { EscapeGeometry, ForgetSample } from '../analysis/answer.js';
import type { AnalysisPage } from './analysis-page.js';
import { linearAxis, roundTicks } from './axis.js';
import { chart, type ChartAxis, line, picture, type Pixel, pixelsIn, rounded, text } from './chart.js';
import { type Content, markup, type Markup } from './markup.js';
import { grouped, percent, plainNumber, written } from './number-format.js';
import { section } from './page.js';
import { Cell, factList, htmlTable, numeric, scrollable } from './table.js';

/** Fewer samples are a table without a figure. */
const FEW = 10;

/** So many samples are listed at once .. */
const FIRST = 50;

/** .. and so many if asked for; all are in analysis.json. */
const MOST = 1000;

/** Forget samples in the order in which they resist: their shares along the escaping directions. */
export function forgetSection({ analysis }: AnalysisPage): Markup {
  const { geometry, subset } = analysis;
  return section(
    'samples',
    'Forget samples that resist',
    markup`${subset ? markup`<p>Of the ${grouped(geometry.samples.length)} forget samples that were drawn:</p>` : null}
${content(geometry)}`,
  );
}

function content(geometry: EscapeGeometry): Content {
  const { kind, samples, retainShare, forgetShare } = geometry;
  if (samples.length === 0) return markup`<p>There are no forget samples.</p>`;
  if (kind === 'none') {
    return markup`<p>Nothing escapes at this setting, so that every one of the ${grouped(samples.length)} forget samples resists.</p>`;
  }
  const rest = samples.slice(FIRST, MOST);
  return markup`<p>${DIRECTIONS[kind]} (${written(Number(geometry.directions.toPrecision(3)))} in all). A sample’s share is the part of its curvature along them: near 1 the escape carries all of it, near 0 it does not feel the escape: it <b>resists</b>. Shares are about directions, not about speed.</p>
${factList('run shares-of-sets', [
  ['of the forget set leaves', forgetShare === null ? '–' : percent(forgetShare)],
  ['of the retain set leaves with it', retainShare === null ? '–' : percent(retainShare)],
])}
${samples.length < FEW ? null : shareFigure(samples, forgetShare)}
${sampleTable(samples.slice(0, FIRST), 0, heading(samples.length))}
${
  rest.length === 0
    ? null
    : markup`<details class="data"><summary>The next ${grouped(rest.length)} samples</summary>
${sampleTable(rest, FIRST, `Samples ${FIRST + 1} to ${grouped(FIRST + rest.length)}, those that resist more first`)}
</details>`
}
${samples.length > MOST ? markup`<p class="aside">All ${grouped(samples.length)} samples are in analysis.json, geometry.samples.</p>` : null}`;
}

const DIRECTIONS: Readonly<Record<'mean' | 'both' | 'noise', string>> = {
  mean: 'The escaping directions are those along which the mean grows',
  both: 'The escaping directions are those in which the second moment grows, and the mean with it, each counted by its growth',
  noise:
    'The escaping directions are those in which the second moment grows, carried by the noise of the batches',
};

function heading(count: number): string {
  return count > FIRST
    ? `The ${FIRST} forget samples that resist most, of ${grouped(count)}`
    : 'Those that resist most first';
}

/** All forget samples as a .csv table, those that resist most first. */
export function resistingCsv({ samples }: EscapeGeometry): string {
  const named = samples[0]?.id !== undefined;
  const rows = samples.map(({ index, id, share }, k) => [k + 1, index, ...(named ? [id] : []), share]);
  return [['rank', 'row', ...(named ? ['id'] : []), 'share'], ...rows]
    .map((row) => `${row.join(',')}\n`)
    .join('');
}

/** The bars of a table end at the next round share above its largest. */
function sampleTable(samples: readonly ForgetSample[], before: number, caption: string): Markup {
  const top = shareTop(samples.map(({ share }) => share));
  const numbered = samples[0]?.id === undefined;
  const header = [numeric('rank'), numeric(numbered ? 'sample' : 'id'), numeric('share'), null];
  const rows = samples.map(({ index, id = index, share }, k) => [
    before + k + 1,
    id,
    markup`${written(Number((100 * share).toPrecision(3)))} %`,
    new Cell(markup`<i style="width:${((100 * share) / top).toFixed(1)}%"></i>`, 'bar'),
  ]);
  const table = htmlTable(header, rows, {
    caption: `${caption}; ${numbered ? 'sample numbers are rows of the forget set, from 0' : 'ids are those of the file'}`,
    className: 'samples',
    rowHead: 1,
  });
  return scrollable(caption, table, 'scroll list');
}

const HEIGHT = 180;

/** The shares of all forget samples in ascending order, and that of the whole set. */
function shareFigure(samples: readonly ForgetSample[], forgetShare: number | null): Markup {
  const shares = samples.map(({ share }) => share);
  const at = (q: number): string => percent(quantile(shares, q));
  const top = shareTop([...shares, forgetShare ?? 0]);
  const label = `Shares of ${shares.length} forget samples in ascending order: from ${at(0)} over a median of ${at(0.5)} to ${at(1)}.`;
  return markup`<figure>
<div class="plot shares" role="img" aria-label="${label}"><div class="levels" aria-hidden="true"><span>${percent(top)}</span><span>${percent(top / 2)}</span><span>0</span></div>
<svg class="strip" width="100%" height="${HEIGHT}">${[0, 0.5, 1].map((level) => markup`<line class="grid" x1="0" x2="100%" y1="${HEIGHT * (1 - level)}" y2="${HEIGHT * (1 - level)}"/>`)}${shares.length <= MOST_BARS ? bars(shares, top) : outline(shares, top)}${setLine(forgetShare, top)}</svg></div>
<p class="ends" aria-hidden="true"><span>← resists most</span><span>resists least →</span></p>
<figcaption>Share along the escaping directions, the ${grouped(shares.length)} forget samples in ascending order. A tenth of them have at most ${at(0.1)}, half at most ${at(0.5)}, nine tenths at most ${at(0.9)}.${forgetShare === null ? null : ` Dashed: the whole set, ${percent(forgetShare)}, weighted by curvature.`}</figcaption>
</figure>`;
}

/** The smallest value that a share q of the ascending values does not exceed. */
function quantile(ascending: readonly number[], q: number): number {
  return ascending[Math.max(0, Math.ceil(q * ascending.length) - 1)]!;
}

function bars(shares: readonly number[], top: number): Content {
  const width = 100 / shares.length;
  const gap = Math.min(0.15 * width, 1);
  return shares.map((share, k) => {
    // A line of a pixel for a share of 0, so that the sample is seen.
    const height = Math.max(1, (share / top) * HEIGHT);
    return markup`<rect class="share" x="${(k * width + gap / 2).toFixed(2)}%" width="${(width - gap).toFixed(2)}%" y="${(HEIGHT - height).toFixed(1)}" height="${height.toFixed(1)}"/>`;
  });
}

function outline(shares: readonly number[], top: number): Markup {
  const points = outlineCorners(shares).map(
    ([place, share]) => `${(1000 * place).toFixed(1)},${(1000 * (1 - share / top)).toFixed(1)}`,
  );
  return markup`<svg width="100%" height="${HEIGHT}" viewBox="0 0 1000 1000" preserveAspectRatio="none"><path class="share" d="M0,1000L${points.join('L')}L1000,1000Z"/></svg>`;
}

function setLine(share: number | null, top: number): Markup | null {
  if (share === null) return null;
  const y = Number((HEIGHT * (1 - share / top)).toFixed(1));
  return markup`<line class="chosen" x1="0" x2="100%" y1="${y}" y2="${y}"/>`;
}

/** Up to so many samples every one has a bar of its own; more become one outline. */
const MOST_BARS = 150;

/** Corners of the outline of many samples. */
const MOST_CORNERS = 500;

/** Ends of an axis of shares, from the largest. */
const TOPS = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];

/** The end of an axis on which all shares have room and can be told apart. */
export function shareTop(shares: readonly number[]): number {
  const largest = shares.reduce((a, b) => Math.max(a, b), 0);
  return TOPS.findLast((top) => top >= largest) ?? 1;
}

/** Corners of the outline of ascending shares, the first and the last among them; places from 0 to 1. */
function outlineCorners(shares: readonly number[]): (readonly [place: number, share: number])[] {
  const corners = Math.min(MOST_CORNERS, shares.length);
  return Array.from({ length: corners }, (_, k) => {
    const place = k / (corners - 1);
    return [place, shares[Math.round(place * (shares.length - 1))]!];
  });
}

const SIZE = { width: 620, height: 260 };
const [LEFT, TOP] = [76, 84];
const COLOUR = '#c25400';

/** Picture as SVG text of the shares of the forget samples along the escaping directions in ascending order. */
export function forgetSamplesPicture({ samples, forgetShare }: EscapeGeometry, source: string): string {
  const shares = samples.map(({ share }) => share);
  const bars = shares.length <= MOST_BARS;
  const y: ChartAxis = {
    ...linearAxis(0, shareTop([...shares, forgetShare ?? 0])),
    title: 'share along the escaping directions',
    label: (share) => `${plainNumber(100 * share)} %`,
    grid: true,
  };
  const end = bars ? shares.length : shares.length - 1;
  const x: ChartAxis = {
    ...linearAxis(0, end, roundTicks(0, end).filter(Number.isInteger)),
    title: 'forget samples, those that resist most first',
  };
  const place = pixelsIn(SIZE, x, y);
  const content = [
    bars
      ? shares.map((share, k) => bar(place.x(k), place.x(k + 1), place.y(share)))
      : outlinePicture(outlineCorners(shares).map(([at, share]) => [at * SIZE.width, place.y(share)])),
    forgetShare === null ? null : wholeSet(place.y(forgetShare)),
  ];
  return picture(
    { width: LEFT + SIZE.width + 20, height: TOP + SIZE.height + 52 },
    {
      title: 'Forget samples that resist',
      subtitle: [
        source,
        `${samples.length} samples, in order of their share along the directions in which the model leaves`,
      ],
      at: [16, 30],
    },
    chart({ corner: [LEFT, TOP], size: SIZE, x, y, content }),
  );
}

/** Bar from the bottom, a line of a pixel for a share of 0. */
function bar(left: number, right: number, top: number): Markup {
  const gap = Math.min(1, 0.15 * (right - left));
  const height = Math.max(1, SIZE.height - top);
  return markup`<rect fill="${COLOUR}" x="${rounded(left + gap / 2)}" width="${rounded(right - left - gap)}" y="${rounded(SIZE.height - height)}" height="${rounded(height)}"/>`;
}

function outlinePicture(corners: readonly Pixel[]): Markup {
  const points = corners.map(([x, y]) => `${rounded(x)},${y}`);
  return markup`<path fill="${COLOUR}" d="M0,${SIZE.height}L${points.join('L')}L${SIZE.width},${SIZE.height}Z"/>`;
}

/** The share of the whole set as a dashed line; its name is above it where there is room. */
function wholeSet(y: number): Content {
  const ends: Pixel[] = [
    [0, y],
    [SIZE.width, y],
  ];
  return [
    line(ends, { colour: '#000000', width: 1.5, dash: [5, 4] }),
    text([6, y < 20 ? y + 15 : y - 6], 'the whole set', { seam: true }),
  ];
}
