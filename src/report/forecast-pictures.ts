import type { ForecastDocument } from '../forecast/document.js';
import type { BandedCurve, Curve } from '../forecast/forecast.js';
import type { Level } from '../forecast/levels.js';
import { type Axis, linearAxis, logAxisAround } from './axis.js';
import { chart, type ChartAxis, legend, line, picture, type Pixel, pixelsIn, sign, text } from './chart.js';
import { type Content, markup, type Markup } from './markup.js';
import { plainNumber } from './number-format.js';

const SIZE = { width: 620, height: 210 };

const LEFT = 70;

/** Height of a line of a subtitle, and the letters that fit on it. */
const LINE = 13;
const LETTERS = 125;

/** A sentence in lines that fit, broken between its clauses. */
function clausesInLines(sentence: string): string[] {
  const lines: string[] = [];
  for (const clause of sentence.split(/(?<=;) /)) {
    const longer = `${lines.at(-1)} ${clause}`;
    if (lines.length > 0 && longer.length <= LETTERS) lines[lines.length - 1] = longer;
    else lines.push(clause);
  }
  return lines;
}

/** Colours after Okabe and Ito, as on the pages: blue holds, orange leaves. */
const SETS = {
  retain: { colour: '#0072b2', dash: [] },
  forget: { colour: '#c25400', dash: [] },
  test: { colour: '#00795a', dash: [6, 4] },
} as const;

type SetName = keyof typeof SETS;

/** Losses, and accuracies if there are any, by step, with bands over batch orders and the stop window. */
export function curvesPicture(document: ForecastDocument): string {
  const { retain, forget, test, steps, verdict } = document;
  const curves = { retain, forget, ...(test && { test }) } as Readonly<Partial<Record<SetName, BandedCurve>>>;
  const x: ChartAxis = { ...linearAxis(0, steps.at(-1)!), title: 'step' };
  const panels = [
    { quantity: 'loss' as const, y: lossAxis(Object.values(curves)) },
    ...(retain.accuracy ? [{ quantity: 'accuracy' as const, y: linearAxis(0, 1) }] : []),
  ];
  const subtitle = clausesInLines(verdict.text);
  const top = 47 + LINE * subtitle.length;
  const apart = SIZE.height + 60;
  const content = panels.map(({ quantity, y }, k) =>
    chart({
      corner: [LEFT, top + k * apart],
      size: SIZE,
      x,
      y: { ...y, title: quantity, grid: true },
      content: [
        stopArea(document, x),
        Object.entries(curves).map(([name, curve]) =>
          curveLines(name as SetName, curve, quantity, steps, x, y),
        ),
        markLines(document, x),
      ],
    }),
  );
  const rows = Object.keys(curves).map((name) => ({
    sign: line([[-9, 0], [9, 0]], { ...SETS[name as SetName], width: 2.5 }),
    label: name,
  })); // prettier-ignore
  return picture(
    { width: LEFT + SIZE.width + 110, height: top + panels.length * apart },
    { title: 'Forecast', subtitle, at: [12, 22] },
    [content, legend([LEFT + SIZE.width + 20, top + 10], rows)],
  );
}

function lossAxis(curves: readonly BandedCurve[]): Axis {
  const all = curves.flatMap(({ loss, low, high }) => [...loss, ...(low?.loss ?? []), ...(high?.loss ?? [])]);
  const shown = all.filter((x) => x > 0 && x < Infinity);
  return shown.length > 0 ? logAxisAround(shown) : linearAxis(0, 1);
}

function curveLines(
  name: SetName,
  curve: BandedCurve,
  quantity: keyof Curve,
  steps: readonly number[],
  x: Axis,
  y: Axis,
): Content {
  const place = pixelsIn(SIZE, x, y);
  const points = ({ [quantity]: values }: Curve): Pixel[] =>
    (values ?? []).map((value, k) => [place.x(steps[k]!), place.y(value === Infinity ? 1e300 : value)]);
  const { low, high } = curve;
  const { colour, dash } = SETS[name];
  const band =
    low && high
      ? markup`<path class="band" fill="${colour}" fill-opacity="0.16" d="M${[...points(low), ...points(high).reverse()].map((point) => point.join(',')).join('L')}Z"/>`
      : null;
  return [band, line(points(curve), { colour, width: 2, dash })];
}

function stopArea({ stopWindow, steps }: ForecastDocument, x: Axis): Markup | null {
  if (stopWindow === null) return null;
  const { x: at } = pixelsIn(SIZE, x, x);
  const [from, to] = stopWindow.map((step) => at(Math.min(step, steps.at(-1)!))) as [number, number];
  return markup`<rect class="stop" x="${from}" y="0" width="${Math.max(1.5, to - from)}" height="${SIZE.height}" fill="#00795a" fill-opacity="0.14"/>`;
}

/** Dashed lines at the goal and the limit, if they lie within the steps. */
function markLines({ verdict, steps }: ForecastDocument, x: Axis): Content {
  const { x: at } = pixelsIn(SIZE, x, x);
  const marks = { goal: verdict.goalStep, limit: verdict.limitStep };
  return Object.entries(marks).map(([name, step], k) => {
    if (step === null || step > steps.at(-1)!) return null;
    const place = at(step);
    return [
      line([[place, 0], [place, SIZE.height]], { colour: '#444444', width: 1, dash: [4, 3] }),
      text([place, SIZE.height - 6 - 13 * k], `${name} ${step}`, {
        anchor: place > SIZE.width / 2 ? 'end' : 'start',
        seam: true,
      }),
    ]; // prettier-ignore
  });
}

