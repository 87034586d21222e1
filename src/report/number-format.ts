import { type Content, markup } from './markup.js';

/** A number with four significant digits, as people read it; a dash for null. */
export function significant(x: number | null): string {
  if (x === null) return '-';
  if (x === 0) return '0';
  const size = Math.abs(x);
  if (size >= 1e5 || size < 1e-3) return x.toExponential(2);
  return String(Number(x.toPrecision(4)));
}

/** A share in percent with one decimal, without rounding up to 100. */
export function percent(share: number): string {
  const rounded = Math.round(share * 1000) / 10;
  if (rounded === 100 && share < 1) return '> 99.9 %';
  if (rounded === 0 && share > 0) return '< 0.1 %';
  return `${rounded} %`;
}

/** A number with four significant digits, powers of ten raised; a dash for null. */
export function written(x: number | null): Content {
  const text = significant(x);
  const [mantissa, exponent] = text.split('e');
  if (exponent === undefined) return text.replace('-', x === null ? '–' : '−');
  return markup`${mantissa!.replace('-', '−')}&#8239;×&#8239;10<sup>${String(Number(exponent)).replace('-', '−')}</sup>`;
}

/** A whole number with its thousands apart. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

const RAISED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Array.from('⁰¹²³⁴⁵⁶⁷⁸⁹', (raised, digit) => [digit, raised])),
  '-': '⁻',
};

/** A number as text, for places that hold no markup: labels in pictures and their descriptions. */
export function plainNumber(x: number): string {
  const [mantissa, exponent] = significant(x).split('e');
  const front = String(Number(mantissa)).replace('-', '−');
  if (exponent === undefined) return front;
  const power = powerOfTen(Number(exponent));
  return front === '1' ? power : `${front}·${power}`;
}

/** A whole power of ten as text: 10⁻⁸. */
export function powerOfTen(exponent: number): string {
  return `10${String(exponent).replace(/./g, (digit) => RAISED[digit]!)}`;
}

/** A number of things in words: `1 direction`, `3 directions`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** A number of steps in whole steps, without a precision that it does not have. */
export function plainSteps(steps: number): string {
  return steps < 1e5 ? grouped(Math.ceil(steps)) : plainNumber(steps);
}

/** A factor of growth, thousands apart if it is whole. */
export function factorText(factor: number): string {
  return Number.isInteger(factor) && factor < 1e7 ? grouped(factor) : plainNumber(factor);
}
