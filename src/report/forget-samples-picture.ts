import type { EscapeGeometry } from '../analysis/answer.js';
import { linearAxis, roundTicks } from './axis.js';
import { chart, line, picture, pixelsIn, rounded, text, type ChartAxis, type Pixel } from './chart.js';
import { markup, type Content, type Markup } from './markup.js';
import { plainNumber } from './number-format.js';

/** Up to so many samples every one has a bar of its own; more become one outline. */
export const MOST_BARS = 150;

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
export function outlineCorners(shares: readonly number[]): (readonly [place: number, share: number])[] {
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
      : outline(outlineCorners(shares).map(([at, share]) => [at * SIZE.width, place.y(share)])),
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

function outline(corners: readonly Pixel[]): Markup {
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