const WORDS = {
  nothing: { colour: '#c6cdd6', shape: 'circle' },
  forgets: { colour: '#00795a', shape: 'square' },
  breaks: { colour: '#c25400', shape: 'triangle' },
} as const;

/** Learning rate across, forget weight upwards: what every setting of a sweep does; the recommended one is ringed. */
export function sweepPicture({ sweep = [], recommended = null, orders }: ForecastDocument): string {
  const lrs = [...new Set(sweep.map(({ lr }) => lr))].sort((a, b) => a - b);
  const weights = [...new Set(sweep.map(({ forgetWeight }) => forgetWeight))].sort((a, b) => a - b);
  const size = { width: 620, height: Math.max(90, 34 * weights.length) };
  const column = size.width / lrs.length;
  const row = size.height / weights.length;
  const x: ChartAxis = {
    position: (lr) => (100 * (lrs.indexOf(lr) + 0.5)) / lrs.length,
    ticks: lrs.filter((_, k) => k % Math.ceil(lrs.length / 8) === 0),
    title: 'learning rate',
  };
  const y: ChartAxis = {
    position: (weight) => (100 * (weights.indexOf(weight) + 0.5)) / weights.length,
    ticks: weights,
    title: 'forget weight',
  };
  const place = pixelsIn(size, x, y);
  const cells = sweep.map(({ lr, forgetWeight, word, goalStep }) => {
    const [left, top] = [place.x(lr) - column / 2, place.y(forgetWeight) - row / 2];
    const at: Pixel = [place.x(lr), place.y(forgetWeight) - 4];
    return [
      markup`<rect class="${word}" x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${column.toFixed(1)}" height="${row.toFixed(1)}" fill="${WORDS[word].colour}" fill-opacity="0.3" stroke="white"/>`,
      sign(WORDS[word].shape, at, WORDS[word].colour),
      goalStep === null ? null : text([at[0], at[1] + 14], String(goalStep), { size: 9, anchor: 'middle' }),
    ];
  });
  const ring =
    recommended &&
    markup`<rect class="best" x="${(place.x(recommended.lr) - column / 2).toFixed(1)}" y="${(place.y(recommended.forgetWeight) - row / 2).toFixed(1)}" width="${column.toFixed(1)}" height="${row.toFixed(1)}" fill="none" stroke="#171b20" stroke-width="2.5"/>`;
  const rows = Object.entries(WORDS).map(([word, { colour, shape }]) => ({
    sign: sign(shape, [0, 0], colour),
    label: word,
  }));
  return picture(
    { width: LEFT + size.width + 120, height: size.height + 110 },
    {
      title: 'Sweep',
      subtitle: [
        `numbers: the step at which the goal is met${orders.length > 1 ? ' by the first batch order' : ''}`,
      ],
      at: [12, 22],
    },
    [
      chart({ corner: [LEFT, 55], size, x, y, content: [cells, ring] }),
      legend([LEFT + size.width + 16, 65], rows),
    ],
  );
}

/** Least retain damage for every forgetting that a sweep reached, in the quantities of goal and limit. */
export function frontierCurve({ frontier = [], goal, limit }: ForecastDocument): string | null {
  const [gone, kept] = [goal.quantity, limit?.quantity ?? 'loss'];
  const points = frontier.flatMap(({ forget, retain }) => {
    const [across, up] = [forget[gone], retain[kept]];
    const isDrawn = isOnAxis(gone, across) && isOnAxis(kept, up);
    return isDrawn ? [{ across: across!, up: up! }] : [];
  });
  if (points.length < 2) return null;
  const axisOf = (quantity: keyof Level, values: readonly number[]): Axis =>
    quantity === 'loss' ? logAxisAround(values) : linearAxis(0, 1);
  const x = { ...axisOf(gone, points.map(({ across }) => across)), title: `forget ${gone}`, grid: true }; // prettier-ignore
  const y = { ...axisOf(kept, points.map(({ up }) => up)), title: `retain ${kept}`, grid: true }; // prettier-ignore
  const place = pixelsIn(SIZE, x, y);
  const places = points.map(({ across, up }): Pixel => [place.x(across), place.y(up)]);
  const best =
    kept === 'loss'
      ? 'least retain loss of all settings and steps, up'
      : 'highest retain accuracy of all settings and steps, down';
  const last = points.at(-1)!;
  return picture(
    { width: LEFT + SIZE.width + 30, height: SIZE.height + 115 },
    {
      title: 'What forgetting costs',
      subtitle: [`${best} to ${plainNumber(last.up)} at a forget ${gone} of ${plainNumber(last.across)}`],
      at: [12, 22],
    },
    chart({
      corner: [LEFT, 60],
      size: SIZE,
      x,
      y,
      content: [
        line(places, { colour: '#444444', width: 1.5, dash: [] }),
        places.map((at) => sign('circle', at, '#0072b2', 3)),
      ],
    }),
  );
}

/** True if an axis has a place for it: of losses, which are drawn by their logarithms, none for 0 and overflow. */
function isOnAxis(quantity: keyof Level, value: number | null): boolean {
  return value !== null && (quantity === 'accuracy' || (value > 0 && value < Infinity));
}
