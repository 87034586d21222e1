import type { BoundaryLine } from '../frontier/boundary-lines.js';
import { line, type LineStyle, type Pixel, type PlotSize, rounded, sign, text } from './chart.js';
import { type Content, markup } from './markup.js';

/** Dark enough to be read on the cells, and told apart without colour by their labels. */
const LINE_STYLES: Readonly<Record<BoundaryLine['kind'], LineStyle>> = {
  exact: { colour: '#000000', width: 2.6, dash: [] },
  divergence: { colour: '#8a0060', width: 1.8, dash: [7, 3] },
  stability: { colour: '#0b3c7d', width: 1.8, dash: [7, 3] },
  both: { colour: '#00513c', width: 1.8, dash: [2, 2.5] },
  other: { colour: '#3a3a3a', width: 1.8, dash: [2, 2.5] },
};

/** Claim of a theorem beyond its line; nothing is added to the label of the exact one. */
const LINE_SUFFIXES: Readonly<Record<BoundaryLine['kind'], string>> = {
  exact: '',
  divergence: ' ⇒ diverges',
  stability: ' ⇒ stable',
  both: ' ⇔ diverges',
  other: '',
};

/** Lines of a map with their texts, in a plot of the given size; where a line is known in single columns only, signs. */
export function mapLines(
  boundaries: readonly BoundaryLine[],
  place: { readonly x: (value: number) => number; readonly y: (value: number) => number },
  size: PlotSize,
): Content {
  const pixel = ([x, y]: readonly [number, number]): Pixel => [place.x(x), place.y(y)];
  const lines = boundaries.map(({ kind, label, paths, points }) => ({
    label: `${label}${LINE_SUFFIXES[kind]}`,
    style: LINE_STYLES[kind],
    paths: paths.map((path) => path.map(pixel)),
    points: points.map(pixel),
  }));
  const labels = placeLabels(
    lines.map(({ label, paths, points }) => ({
      label,
      pieces: [...paths, ...points.map((point) => [point])],
    })),
    size,
  ).map((placed) => ({ ...placed, colour: lines.find(({ label }) => label === placed.label)!.style.colour }));
  return [
    // The exact line, which is the first, on top, each with a light seam.
    lines.toReversed().map(({ style, paths }) => [
      markup`<g opacity="0.75">${paths.map((path) => line(path, { colour: 'white', width: style.width + 2, dash: [] }))}</g>
`,
      paths.map((path) => line(path, style)),
    ]),
    lines.map(({ style, points }) =>
      points.map((point) => [
        sign('diamond', point, 'white', 5.3),
        sign('diamond', point, style.colour, 4.2),
      ]),
    ),
    labels.map(
      ({ leader: { from, to }, colour }) =>
        markup`<path stroke="${colour}" stroke-width="0.9" d="M${from.map(rounded).join(',')}L${to.map(rounded).join(',')}"/>`,
    ),
    labels.map(({ label, x, y, colour }) =>
      text([rounded(x), rounded(y + 4)], label, {
        size: 11.5,
        bold: true,
        colour,
        anchor: 'middle',
        seam: true,
      }),
    ),
  ];
}

/** A line in pixels with the text that names it. */
export interface LabelledLine {
  readonly label: string;
  readonly pieces: readonly (readonly Pixel[])[];
}

/** A placed text: its centre in pixels. */
export interface PlacedLabel {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  /** From the border of the text to the line that it names. */
  readonly leader: { readonly from: Pixel; readonly to: Pixel };
}

/** Size of a text in pixels, by its number of characters: widths differ between fonts, and there is no canvas. */
const CHARACTER_WIDTH = 7.4;
const TEXT_HEIGHT = 14;
/** Room between a text and its line, in the order of preference. */
const DISTANCES = [4, 16, 30, 48, 70];
/** Room between two texts, and between a text and the border. */
const ROOM = 5;
/** Costs of a place: to cover another text or points of lines, to be far or doubtful, and to cross a line with the leader. */
const COSTS = { overlap: 1000, foreign: 8, own: 3, distance: 0.35, ambiguous: 1.2, crossed: 15 };
/** A foreign line closer to a text than this makes it doubtful whose it is. */
const CLEAR = 16;
/** Places tried along a line. */
const PLACES = 60;

/**
 * Places one text beside each line so that texts do not overlap, stay inside the plot, cover as few points of lines as
 * possible and keep away from foreign lines: places along a line are tried at several distances on all sides, the
 * longest texts first.
 */
export function placeLabels(lines: readonly LabelledLine[], size: PlotSize): PlacedLabel[] {
  const dense = lines.map((line) => ({ ...line, points: line.pieces.flatMap(densePoints) }));
  const placed: PlacedLabel[] = [];
  for (const line of [...dense].sort((a, b) => b.label.length - a.label.length)) {
    let best: { place: PlacedLabel; cost: number } | null = null;
    for (const place of candidates(line.label, line.points, size)) {
      const cost = costOf(place, line, dense, placed, best?.cost ?? Infinity);
      if (!best || cost < best.cost - 1e-9) best = { place, cost };
    }
    if (best) placed.push(withLeader(best.place));
  }
  return placed;
}

