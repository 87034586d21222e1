import { significant } from '../../number-format.js';
import { grouped } from '../numbers.js';

const RAISED: Readonly<Record<string, string>> = {
  '-': '⁻',
  0: '⁰',
  1: '¹',
  2: '²',
  3: '³',
  4: '⁴',
  5: '⁵',
  6: '⁶',
  7: '⁷',
  8: '⁸',
  9: '⁹',
};

/** A number as text, for places that hold no markup: labels in pictures and their descriptions. */
export function plainNumber(x: number): string {
  const [mantissa, exponent] = significant(x).split('e');
  const front = String(Number(mantissa)).replace('-', '−');
  if (exponent === undefined) return front;
  const power = `10${String(Number(exponent)).replace(/./g, (digit) => RAISED[digit]!)}`;
  return front === '1' ? power : `${front}·${power}`;
}

/** A number of steps in whole steps, without a precision that it does not have. */
export function plainSteps(steps: number): string {
  return steps < 1e5 ? grouped(Math.ceil(steps)) : plainNumber(steps);
}

/** A factor of growth, thousands apart if it is whole. */
export function factorText(factor: number): string {
  return Number.isInteger(factor) && factor < 1e7 ? grouped(factor) : plainNumber(factor);
}
