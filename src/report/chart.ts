import type { BoundaryLine } from '../frontier/boundary-lines.js';
import type { FrontierDocument } from '../frontier/frontier-document.js';
import type { MarkDefinition } from '../frontier/frontier-map.js';
import { cellBorders, type MapAxis } from '../frontier/map-axis.js';

export type Axes = FrontierDocument['axes'];

/** Position encodings of both axes. */
export function place({ x, y }: Axes) {
  return { x: position('x', x), y: position('y', y) };
}

function position(field: string, axis: MapAxis) {
  const borders = cellBorders(axis);
  const title = axis.unit === null ? axis.title : `${axis.title} (${axis.unit})`;
  return {
    field,
    type: 'quantitative' as const,
    scale: {
      type: axis.scale,
      domain: [borders[0]!, borders.at(-1)!],
      nice: false,
      ...(axis.scale === 'linear' && { zero: false }),
    },
    axis: {
      title,
      format: '~r',
      ...(axis.scale === 'log' ? { values: logTicks(borders) } : { tickCount: 10 }),
    },
  };
}

/** 1, 2, 5 times the powers of ten within the borders. */
function logTicks(borders: readonly number[]): number[] {
  const [low, high] = [borders[0]!, borders.at(-1)!];
  const from = Math.floor(Math.log10(low));
  const decades = Array.from({ length: Math.ceil(Math.log10(high)) - from + 1 }, (_, k) => from + k);
  const steps = decades.length > 4 ? [1] : [1, 2, 5];
  return decades
    .flatMap((decade) => steps.map((step) => Number((step * 10 ** decade).toPrecision(1))))
    .filter((tick) => tick >= low && tick <= high);
}

/** Fonts of a picture: the first is shipped with the program and draws the PNG. */
export const FONT = 'DejaVu Sans, Verdana, sans-serif';

/** How a line is drawn. */
export interface LineStyle {
  readonly colour: string;
  readonly width: number;
  readonly dash: readonly number[];
}

/** Dark enough to be read on the cells, and told apart without colour by their labels. */
export const LINE_STYLES: Readonly<Record<BoundaryLine['kind'], LineStyle>> = {
  exact: { colour: '#000000', width: 2.6, dash: [] },
  divergence: { colour: '#8a0060', width: 1.8, dash: [7, 3] },
  stability: { colour: '#0b3c7d', width: 1.8, dash: [7, 3] },
  both: { colour: '#00513c', width: 1.8, dash: [2, 2.5] },
  other: { colour: '#3a3a3a', width: 1.8, dash: [2, 2.5] },
};

/** What a theorem says beyond its line; nothing is added to the label of the exact one. */
export const LINE_SUFFIXES: Readonly<Record<BoundaryLine['kind'], string>> = {
  exact: '',
  divergence: ' ⇒ diverges',
  stability: ' ⇒ stable',
  both: ' ⇔ diverges',
  other: '',
};

/** Symbols of marks, drawn in a square from -0.5 to 0.5. */
export const MARK_SHAPES: Readonly<Record<MarkDefinition['style'], string>> = {
  hatch: 'M-0.5,0.5L0.5,-0.5',
  cross: 'M-0.28,-0.28L0.28,0.28M-0.28,0.28L0.28,-0.28',
  dot: 'M-0.1,0A0.1,0.1,0,1,0,0.1,0A0.1,0.1,0,1,0,-0.1,0',
};

export const MARK_COLOURS: Readonly<Record<MarkDefinition['style'], string>> = {
  hatch: '#2b2b2b',
  cross: '#000000',
  dot: '#000000',
};
