import type { TopLevelSpec } from 'vega-lite';
import type { FrontierDocument } from '../frontier/frontier-document.js';
import type { PanelDefinition } from '../frontier/frontier-map.js';
import { cellBorders } from '../frontier/map-axis.js';
import { FONT, MARK_COLOURS, MARK_SHAPES, place } from './chart.js';
import { boundaryLayers } from './map-lines.js';

const PLOT = { width: 660, height: 500 };

/** The picture of a complete map as a Vega-Lite specification. */
export function frontierSpec(document: FrontierDocument): TopLevelSpec {
  const { axes, map } = document;
  return {
    description: `${map.title}; ${map.setting}`,
    background: 'white',
    // Without a canvas widths of texts are guesses: the layout does not depend on them.
    autosize: { type: 'none' },
    padding: { left: 66, right: 24, top: 78, bottom: 112 + 20 * usedMarks(document).length },
    config: {
      font: FONT,
      mark: { aria: false },
      axis: { labelFontSize: 11, titleFontSize: 12, titleFontWeight: 'normal', grid: false },
      legend: {
        labelFontSize: 11,
        titleFontSize: 11,
        titleFontWeight: 'normal',
        layout: { bottom: { direction: 'vertical', anchor: 'start', margin: 8 } },
      },
      view: { stroke: '#444444' },
    },
    title: {
      text: map.title,
      subtitle: [map.setting, countsLine(document)],
      anchor: 'start',
      frame: 'group',
      fontSize: 15,
      subtitleFontSize: 11,
      subtitleColor: '#333333',
      subtitlePadding: 4,
      offset: 12,
    },
    ...PLOT,
    layer: [cellLayer(document), ...markLayers(document), ...boundaryLayers(document.lines, axes, PLOT)],
    resolve: { scale: { color: 'independent', shape: 'independent', size: 'independent' } },
  } as TopLevelSpec;
}

/** What was found, in a line. */
function countsLine({ summary }: FrontierDocument): string {
  const share = Math.round((1000 * summary.diverges) / summary.cells) / 10;
  return `${summary.diverges} of ${summary.cells} cells unstable (${share} %); orange: E|δ|² grows, blue: it shrinks`;
}

function cellLayer({ axes, cells, map }: FrontierDocument) {
  const [xs, ys] = [cellBorders(axes.x), cellBorders(axes.y)];
  const rows = axes.y.values.length;
  const values = cells.map(({ fields }, k) => {
    const [column, row] = [Math.floor(k / rows), k % rows];
    const growth = fields[map.colour.field] ?? null;
    return { x: xs[column]!, x2: xs[column + 1]!, y: ys[row]!, y2: ys[row + 1]!, growth };
  });
  const largest = colourLimit(values.flatMap(({ growth }) => (growth === null ? [] : [growth])));
  return {
    data: { values },
    mark: { type: 'rect' as const, strokeWidth: 0 },
    encoding: {
      ...place(axes),
      x2: { field: 'x2' },
      y2: { field: 'y2' },
      color: {
        field: 'growth',
        type: 'quantitative' as const,
        scale: {
          type: 'symlog' as const,
          constant: largest / 40,
          domain: [-largest, largest],
          scheme: 'blueorange' as const,
          clamp: true,
        },
        legend: {
          title: map.colour.title,
          orient: 'bottom' as const,
          direction: 'horizontal' as const,
          gradientLength: PLOT.width / 2,
          titleLimit: 0,
          format: '~g',
          values: colourTicks(largest),
        },
      },
    },
  };
}

/** Size beyond which the colour is the darkest: a round number that 19 of 20 cells do not exceed. */
function colourLimit(growths: readonly number[]): number {
  const sizes = growths.map(Math.abs).sort((a, b) => a - b);
  const high = sizes[Math.floor(0.95 * (sizes.length - 1))] ?? 1;
  return high > 0 ? Number(high.toPrecision(1)) : 1;
}

function colourTicks(largest: number): number[] {
  const positive = [largest / 20, largest / 4, largest].map((x) => Number(x.toPrecision(2)));
  return [...positive.map((x) => -x).reverse(), 0, ...positive];
}

function usedMarks({ map, cells }: FrontierDocument) {
  return map.marks.filter(({ id }) => cells.some(({ marks }) => marks.includes(id)));
}

