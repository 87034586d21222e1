import type { BoundaryLine } from '../frontier/boundary-lines.js';
import { line, rounded, sign, text, type LineStyle, type Pixel, type PlotSize } from './chart.js';
import { markup, type Content } from './markup.js';
import { placeLabels } from './place-labels.js';

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
