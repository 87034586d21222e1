import type { TopLevelSpec } from 'vega-lite';
import type { EscapeGeometry } from '../analysis/answer.js';
import { FONT } from './chart.js';

const SIZE = { width: 620, height: 260 };
const COLOUR = '#c25400';

/** Up to so many samples every one has a bar; more become one outline of at most so many corners. */
const MOST_BARS = 150;
const MOST_CORNERS = 500;

/** Shares of the forget samples along the escaping directions in ascending order, as a Vega-Lite specification. */
export function forgetSamplesSpec({ samples, forgetShare }: EscapeGeometry, source: string): TopLevelSpec {
  const few = samples.length <= MOST_BARS;
  const chosen = few
    ? Array.from(samples.keys())
    : evenly(samples.length, Math.min(samples.length, MOST_CORNERS));
  const values = chosen.map((k) => ({ rank: k, next: k + 1, share: samples[k]!.share }));
  const y = {
    field: 'share',
    type: 'quantitative',
    title: 'share along the escaping directions',
    axis: { format: '.0%', grid: true, gridColor: '#dddddd', tickCount: 5 },
  };
  const x = {
    field: 'rank',
    type: 'quantitative',
    title: 'forget samples, those that resist most first',
    scale: { domain: [0, few ? samples.length : samples.length - 1], nice: false },
    axis: { grid: false, tickCount: 6, format: 'd', tickMinStep: 1 },
  };
  return {
    description: `Forget samples that resist, ${source}`,
    background: 'white',
    padding: 16,
    config: {
      font: FONT,
      mark: { aria: false },
      axis: { labelFontSize: 10, titleFontSize: 11, titleFontWeight: 'normal' },
      view: { stroke: '#444444' },
    },
    title: {
      text: 'Forget samples that resist',
      subtitle: [
        source,
        `${samples.length} samples, in order of their share along the directions in which the model leaves`,
      ],
      anchor: 'start',
      fontSize: 15,
      subtitleFontSize: 11,
      subtitleColor: '#333333',
      subtitlePadding: 4,
      offset: 14,
    },
    ...SIZE,
    layer: [
      few
        ? {
            data: { values },
            mark: { type: 'rect', color: COLOUR, stroke: 'white', strokeWidth: samples.length > 60 ? 0 : 1 },
            encoding: { x, x2: { field: 'next' }, y, y2: { datum: 0 } },
          }
        : {
            data: { values },
            mark: { type: 'area', color: COLOUR },
            encoding: { x, y: { ...y, stack: null } },
          },
      ...wholeSet(forgetShare),
    ],
  } as TopLevelSpec;
}

/** The share of the whole set as a dashed line. */
function wholeSet(share: number | null): object[] {
  if (share === null) return [];
  const data = { values: [{ share, rank: 0 }] };
  const y = { field: 'share', type: 'quantitative' };
  return [
    {
      data,
      mark: { type: 'rule', strokeDash: [5, 4], strokeWidth: 1.5, color: '#000000' },
      encoding: { y },
    },
    {
      data,
      mark: { type: 'text', text: 'the whole set', align: 'left', dx: 6, dy: -7, fontSize: 10 },
      encoding: { y, x: { field: 'rank', type: 'quantitative' } },
    },
  ];
}

/** So many indices of n, the first and the last among them. */
function evenly(n: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => Math.round((k * (n - 1)) / (count - 1)));
}