interface DenseLine extends LabelledLine {
  readonly points: readonly Pixel[];
}

function candidates(label: string, points: readonly Pixel[], size: PlotSize): PlacedLabel[] {
  const { w, h } = extent(label);
  const stride = Math.max(1, Math.floor(points.length / PLACES));
  return points
    .filter((_, k) => k % stride === 0)
    .flatMap((anchor) =>
      DISTANCES.flatMap((distance) =>
        DIRECTIONS.map(([dx, dy]) => ({
          label,
          x: anchor[0] + dx * (w / 2 + distance),
          y: anchor[1] + dy * (h / 2 + distance),
          leader: { from: anchor, to: anchor },
        })),
      ),
    )
    .filter(
      ({ x, y }) =>
        Math.abs(x - size.width / 2) < (size.width - w) / 2 - ROOM &&
        Math.abs(y - size.height / 2) < (size.height - h) / 2 - ROOM,
    );
}

const DIRECTIONS: readonly Pixel[] = [
  [0, -1],
  [0, 1],
  [1, 0],
  [-1, 0],
  [0.6, -1],
  [-0.6, -1],
  [0.6, 1],
  [-0.6, 1],
];

/** Lower is better; counting stops at a cost that is too high anyway. */
function costOf(
  place: PlacedLabel,
  own: DenseLine,
  lines: readonly DenseLine[],
  placed: readonly PlacedLabel[],
  tooHigh: number,
): number {
  const { leader } = withLeader(place);
  let cost = COSTS.distance * gap(place, leader.to);
  for (const other of placed) cost += COSTS.overlap * overlap(place, other);
  for (const line of lines) {
    if (cost >= tooHigh) return cost;
    let nearest = Infinity;
    for (const point of line.points) {
      const distance = gap(place, point);
      nearest = Math.min(nearest, distance);
      if (distance <= 1) cost += line === own ? COSTS.own : COSTS.foreign;
    }
    if (line === own) continue;
    if (nearest < CLEAR) cost += COSTS.ambiguous * (CLEAR - nearest);
    if (cost < tooHigh && isCrossed(leader, line.points)) cost += COSTS.crossed;
  }
  return cost;
}

function extent(label: string): { w: number; h: number } {
  return { w: CHARACTER_WIDTH * label.length, h: TEXT_HEIGHT };
}

/** The leader from the point of the text that is nearest to the line. */
function withLeader(place: PlacedLabel): PlacedLabel {
  const { label, x, y, leader } = place;
  const { w, h } = extent(label);
  const within = (value: number, middle: number, half: number): number =>
    Math.min(Math.max(value, middle - half), middle + half);
  const from: Pixel = [within(leader.to[0], x, w / 2), within(leader.to[1], y, h / 2)];
  return { ...place, leader: { ...leader, from } };
}

/** True if some point lies on a leader, its end at the own line left aside. */
function isCrossed({ from, to }: PlacedLabel['leader'], points: readonly Pixel[]): boolean {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.sqrt(dx * dx + dy * dy);
  if (length < 1) return false;
  return points.some(([x, y]) => {
    const along = ((x - from[0]) * dx + (y - from[1]) * dy) / length;
    const aside = Math.abs((x - from[0]) * dy - (y - from[1]) * dx) / length;
    return along > 0 && along < length - 3 && aside < 2.5;
  });
}

/** Distance between a text and a point; 0 under the text. */
function gap({ label, x, y }: PlacedLabel, [px, py]: Pixel): number {
  const { w, h } = extent(label);
  const across = Math.max(0, Math.abs(px - x) - w / 2);
  const down = Math.max(0, Math.abs(py - y) - h / 2);
  return Math.sqrt(across * across + down * down);
}

/** Share of the smaller text that lies under the other one, with some room. */
function overlap(a: PlacedLabel, b: PlacedLabel): number {
  const [s, t] = [extent(a.label), extent(b.label)];
  const x = (s.w + t.w) / 2 + ROOM - Math.abs(a.x - b.x);
  const y = (s.h + t.h) / 2 + ROOM - Math.abs(a.y - b.y);
  return x > 0 && y > 0 ? (x * y) / Math.min(s.w * s.h, t.w * t.h) : 0;
}

/** Points along a piece at most a few pixels apart. */
function densePoints(piece: readonly Pixel[]): Pixel[] {
  const [first] = piece;
  if (!first) return [];
  return [
    first,
    ...piece.slice(1).flatMap((to, k) => {
      const from = piece[k]!;
      const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / 4));
      return Array.from({ length: steps }, (_, s): Pixel => {
        const share = (s + 1) / steps;
        return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
      });
    }),
  ];
}
