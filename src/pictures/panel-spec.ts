import type { TopLevelSpec } from 'vega-lite';
import type { FrontierDocument } from '../frontier/frontier-document.js';
import type { PanelDefinition } from '../frontier/frontier-map.js';
import { cellBorders } from '../frontier/map-axis.js';
import { place } from './axis-encoding.js';
import { boundaryLayers } from './line-layers.js';
import { FONT } from './picture-styles.js';

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
