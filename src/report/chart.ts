import { scaleLinear, scaleSymlog } from 'd3-scale';
import { type Axis, linearAxis } from './axis.js';
import { type Content, markup, type Markup } from './markup.js';
import { plainNumber } from './number-format.js';

/** Fonts of a picture: the first is shipped with the program and draws the PNG. */
const FONT = 'DejaVu Sans, Verdana, sans-serif';

/** Pixels of a letter for one of the font size: widths differ between fonts, and there is no canvas. */
const LETTER = 0.62;

/** Pixels from the left and the top. */
export type Pixel = readonly [x: number, y: number];

/** Size of a plot in pixels. */
export interface PlotSize {
  readonly width: number;
  readonly height: number;
}

/** Axis of a chart. */
export interface ChartAxis extends Axis {
  readonly title: string;
  /** Number at a mark; without it with four significant digits. */
  readonly label?: (tick: number) => string;
  /** True for lines at the marks through the plot. */
  readonly grid?: boolean;
}

/** A plot with its axes, in a picture. */
interface Chart {
  /** Upper left corner of the plot in the picture. */
  readonly corner: Pixel;
  readonly size: PlotSize;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly title?: string;
  /** Marks of the plot, in pixels from its upper left corner. */
  readonly content: Content;
}

/** A picture as SVG text: white, with its title above, in a font that every reader of it has. */
export function picture(
  { width, height }: PlotSize,
  heading: { readonly title: string; readonly subtitle: readonly string[]; readonly at: Pixel } | null,
  content: Content,
): string {
  return `${
    markup`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img"${heading && markup` aria-label="${[heading.title, ...heading.subtitle].join('; ')}"`} font-family="${FONT}" font-size="11">
<rect width="${width}" height="${height}" fill="white"/>
${heading && headingLines(heading.title, heading.subtitle, heading.at)}${content}</svg>`.text
  }\n`;
}

function headingLines(title: string, subtitle: readonly string[], [x, y]: Pixel): Markup {
  return markup`${text([x, y], title, { size: 15, bold: true })}
${subtitle.map(
  (line, k) => markup`${text([x, y + 17 + 13 * k], line, { colour: '#333333' })}
`,
)}`;
}

/** Style of a text; if left out: black, in the size of its surroundings, from its left end. */
interface TextStyle {
  readonly size?: number;
  readonly bold?: boolean;
  readonly colour?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** True for a white seam, so that it can be read on lines and colours. */
  readonly seam?: boolean;
  /** True for a text that reads upwards. */
  readonly upwards?: boolean;
}

/** Text with its baseline at a place. */
export function text([x, y]: Pixel, words: string, style: TextStyle = {}): Markup {
  const { size, bold, colour, anchor, seam, upwards } = style;
  const place = upwards ? markup`transform="translate(${x},${y}) rotate(-90)"` : markup`x="${x}" y="${y}"`;
  return markup`<text ${place}${size === undefined ? null : markup` font-size="${size}"`}${bold ? markup` font-weight="bold"` : null}${anchor && anchor !== 'start' ? markup` text-anchor="${anchor}"` : null}${colour === undefined ? null : markup` fill="${colour}"`}${seam ? markup` stroke="white" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke"` : null}>${words}</text>`;
}

/** Chart: plot with frame, marks and numbers of its axes, their titles, and its content. */
export function chart({ corner, size, x, y, title, content }: Chart): Markup {
  const { width, height } = size;
  const place = pixelsIn(size, x, y);
  const across = x.ticks.map((tick) => [place.x(tick), (x.label ?? plainNumber)(tick)] as const);
  const upwards = y.ticks.map((tick) => [place.y(tick), (y.label ?? plainNumber)(tick)] as const);
  const widest = Math.max(0, ...upwards.map(([, label]) => label.length));
  return markup`<g transform="translate(${corner[0]},${corner[1]})">
${title === undefined ? null : text([0, -10], title, { size: 13 })}<g stroke="#dddddd">${x.grid ? across.map(([at]) => markup`<path d="M${at},0V${height}"/>`) : null}${y.grid ? upwards.map(([at]) => markup`<path d="M0,${at}H${width}"/>`) : null}</g>
${content}
<rect width="${width}" height="${height}" fill="none" stroke="#444444"/>
<g stroke="#888888">${across.map(([at]) => markup`<path d="M${at},${height}v5"/>`)}${upwards.map(([at]) => markup`<path d="M0,${at}h-5"/>`)}</g>
<g class="x-axis" text-anchor="middle">${across.map(([at, label]) => text([at, height + 17], label))}</g>
<g class="y-axis" text-anchor="end">${upwards.map(([at, label]) => text([-8, rounded(at + 4)], label))}</g>
${text([width / 2, height + 34], x.title, { size: 12, anchor: 'middle' })}
${text([-Math.round(18 + 11 * LETTER * widest), height / 2], y.title, { size: 12, anchor: 'middle', upwards: true })}
</g>
`;
}

/** Pixels of values in a plot, from its upper left corner. */
export function pixelsIn({ width, height }: PlotSize, x: Axis, y: Axis) {
  return {
    x: (value: number): number => rounded((width * x.position(value)) / 100),
    y: (value: number): number => rounded((height * (100 - y.position(value))) / 100),
  };
}

/** Two decimals: what an eye sees. */
export function rounded(pixels: number): number {
  return Number(pixels.toFixed(2));
}

/** Style of a line. */
export interface LineStyle {
  readonly colour: string;
  readonly width: number;
  readonly dash: readonly number[];
}

