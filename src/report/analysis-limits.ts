import type { Analysis } from '../analysis/answer.js';
import { counted, significant } from './number-format.js';

/* What an answer says where its numbers end: on a border, within the rounding of what is stored, and left out as that. */

/** Directions that were left out, in a line; none if there are none. */
export function leftOutLines({ leftOut, precision }: Analysis['dimension']): string[] {
  const { directions, largestShare } = leftOut;
  if (directions === 0) return [];
  return [
    `${counted(directions, 'direction')} left out as rounding (numbers known to ${significant(precision)}), with at most ${significant(largestShare)} of the curvature along one`,
  ];
}

/** Why an answer is marginal: D is zero along directions, or the step size is the critical one. */
export function marginalReason(zero: number, atMixing: string, atStep: string): string {
  return zero === 0 ? atStep : `${atMixing}, D is 0 along ${counted(zero, 'direction')}`;
}

/** Why an answer is undecided. */
export function undecidedReason(zero: number, precision: number): string {
  return `the sign of ${counted(zero, 'eigenvalue')} of D rests on the rounding of the stored numbers (known to ${significant(precision)})`;
}
