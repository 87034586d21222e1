import type { BoundaryLine } from '../frontier/boundary-lines.js';
import { cellBorders, type MapAxis } from '../frontier/map-axis.js';
import { type Axes, LINE_STYLES, LINE_SUFFIXES, place } from './chart.js';
import { placeLabels, type Pixel, type PlacedLabel, type PlotSize } from './place-labels.js';

/** Layers of the lines of a map with their texts, in a plot of the given size. */
export function boundaryLayers(boundaries: readonly BoundaryLine[], axes: Axes, size: PlotSize) {
  const lines = boundaries.map((line) => ({ ...line, text: `${line.label}${LINE_SUFFIXES[line.kind]}` }));
  const labels = placeLabels(
    lines.map((line) => ({ label: line.text, pieces: pixelPieces(line, axes, size) })),
    size,
  );
  return [
    ...lines.toReversed().flatMap((line) => lineLayers(line, axes)),
    ...lines.map((line) => pointLayer(line, axes)),
    ...leaderLayers(labels, lines),
    ...labelLayers(labels, lines),
  ];
}

/** A line with a light seam. */
function lineLayers({ kind, paths }: BoundaryLine, axes: Axes) {
  const { colour, width, dash } = LINE_STYLES[kind];
  const values = paths.flatMap((path, piece) => path.map(([x, y], order) => ({ x, y, piece, order })));
  const encoding = {
    ...place(axes),
    detail: { field: 'piece', type: 'nominal' as const },
    order: { field: 'order', type: 'quantitative' as const },
  };
  const line = { type: 'line' as const, interpolate: 'linear' as const, clip: true };
  return [
    {
      data: { values },
      mark: { ...line, color: 'white', strokeWidth: width + 2, opacity: 0.75 },
      encoding,
    },
    {
      data: { values },
      mark: { ...line, color: colour, strokeWidth: width, strokeDash: [...dash] },
      encoding,
    },
  ];
}

/** The points of a line that is known in single columns or rows only. */
function pointLayer({ kind, points }: BoundaryLine, axes: Axes) {
  return {
    data: { values: points.map(([x, y]) => ({ x, y })) },
    mark: {
      type: 'point' as const,
      shape: 'diamond',
      filled: true,
      fill: LINE_STYLES[kind].colour,
      stroke: 'white',
      strokeWidth: 1,
      size: 80,
      opacity: 1,
    },
    encoding: place(axes),
  };
}

/** Thin strokes from texts to their lines where they are not next to each other. */
function leaderLayers(labels: readonly PlacedLabel[], lines: readonly (BoundaryLine & { text: string })[]) {
  return labels.map(({ label, leader: { from, to } }) => ({
    data: { values: [{}] },
    mark: { type: 'rule' as const, strokeWidth: 0.9, color: lineStyle(lines, label).colour },
    encoding: {
      x: { value: from[0] },
      y: { value: from[1] },
      x2: { value: to[0] },
      y2: { value: to[1] },
    },
  }));
}

function lineStyle(lines: readonly (BoundaryLine & { text: string })[], label: string) {
  return LINE_STYLES[lines.find(({ text }) => text === label)!.kind];
}

function labelLayers(labels: readonly PlacedLabel[], lines: readonly (BoundaryLine & { text: string })[]) {
  return labels.flatMap(({ label, x, y }) => {
    const encoding = {
      x: { value: x },
      y: { value: y },
    };
    const text = {
      type: 'text' as const,
      text: label,
      fontSize: 11.5,
      fontWeight: 'bold' as const,
      align: 'center' as const,
      baseline: 'middle' as const,
    };
    const data = { values: [{}] };
    return [
      { data, mark: { ...text, stroke: 'white', strokeWidth: 3.5, opacity: 0.9 }, encoding },
      { data, mark: { ...text, color: lineStyle(lines, label).colour }, encoding },
    ];
  });
}

/** Pieces and points of a line in pixels of the plot. */
function pixelPieces({ paths, points }: BoundaryLine, axes: Axes, { width, height }: PlotSize): Pixel[][] {
  const [across, down] = [pixelScale(axes.x, 0, width), pixelScale(axes.y, height, 0)];
  return [...paths, ...points.map((point) => [point])].map((piece) =>
    piece.map(([x, y]): Pixel => [across(x), down(y)]),
  );
}

function pixelScale(axis: MapAxis, from: number, to: number): (value: number) => number {
  const borders = cellBorders(axis);
  const at = (x: number): number => (axis.scale === 'log' ? Math.log(x) : x);
  const [low, high] = [at(borders[0]!), at(borders.at(-1)!)];
  return (value) => from + ((to - from) * (at(value) - low)) / (high - low);
}
