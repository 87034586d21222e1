import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { BUDGETS } from '../../src/harness/budget.js';
import { CERTIFICATES, NAIVE_PROCEDURES, type Calibration, type CalibrationVerdict } from './calibration.js';
import { CALIBRATED_BUDGETS, type CalibratedBudget } from './certificate.js';
import { groupedBy, tally } from './tally.js';

/** Colours of Okabe and Ito, which people with colour-blindness tell apart. */
const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7'];
const SHAPES = ['circle', 'square', 'triangle-up', 'diamond'];

/** One point of the curves of certificates. */
export interface CertificatePoint {
  readonly budget: CalibratedBudget;
  readonly side: string;
  /** |eta/eta* - 1|. */
  readonly distance: number;
  /** Share of the decisions. */
  readonly inconclusive: number;
  /** Median samples; null where fewer than half of the decisions fell. */
  readonly samples: number | null;
}

/** Curves by budget and side of the threshold. */
export function certificatePoints({ problems }: Calibration): CertificatePoint[] {
  const verdicts = problems.flatMap((problem) => problem.verdicts);
  return CALIBRATED_BUDGETS.flatMap((budget, b) => {
    const own = verdicts.filter(({ procedure }) => procedure === CERTIFICATES[b]!.name);
    return [...groupedBy(own, ({ ratio }) => ratio)].map(([ratio, of]) => {
      const { inconclusive, decisions, medianSamples: samples } = tally(of);
      const side = ratio < 1 ? 'below eta* (stable)' : 'above eta* (diverges)';
      const distance = Number(Math.abs(ratio - 1).toFixed(6));
      return { budget, side, distance, inconclusive: inconclusive / decisions, samples };
    });
  });
}

/** Wrong share of one procedure at one ratio. */
export interface ErrorPoint {
  readonly procedure: string;
  readonly ratio: string;
  readonly wrong: number;
}

export function errorPoints({ problems }: Calibration): ErrorPoint[] {
  const verdicts = problems.flatMap((problem) => problem.verdicts);
  return [CERTIFICATES[0]!, ...NAIVE_PROCEDURES].flatMap(({ name }) => {
    const own: CalibrationVerdict[] = verdicts.filter(({ procedure }) => procedure === name);
    return [...groupedBy(own, ({ ratio }) => ratio)].map(([ratio, of]) => {
      const { wrong, decisions } = tally(of);
      return { procedure: name, ratio: String(ratio), wrong: wrong / decisions };
    });
  });
}

/** The picture as SVG text. */
export async function calibrationPicture(calibration: Calibration): Promise<string> {
  const { spec } = compile(pictureSpec(calibration));
  const view = new View(parse(spec), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  return `${svg}\n`;
}

const PANEL_WIDTH = 640;
const PANEL_HEIGHT = 240;

function pictureSpec(calibration: Calibration): TopLevelSpec {
  return {
    background: 'white',
    padding: 12,
    config: {
      font: 'sans-serif',
      axis: { labelFontSize: 11, titleFontSize: 11, titleFontWeight: 'normal', gridColor: '#e6e6e6' },
      title: { fontSize: 13, anchor: 'start', frame: 'group', offset: 10 },
      legend: { labelLimit: 260, titleLimit: 260, labelFontSize: 11, titleFontSize: 12, symbolSize: 70 },
    },
    resolve: { scale: { color: 'independent', shape: 'independent', strokeDash: 'independent' } },
    // Without a canvas, widths of texts are estimated; the plots alone decide the layout.
    bounds: 'flush',
    spacing: 85,
    vconcat: [...certificatePanels(calibration), errorPanel(calibration)],
  };
}

function certificatePanels(calibration: Calibration) {
  const values = certificatePoints(calibration);
  return [
    certificatePanel('Inconclusive certificates', values, {
      field: 'inconclusive',
      type: 'quantitative',
      scale: { domain: [0, 1] },
      axis: { title: 'share of decisions (%)', format: '.0%' },
    }),
    certificatePanel(
      'Samples within which half of the decisions fell (no point: fewer fell)',
      values.filter(({ samples }) => samples !== null),
      {
        field: 'samples',
        type: 'quantitative',
        scale: { type: 'log', domain: [500, 500_000] },
        axis: { title: 'samples (pairs of batches)', format: '~s', values: [1e3, 1e4, 1e5] },
      },
    ),
  ];
}

/** What a panel shows over the distance. */
interface VerticalAxis {
  readonly field: keyof CertificatePoint;
  readonly type: 'quantitative';
  readonly scale: { readonly type?: 'log'; readonly domain: [number, number] };
  readonly axis: { readonly title: string; readonly format: string; readonly values?: number[] };
}

/** Lines by budget and side with a point at every ratio. */
function certificatePanel(title: string, values: readonly CertificatePoint[], y: VerticalAxis) {
  const side = { field: 'side', type: 'nominal' as const, sort: null };
  const legend = { title: 'side of the threshold' };
  return {
    title,
    width: PANEL_WIDTH,
    height: PANEL_HEIGHT,
    data: { values: [...values] },
    encoding: {
      x: {
        field: 'distance',
        type: 'quantitative' as const,
        scale: { type: 'log' as const, domain: [0.009, 1.1] },
        axis: { title: 'distance to the threshold, |eta/eta* - 1|', values: [0.01, 0.03, 0.1, 0.3, 1] },
      },
      y,
      color: { ...side, scale: { range: COLOURS.slice(0, 2) }, legend },
    },
    layer: [
      {
        mark: { type: 'line' as const },
        encoding: {
          strokeDash: {
            field: 'budget',
            type: 'nominal' as const,
            sort: null,
            scale: { range: [[5, 3], []] },
            legend: { title: 'samples allowed', labelExpr: BUDGET_LABELS, symbolSize: 700 },
          },
        },
      },
      {
        mark: { type: 'point' as const, filled: true, opacity: 1, size: 45 },
        encoding: { shape: { ...side, scale: { range: SHAPES.slice(0, 2) }, legend } },
      },
    ],
  };
}

const BUDGET_LABELS = `{${CALIBRATED_BUDGETS.map(
  (budget) => `${budget}: '${BUDGETS[budget].maxSamples / 1000}k (${budget})'`,
).join(', ')}}[datum.label]`;

function errorPanel(calibration: Calibration) {
  const procedure = { field: 'procedure', type: 'nominal' as const, sort: null };
  const encoding = {
    x: {
      field: 'ratio',
      type: 'ordinal' as const,
      sort: null,
      axis: {
        title: 'ratio of the step size to the critical one, eta/eta* (stable below 1, diverges above)',
        labelAngle: 0,
      },
    },
    xOffset: procedure,
    y: {
      field: 'wrong',
      type: 'quantitative' as const,
      axis: { title: 'share of decisions (%)', format: '.0%' },
    },
    color: { ...procedure, scale: { range: COLOURS }, legend: { title: 'procedure' } },
  };
  const shape = { ...procedure, scale: { range: SHAPES }, legend: { title: 'procedure' } };
  return {
    title: 'Wrong verdicts on the same instances',
    width: PANEL_WIDTH,
    height: PANEL_HEIGHT,
    data: { values: errorPoints(calibration) },
    encoding,
    layer: [
      { mark: { type: 'bar' as const, width: 3 } },
      { mark: { type: 'point' as const, filled: true, opacity: 1, size: 45 }, encoding: { shape } },
    ],
  };
}
