import { BUDGETS } from '../../src/harness/budget.js';
import { linearAxis, logAxis, roundTicks } from '../../src/report/axis.js';
import {
  chart,
  legend,
  line,
  picture,
  pixelsIn,
  sign,
  type ChartAxis,
  type LineStyle,
  type Pixel,
  type SignShape,
} from '../../src/report/chart.js';
import { markup, type Markup } from '../../src/report/markup.js';
import { percent } from '../../src/report/number-format.js';
import { CERTIFICATES, NAIVE_PROCEDURES, type Calibration, type CalibrationVerdict } from './calibration.js';
import { CALIBRATED_BUDGETS, type CalibratedBudget } from './procedures.js';
import { groupedBy } from '../shared/tables.js';
import { tally } from './tally.js';

/** Colours of Okabe and Ito, which people with colour-blindness tell apart. */
const COLOURS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7'];
const SHAPES: readonly SignShape[] = ['circle', 'square', 'triangle', 'diamond'];

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

const SIZE = { width: 640, height: 240 };
const [LEFT, TOP, PITCH] = [78, 36, 330];
const LEGEND = LEFT + SIZE.width + 18;

/** The picture as SVG text: curves of the certificates over the distance, and wrong verdicts at every ratio. */
export function calibrationPicture(calibration: Calibration): string {
  const points = certificatePoints(calibration);
  return picture({ width: LEGEND + 230, height: TOP + 3 * PITCH - 38 }, null, [
    certificateChart('Inconclusive certificates', 0, points, ({ inconclusive }) => inconclusive, {
      ...linearAxis(0, 1),
      title: 'share of decisions (%)',
      label: percent,
    }),
    certificateChart(
      'Samples within which half of the decisions fell (no point: fewer fell)',
      1,
      points,
      ({ samples }) => samples,
      {
        ...logAxis(500, 500_000, [1e3, 1e4, 1e5]),
        title: 'samples (pairs of batches)',
        label: (samples) => `${samples / 1000}k`,
      },
    ),
    errorChart(errorPoints(calibration), 2),
  ]);
}

const DISTANCE: ChartAxis = {
  ...logAxis(0.009, 1.1, [0.01, 0.03, 0.1, 0.3, 1]),
  title: 'distance to the threshold, |eta/eta* - 1|',
  grid: true,
};

/** Dashes of the curves of a budget. */
const DASHES: Readonly<Record<CalibratedBudget, readonly number[]>> = { quick: [5, 3], standard: [] };

/** Lines by budget and side with a point at every distance whose value is known. */
function certificateChart(
  title: string,
  row: number,
  points: readonly CertificatePoint[],
  valueOf: (point: CertificatePoint) => number | null,
  axis: ChartAxis,
): Markup {
  const y = { ...axis, grid: true };
  const place = pixelsIn(SIZE, DISTANCE, y);
  const sides = [...new Set(points.map(({ side }) => side))];
  const curves = CALIBRATED_BUDGETS.flatMap((budget) =>
    sides.map((side, k) => {
      const known = points.flatMap((point): Pixel[] => {
        const value = point.budget === budget && point.side === side ? valueOf(point) : null;
        return value === null ? [] : [[place.x(point.distance), place.y(value)]];
      });
      known.sort(([a], [b]) => a - b);
      const style: LineStyle = { colour: COLOURS[k]!, width: 2, dash: DASHES[budget] };
      return [known.length > 1 ? line(known, style) : null, known.map((pixel) => point(k, pixel))];
    }),
  );
  const top = TOP + PITCH * row;
  const bySide = sides.map((side, k) => ({ sign: point(k, [0, 0]), label: side }));
  const byBudget = CALIBRATED_BUDGETS.map((budget) => ({
    sign: line(LEGEND_LINE, { colour: '#888888', width: 2, dash: DASHES[budget] }),
    label: `${BUDGETS[budget].maxSamples / 1000}k (${budget})`,
  }));
  return markup`${chart({ corner: [LEFT, top], size: SIZE, x: DISTANCE, y, title, content: curves })}${legend([LEGEND, top + 4], bySide, 'side of the threshold')}${legend([LEGEND, top + 80], byBudget, 'samples allowed')}`;
}

const LEGEND_LINE: readonly Pixel[] = [
  [-8, 0],
  [8, 0],
];

function point(k: number, pixel: Pixel): Markup {
  return sign(SHAPES[k]!, pixel, COLOURS[k]!);
}

/** Distance between the bars of two procedures at a ratio; ratios are 1 apart. */
const BAR_DISTANCE = 0.2;

/** A bar with a point on it for every procedure at every ratio. */
function errorChart(points: readonly ErrorPoint[], row: number): Markup {
  const ratios = [...new Set(points.map(({ ratio }) => ratio))];
  const procedures = [...new Set(points.map(({ procedure }) => procedure))];
  const top = Math.ceil(10 * Math.max(0.1, ...points.map(({ wrong }) => wrong))) / 10;
  const x: ChartAxis = {
    ...linearAxis(-0.5, ratios.length - 0.5, Array.from(ratios.keys())),
    title: 'ratio of the step size to the critical one, eta/eta* (stable below 1, diverges above)',
    label: (k) => ratios[k]!,
  };
  const y: ChartAxis = {
    ...linearAxis(0, top, roundTicks(0, top, 11)),
    title: 'share of decisions (%)',
    label: percent,
    grid: true,
  };
  const place = pixelsIn(SIZE, x, y);
  const content = points.map(({ procedure, ratio, wrong }) => {
    const k = procedures.indexOf(procedure);
    const beside = BAR_DISTANCE * (k - (procedures.length - 1) / 2);
    const pixel: Pixel = [place.x(ratios.indexOf(ratio) + beside), place.y(wrong)];
    const bar: LineStyle = { colour: COLOURS[k]!, width: 3, dash: [] };
    return [wrong > 0 ? line([[pixel[0], SIZE.height], pixel], bar) : null, point(k, pixel)];
  });
  const corner: Pixel = [LEFT, TOP + PITCH * row];
  const byProcedure = procedures.map((procedure, k) => ({ sign: point(k, [0, 0]), label: procedure }));
  return markup`${chart({ corner, size: SIZE, x, y, title: 'Wrong verdicts on the same instances', content })}${legend([LEGEND, corner[1] + 4], byProcedure, 'procedure')}`;
}
