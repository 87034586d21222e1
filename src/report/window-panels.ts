import type { Recommendation, RecommendedWindow } from '../analysis/recommendation.js';
import type { BatchSizes } from '../theory/problem.js';
import { type AnalyzedSetting, serves } from './analysis-page.js';
import { type Axis, logAxisAround, mixingAxis, type MixingAxis, shapeAt } from './axis.js';
import { type Content, markup, type Markup } from './markup.js';
import { grouped, plainNumber } from './number-format.js';

const HEIGHT = 170;

/** Of more pairs of batch sizes some are drawn, the smallest and the largest among them; fewer if none serves. */
const MOST_PANELS = { serving: 6, blocked: 3 } as const;

/** Step sizes farther than this factor from all that serves are left out of the axis. */
const FAR = 30;

const STAR = 'M0 -7.5L2 -2.6L7.2 -2.3L3.2 1L4.5 6.1L0 3.3L-4.5 6.1L-3.2 1L-7.2 -2.3L-2 -2.6Z';
const RING = 'M-4.5 0A4.5 4.5 0 1 0 4.5 0A4.5 4.5 0 1 0 -4.5 0Z';

/** Common parts of all panels. */
interface Frame {
  readonly recommendation: Recommendation;
  readonly setting: AnalyzedSetting;
  /** True if the batch sizes of the setting have a panel of their own. */
  readonly tried: boolean;
  readonly x: MixingAxis;
  readonly y: Axis;
}

/** alpha across and eta upwards, a panel for each pair of batch sizes: where a setting serves; nothing to draw: null. */
export function windowPanels(
  recommendation: Recommendation,
  setting: AnalyzedSetting,
  alphaStar: number,
): Markup | null {
  const { region, best, retainShareLimit } = recommendation;
  if (region.every(({ retainShare }) => retainShare > retainShareLimit)) return null;
  const steps = shownSteps(recommendation, setting);
  if (steps.length === 0) return null;
  const all = batchesOf(region);
  const batches = shownBatches(all, [best?.batch, setting.batch], MOST_PANELS[best ? 'serving' : 'blocked']);
  const tried = batches.some((batch) => same(batch, setting.batch));
  const x = mixingAxis(
    region.map(({ alpha }) => alpha),
    alphaStar,
  );
  const frame = { recommendation, setting, tried, x, y: logAxisAround(steps, 1.5) };
  const excluded = region.some(({ retainShare }) => retainShare > retainShareLimit);
  return markup`<figure class="region-figure">
<div class="panels">
${batches.map((batch) => panel(batch, frame))}
</div>
<ul class="keys signs"><li><span class="key window">serves</span></li><li><span class="key above">from here on the escape comes in time</span></li><li><span class="key below">up to here the kept loss is not expected to rise</span></li>${excluded ? markup`<li><span class="key excluded">α at which too much of the retain set leaves</span></li>` : null}${best ? markup`<li><span class="sign" aria-hidden="true">★</span>recommended</li>` : null}<li><span class="sign" aria-hidden="true">○</span>this setting${tried ? null : ` (its batches, ${batchText(setting.batch)}, were not tried: in every panel)`}</li></ul>
<figcaption>Across: mixing α between α* and 1, stretched at both ends. Upwards: step size η, logarithmic. A column for every α tried.${batches.length < all.length ? ` ${batches.length} of ${all.length} pairs of batch sizes.` : null}</figcaption>
</figure>`;
}

function panel(batch: BatchSizes, { recommendation, setting, tried, x, y }: Frame): Markup {
  const { region, best, retainShareLimit } = recommendation;
  const windows = region.filter((window) => same(window.batch, batch));
  const columns = x.columns(windows.map(({ alpha }) => alpha));
  const chosen = best && same(best.batch, batch) ? best : null;
  const current = !tried || same(setting.batch, batch) ? setting : null;
  const serving = windows.filter(serves);
  const said = [
    serving.length === 0
      ? 'no setting serves'
      : `step sizes serve at ${serving.length} of ${windows.length} alphas, from ${plainNumber(serving[0]!.alpha)} to ${plainNumber(serving.at(-1)!.alpha)}`,
    ...(chosen ? [`recommended: alpha ${plainNumber(chosen.alpha)}, eta ${plainNumber(chosen.eta)}`] : []),
    ...(current
      ? [`this setting: alpha ${plainNumber(current.alpha)}, eta ${plainNumber(current.eta)}`]
      : []),
  ];
  const edges = (end: 'low' | 'high', name: string): Markup[] =>
    stairs(
      windows.map((window, k) => {
        const eta = window.retainShare > retainShareLimit ? null : window[end];
        return { columns: columns[k]!, height: eta !== null && isOn(eta, y) ? heightOf(eta, y) : null };
      }),
      name,
    );
  const at = ({ alpha, eta }: { alpha: number; eta: number }, path: string, name: string): Markup =>
    shapeAt(x.position(alpha), heightOf(eta, y), path, name);
  return markup`<div class="panel"><h3>Batches ${batchText(batch)}</h3>
<div class="plot" role="img" aria-label="Batches ${batchText(batch)}: ${said.join('; ')}."><svg class="strip region" width="100%" height="${HEIGHT + 20}">${levels(y)}<svg width="100%" height="${HEIGHT}">${windows.map((window, k) => area(window, columns[k]!, retainShareLimit, y))}${edges('low', 'leaves')}${edges('high', 'holds')}</svg><rect class="frame" width="100%" height="${HEIGHT}"/>${current && at(current, RING, 'current')}${chosen && at(chosen, STAR, 'best')}${alphaLabels(x)}</svg></div></div>
`;
}

