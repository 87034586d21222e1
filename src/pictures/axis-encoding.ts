import type { FrontierDocument } from '../frontier/frontier-document.js';
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
