import { significant } from '../number-format.js';
import { markup, type Content } from './markup.js';

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
