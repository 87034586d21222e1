import type { FrontierDocument } from '../frontier/frontier-document.js';
import type { MapAxis, MarkDefinition, PanelDefinition } from '../frontier/frontier-map.js';
import { cellBorders, linearAxis, logAxis, logTicks, roundTicks } from './axis.js';
import {
  chart,
  type ChartAxis,
  colourBar,
  type ColourScale,
  legend,
  linearColours,
  picture,
  pixelsIn,
  type PlotSize,
  rounded,
  signedColours,
  text,
} from './chart.js';
import { mapLines } from './map-lines.js';
import { markup, type Content, type Markup } from './markup.js';
import { percent, plainNumber, plainSteps, powerOfTen } from './number-format.js';

/** Picture of a complete map as SVG text: one plot coloured by the growth, or the panels of the map. */
export function frontierPicture(document: FrontierDocument): string {
  return document.map.panels ? panelPicture(document, document.map.panels) : growthPicture(document);
}

const PLOT = { width: 660, height: 500 };
const [LEFT, TOP] = [66, 78];

/** Cells coloured by their growth, with marks, lines and a legend. */
function growthPicture(document: FrontierDocument): string {
  const { map, cells, axes } = document;
  const marks = map.marks.filter(({ id }) => cells.some((cell) => cell.marks.includes(id)));
  const colours = growthColours(cells.flatMap(({ fields }) => fields[map.colour.field] ?? []));
  const counts = countsLine(document);
  const bottom = TOP + PLOT.height;
  const side = Math.sqrt((PLOT.width / axes.x.values.length) * (PLOT.height / axes.y.values.length)) / 2;
  const contents = [
    markup`<defs>${marks.map(({ style }) => markMarkup(style, side))}</defs>
`,
    mapChart(document, PLOT, [LEFT, TOP], colours, map.colour.field, marks),
    text([LEFT, bottom + 59], map.colour.title),
    colourBar(colours, plainNumber, {
      corner: [LEFT, bottom + 67],
      length: PLOT.width / 2,
      towards: 'right',
      id: 'growth',
    }),
    legend(
      [LEFT, bottom + 112],
      marks.map(({ style, label }) => ({
        sign: markup`<g transform="scale(${rounded(9 / side)})">${markUse(style, 0, 0)}</g>`,
        label,
      })),
    ),
  ];
  return picture(
    { width: LEFT + PLOT.width + 24, height: bottom + 112 + 20 * marks.length },
    { title: map.title, subtitle: [map.setting, counts], at: [LEFT, 32] },
    contents,
  );
}

/** How many cells are on which side, and what the colours say. */
function countsLine({ map, summary }: FrontierDocument): string {
  const { cells, diverges, stable, boundary } = summary;
  const { words } = map.colour;
  if (words) {
    return `of ${cells} cells ${diverges} diverge, ${stable} hold, ${boundary} ${map.undecided ?? 'on the boundary'}; orange: ${words.above}, blue: ${words.below}`;
  }
  const share = Math.round((1000 * diverges) / cells) / 10;
  return `${diverges} of ${cells} cells unstable (${share} %); orange: E|δ|² grows, blue: it shrinks`;
}

/** Colours of growths: beyond a round number that 19 of 20 cells do not exceed the darkest. */
function growthColours(growths: readonly number[]): ColourScale {
  const sizes = growths.map(Math.abs).sort((a, b) => a - b);
  const high = sizes[Math.floor(0.95 * (sizes.length - 1))] ?? 1;
  const largest = high > 0 ? Number(high.toPrecision(1)) : 1;
  const positive = [largest / 20, largest / 4, largest].map((x) => Number(x.toPrecision(2)));
  return signedColours(largest, [...positive.map((x) => -x).reverse(), 0, ...positive]);
}

/** Cells with a field as their colour, marks and lines. */
function mapChart(
  { axes, cells, lines }: FrontierDocument,
  size: PlotSize,
  corner: readonly [number, number],
  { colour }: ColourScale,
  field: string,
  marks: readonly MarkDefinition[] = [],
  title?: string,
): Markup {
  const [x, y] = [mapAxis(axes.x), mapAxis(axes.y)];
  const place = pixelsIn(size, x, y);
  const [columns, rows] = [bordersOf(axes.x).map(place.x), bordersOf(axes.y).map(place.y)];
  const areas = cells.map(({ fields }, k) => {
    const value = fields[field] ?? null;
    const [column, row] = [Math.floor(k / axes.y.values.length), k % axes.y.values.length];
    const [left, right, bottom, top] = [columns[column]!, columns[column + 1]!, rows[row]!, rows[row + 1]!];
    return value === null
      ? null
      : markup`<rect x="${left}" y="${top}" width="${rounded(right - left)}" height="${rounded(bottom - top)}" fill="${colour(value)}"/>`;
  });
  const marked = marks.map(({ id, style }) =>
    cells
      .filter((cell) => cell.marks.includes(id))
      .map((cell) => markUse(style, place.x(cell.x), place.y(cell.y))),
  );
  const content: Content = [
    markup`<g class="cells" shape-rendering="crispEdges">${areas}</g>
`,
    marked,
    mapLines(lines, place, size),
  ];
  return chart({ corner, size, x, y, content, ...(title !== undefined && { title }) });
}