/** Line through points. */
export function line(points: readonly Pixel[], { colour, width, dash }: LineStyle): Markup {
  const dashed = dash.length > 0 ? markup` stroke-dasharray="${dash.join(',')}"` : null;
  return markup`<path class="line" fill="none" stroke="${colour}" stroke-width="${width}"${dashed} d="M${points.map((point) => point.join(',')).join('L')}"/>`;
}

export type SignShape = 'circle' | 'square' | 'triangle' | 'diamond';

/** Outlines around (0, 0) that reach about 1 to each side. */
const OUTLINES: Readonly<Record<SignShape, readonly Pixel[] | null>> = {
  circle: null,
  square: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
  triangle: [[0, -1.1], [1.15, 0.9], [-1.15, 0.9]],
  diamond: [[0, -1.3], [1.1, 0], [0, 1.3], [-1.1, 0]],
}; // prettier-ignore

/** Filled sign at a place. */
export function sign(shape: SignShape, [x, y]: Pixel, colour: string, radius = 4): Markup {
  const outline = OUTLINES[shape];
  if (outline === null) return markup`<circle cx="${x}" cy="${y}" r="${radius}" fill="${colour}"/>`;
  const corners = outline.map(([dx, dy]) => `${rounded(x + radius * dx)},${rounded(y + radius * dy)}`);
  return markup`<path class="sign" fill="${colour}" d="M${corners.join('L')}Z"/>`;
}

/** Rows of a sign, drawn around (0, 0), and what it means, below their title. */
export function legend(
  [x, y]: Pixel,
  rows: readonly { readonly sign: Markup; readonly label: string }[],
  title: string | null = null,
): Markup {
  const top = title === null ? y : y + 20;
  return markup`<g class="legend">${title === null ? null : text([x, y + 4], title, { bold: true })}${rows.map(
    ({ sign, label }, k) => markup`
<g transform="translate(${x + 8},${top + 20 * k})">${sign}</g>${text([x + 20, top + 20 * k + 4], label)}`,
  )}</g>
`;
}

/** Colours of numbers: the axis of the bar that explains them, from the first colour to the last. */
export interface ColourScale extends Axis {
  readonly colour: (value: number) => string;
  /** Colours in equal distances along the axis. */
  readonly colours: readonly string[];
}

const VIRIDIS = hexColours(
  '440154481a6c472f7d41448739568c31688e2a788e23888e1f988b22a88435b77954c5687ad151a5db36d2e21bfde725',
);

/** Colours in equal distances from the least number to the largest; all are told apart without red and green. */
const SCHEMES = {
  /** White in the middle. */
  blueOrange: hexColours('134b852f78b35da2cb9dcae1d2e5eff2f0ebfce0bafbbf74e8932fc5690d994a07'),
  viridis: VIRIDIS,
  viridisReversed: VIRIDIS.toReversed(),
  cividis: hexColours('0020510a326a2a446e4c566d67686f7e7a74928d78a9a177c7b76ce6ce59fce647'),
};

function hexColours(digits: string): string[] {
  return digits.match(/.{6}/g)!.map((colour) => `#${colour}`);
}

/** Colours of numbers from `low` to `high`; those beyond have the colours of the ends. */
export function linearColours(
  scheme: keyof typeof SCHEMES,
  low: number,
  high: number,
  ticks: readonly number[],
): ColourScale {
  return coloured(linearAxis(low, high, ticks), SCHEMES[scheme]);
}

/** Colours of numbers from -largest over zero to largest, fine near zero: below largest/40 linear, beyond logarithmic. */
export function signedColours(largest: number, ticks: readonly number[]): ColourScale {
  const place = scaleSymlog([-largest, largest], [0, 100])
    .constant(largest / 40)
    .clamp(true);
  return coloured({ position: (value) => place(value), ticks }, SCHEMES.blueOrange);
}

function coloured(axis: Axis, colours: readonly string[]): ColourScale {
  const mixed = scaleLinear<string>(
    colours.map((_, k) => (100 * k) / (colours.length - 1)),
    colours,
  );
  return { ...axis, colours, colour: (value) => hexColour(mixed(axis.position(value))) };
}

/** "rgb(8, 15, 255)" as "#080fff". */
function hexColour(rgb: string): string {
  return `#${rgb
    .match(/\d+/g)!
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')}`;
}

/** Place of a bar of colours. */
interface BarPlace {
  /** Upper left corner. */
  readonly corner: Pixel;
  readonly length: number;
  /** `right`: numbers below; `up`: numbers on the right. */
  readonly towards: 'right' | 'up';
  /** Name of the gradient, once in a picture. */
  readonly id: string;
}

const THICKNESS = { right: 16, up: 13 };

/** Bar of the colours of a scale with its numbers. */
export function colourBar(
  { colours, ticks, position }: ColourScale,
  label: (tick: number) => string,
  { corner: [left, top], length, towards, id }: BarPlace,
): Markup {
  const across = towards === 'right';
  const end = across ? markup`x2="1" y2="0"` : markup`x1="0" y1="1" x2="0" y2="0"`;
  const [width, height] = across ? [length, THICKNESS.right] : [THICKNESS.up, length];
  return markup`<g class="colours" transform="translate(${left},${top})"><linearGradient id="${id}" ${end}>${colours.map((colour, k) => markup`<stop offset="${rounded(k / (colours.length - 1))}" stop-color="${colour}"/>`)}</linearGradient>
<rect width="${width}" height="${height}" fill="url(#${id})"/>
${ticks.map((tick) => {
  const place = rounded((length * position(tick)) / 100);
  if (!across) return text([THICKNESS.up + 5, length - place + 4], label(tick));
  const anchor = place === 0 ? 'start' : place === length ? 'end' : 'middle';
  return text([place, THICKNESS.right + 14], label(tick), { anchor });
})}</g>
`;
}