/** One layer for all marks, so that they have one legend. */
function markLayers(document: FrontierDocument) {
  const { axes, cells } = document;
  const used = usedMarks(document);
  if (used.length === 0) return [];
  const values = cells.flatMap(({ x, y, marks }) =>
    used.filter(({ id }) => marks.includes(id)).map(({ label }) => ({ x, y, label })),
  );
  const width = PLOT.width / axes.x.values.length;
  const height = PLOT.height / axes.y.values.length;
  const domain = used.map(({ label }) => label);
  return [
    {
      data: { values },
      mark: { type: 'point' as const, filled: false, strokeWidth: 1.1, opacity: 0.85, size: width * height },
      encoding: {
        ...place(axes),
        shape: {
          field: 'label',
          type: 'nominal' as const,
          scale: { domain, range: used.map(({ style }) => MARK_SHAPES[style]) },
          legend: {
            title: null,
            orient: 'bottom' as const,
            direction: 'vertical' as const,
            symbolSize: 150,
            labelLimit: 0,
          },
        },
        stroke: {
          field: 'label',
          type: 'nominal' as const,
          scale: { domain, range: used.map(({ style }) => MARK_COLOURS[style]) },
          legend: null,
        },
      },
    },
  ];
}

const PANEL = { width: 330, height: 260 };
const SQUARE = { width: 280, height: 280 };

/** Colours of a panel and the labels of its legend. */
const SCALES: Readonly<Record<PanelDefinition['scale'], { scale: object; labelExpr: string }>> = {
  'log-steps': {
    scale: { scheme: 'viridis', reverse: true },
    labelExpr: "format(pow(10, datum.value), ',.0f')",
  },
  log: {
    scale: { scheme: 'viridis', domain: [-8, 4], clamp: true },
    labelExpr: "'10^' + format(datum.value, '~g')",
  },
  share: { scale: { scheme: 'cividis', domain: [0, 1] }, labelExpr: "format(datum.value, '.0%')" },
  cosine: { scale: { scheme: 'blueorange', domain: [-1, 1] }, labelExpr: "format(datum.value, '~g')" },
};

/** Several pictures of the cells of a complete map, two in a row, as a Vega-Lite specification. */
export function panelSpec(document: FrontierDocument): TopLevelSpec {
  const { map } = document;
  return {
    description: `${map.title}; ${map.setting}`,
    background: 'white',
    padding: 16,
    config: {
      font: FONT,
      mark: { aria: false },
      axis: { labelFontSize: 10, titleFontSize: 11, titleFontWeight: 'normal', grid: false },
      legend: { labelFontSize: 10, titleFontSize: 10, titleFontWeight: 'normal' },
      view: { stroke: '#444444' },
    },
    title: {
      text: map.title,
      subtitle: [map.setting],
      anchor: 'start',
      fontSize: 15,
      subtitleFontSize: 11,
      subtitleColor: '#333333',
      subtitlePadding: 4,
      offset: 14,
    },
    columns: 2,
    spacing: { row: 28, column: 36 },
    concat: (map.panels ?? []).map((panel) => onePanel(document, panel)),
    resolve: { scale: { color: 'independent' } },
  } as TopLevelSpec;
}

function onePanel({ axes, cells, lines }: FrontierDocument, { field, title, scale }: PanelDefinition) {
  const [xs, ys] = [cellBorders(axes.x), cellBorders(axes.y)];
  const rows = axes.y.values.length;
  const values = cells.map(({ fields }, k) => {
    const [column, row] = [Math.floor(k / rows), k % rows];
    return {
      x: xs[column]!,
      x2: xs[column + 1]!,
      y: ys[row]!,
      y2: ys[row + 1]!,
      value: fields[field] ?? null,
    };
  });
  const size =
    axes.x.values.length === axes.y.values.length && axes.x.title === axes.y.title ? SQUARE : PANEL;
  return {
    ...size,
    title: { text: title, fontSize: 12, fontWeight: 'normal', anchor: 'start', offset: 6 },
    layer: [
      {
        data: { values },
        mark: { type: 'rect', strokeWidth: 0 },
        encoding: {
          ...place(axes),
          x2: { field: 'x2' },
          y2: { field: 'y2' },
          color: {
            field: 'value',
            type: 'quantitative',
            scale: SCALES[scale].scale,
            legend: { title: null, labelExpr: SCALES[scale].labelExpr, gradientLength: 0.8 * size.height },
          },
        },
      },
      ...boundaryLayers(lines, axes, size),
    ],
  };
}