/** One alpha: the window as an area between its two ends, or the whole column where too much leaves. */
function area(
  window: RecommendedWindow,
  [from, to]: readonly [number, number],
  limit: number,
  y: Axis,
): Content {
  const [x, width] = [`${from}%`, `${(to - from).toFixed(2)}%`];
  if (window.retainShare > limit)
    return markup`<rect class="excluded" x="${x}" width="${width}" y="0" height="${HEIGHT}"/>`;
  if (!serves(window)) return null;
  const [top, bottom] = [heightOf(window.high, y), heightOf(window.low, y)];
  return markup`<rect class="window" x="${x}" width="${width}" y="${top}" height="${(bottom - top).toFixed(1)}"/>`;
}

/** True if a step size lies within the ends of the axis. */
function isOn(eta: number, y: Axis): boolean {
  return y.position(eta) > 0 && y.position(eta) < 100;
}

/** Pixels from the top of a panel. */
function heightOf(eta: number, y: Axis): number {
  return Number(((HEIGHT * (100 - y.position(eta))) / 100).toFixed(1));
}

function levels(y: Axis): Markup[] {
  return y.ticks.map((tick) => {
    const height = heightOf(tick, y);
    return markup`<line class="grid" x1="0" x2="100%" y1="${height}" y2="${height}"/><text x="-6" y="${height + 4}" text-anchor="end">${tick === y.ticks.at(-1) ? 'η ' : null}${plainNumber(tick)}</text>`;
  });
}

function alphaLabels({ labels }: MixingAxis): Content {
  const y = HEIGHT + 17;
  return [
    markup`<text x="0" y="${y}">α*</text><text x="100%" y="${y}" text-anchor="end">1</text>`,
    labels.map(
      ([place, label]) =>
        markup`<line class="tick" x1="${place}%" x2="${place}%" y1="${HEIGHT}" y2="${HEIGHT + 4}"/><text x="${place}%" y="${y}" text-anchor="middle">${label}</text>`,
    ),
  ];
}

/** Step sizes that the axis has to show: all that serves, this setting, and of the other ends those not far away. */
function shownSteps({ region, best }: Recommendation, { eta }: AnalyzedSetting): number[] {
  const ends = region.flatMap(({ low, high }) => [low, high]).filter((x): x is number => x !== null && x > 0);
  if (ends.length === 0) return [];
  const serving = region.filter(serves).flatMap(({ low, high }) => [low, high]);
  const core = [eta, ...serving, ...(best ? [best.eta] : [])];
  const [least, most] = [Math.min(...core) / FAR, Math.max(...core) * FAR];
  return [...core, ...(serving.length > 0 ? [] : ends.filter((x) => x >= least && x <= most))];
}

function batchesOf(region: readonly RecommendedWindow[]): BatchSizes[] {
  const pairs = new Map(region.map(({ batch }) => [batchText(batch), batch]));
  return [...pairs.values()].sort((a, b) => a.retain - b.retain || a.forget - b.forget);
}

/** Some of the pairs, in their order: the wanted ones, the outermost, and of the others as many as there is room for. */
function shownBatches(
  all: readonly BatchSizes[],
  wanted: readonly (BatchSizes | undefined)[],
  most: number,
): BatchSizes[] {
  const first = all.filter(
    (pair, k) => k === 0 || k === all.length - 1 || wanted.some((other) => other && same(pair, other)),
  );
  const others = all.filter((pair) => !first.includes(pair));
  const room = Math.min(others.length, Math.max(0, most - first.length));
  const evenly = others.filter(
    (_, k) => Math.floor(((k + 1) * room) / others.length) > Math.floor((k * room) / others.length),
  );
  return all.filter((pair) => first.includes(pair) || evenly.includes(pair));
}

function batchText({ retain, forget }: BatchSizes): string {
  return `${grouped(retain)} / ${grouped(forget)}`;
}

function same(one: BatchSizes, other: BatchSizes): boolean {
  return one.retain === other.retain && one.forget === other.forget;
}

/** A value in a column of a picture. */
interface Stair {
  /** Left and right border in percent. */
  readonly columns: readonly [from: number, to: number];
  /** Pixels from the top; null: no value. */
  readonly height: number | null;
}

/** Values of neighbouring columns as a line in stairs, broken where there is no value. */
export function stairs(values: readonly Stair[], name: string): Markup[] {
  return values.flatMap(({ columns: [from, to], height }, k) => {
    if (height === null) return [];
    const before = values[k - 1] ?? { columns: [0, 0], height: null };
    const joined = before.height !== null && before.columns[1] === from;
    return [
      ...(joined ? [line(name, [from, before.height], [from, height])] : []),
      line(name, [from, height], [to, height]),
    ];
  });
}

function line(
  name: string,
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
): Markup {
  return markup`<line class="edge ${name}" x1="${x1}%" x2="${x2}%" y1="${y1}" y2="${y2}"/>`;
}