/** Axis of a map from the first border of its cells to the last. */
function mapAxis(axis: MapAxis): ChartAxis {
  const { scale, title, unit } = axis;
  const borders = bordersOf(axis);
  const [low, high] = [borders[0]!, borders.at(-1)!];
  const place =
    scale === 'log'
      ? logAxis(low, high, logTicks(low, high, [[1], [1, 2, 5]], 12))
      : linearAxis(low, high, roundTicks(low, high, 13));
  return { ...place, title: unit === null ? title : `${title} (${unit})` };
}

function bordersOf({ scale, values }: MapAxis): number[] {
  return cellBorders(scale, values);
}

/** Marks, drawn in a square from -0.5 to 0.5. */
const MARKS: Readonly<Record<MarkDefinition['style'], Markup>> = {
  hatch: markup`<path d="M-0.5,0.5L0.5,-0.5" stroke="#2b2b2b"/>`,
  cross: markup`<path d="M-0.28,-0.28L0.28,0.28M-0.28,0.28L0.28,-0.28" stroke="#000000"/>`,
  dot: markup`<circle r="0.1" fill="none" stroke="#000000"/>`,
};

/** A mark in a square of the given side, to be used by its name. */
function markMarkup(style: MarkDefinition['style'], side: number): Markup {
  return markup`<g id="${style}" transform="scale(${rounded(side)})" stroke-width="${rounded(1.1 / side)}" opacity="0.85">${MARKS[style]}</g>`;
}

function markUse(style: MarkDefinition['style'], x: number, y: number): Markup {
  return markup`<use href="#${style}" x="${x}" y="${y}"/>`;
}

/** Colours of a kind of panel, and how the numbers of their bar are written. */
interface PanelColours {
  readonly scale: (values: readonly number[]) => ColourScale;
  readonly label: (tick: number) => string;
}

const PANEL_COLOURS: Readonly<Record<PanelDefinition['scale'], PanelColours>> = {
  'log-steps': {
    scale: (values) => {
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const ticks = logTicks(10 ** low, 10 ** high, [[1], [1, 3]], 7).map(Math.log10);
      return linearColours('viridisReversed', low, high > low ? high : low + 1, ticks);
    },
    label: (logSteps) => plainSteps(Math.round(10 ** logSteps)),
  },
  log: { scale: () => linearColours('viridis', -8, 4, roundTicks(-8, 4, 7)), label: powerOfTen },
  share: { scale: () => linearColours('cividis', 0, 1, roundTicks(0, 1)), label: percent },
  cosine: { scale: () => linearColours('blueOrange', -1, 1, roundTicks(-1, 1, 5)), label: plainNumber },
};

const PANEL = { width: 330, height: 260 };
const SQUARE = { width: 280, height: 280 };

/** Around the plot of a panel: the room of its numbers and titles, and of the bar of its colours. */
const ROOM = { left: 62, right: 100, top: 34, bottom: 46 };

/** Several plots of the cells of a map, two in a row. */
function panelPicture(document: FrontierDocument, panels: readonly PanelDefinition[]): string {
  const { map, axes, cells } = document;
  const square = axes.x.values.length === axes.y.values.length && axes.x.title === axes.y.title;
  const size = square ? SQUARE : PANEL;
  const [width, height] = [ROOM.left + size.width + ROOM.right, ROOM.top + size.height + ROOM.bottom];
  const contents = panels.map(({ field, title, scale: kind }, k) => {
    const { scale, label } = PANEL_COLOURS[kind];
    const colours = scale(cells.flatMap(({ fields }) => fields[field] ?? []));
    const [left, top] = [ROOM.left + width * (k % 2), 50 + ROOM.top + height * Math.floor(k / 2)];
    return [
      mapChart(document, size, [left, top], colours, field, [], title),
      colourBar(colours, label, {
        corner: [left + size.width + 14, top],
        length: size.height,
        towards: 'up',
        id: `colours${k}`,
      }),
    ];
  });
  return picture(
    { width: 2 * width, height: 50 + height * Math.ceil(panels.length / 2) + 8 },
    { title: map.title, subtitle: [map.setting], at: [16, 28] },
    contents,
  );
}
