import { scaleLinear, scaleSymlog } from 'd3-scale';
import { linearAxis, type Axis } from './axis.js';
import { rounded, text, type Pixel } from './chart.js';
import { markup, type Markup } from './markup.js';

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
