import type { Digits } from '../digits/digit-images.js';
import { digitsLogistic, digitsNetwork } from './digits-subjects.js';
import { irisLogistic } from './iris-subjects.js';
import type { Subject } from './subject.js';

/** The models whose minimum fits every sample. */
export function fittedSubjects(digits: Digits, seed: number): Subject[] {
  return [
    ...digitsLogistic(digits, seed, 'soft'),
    ...digitsNetwork(digits, seed),
    ...irisLogistic(seed, 'soft'),
  ];
}

/** The same logistic regressions with the labels themselves: at their w* gradients remain. */
export function hardLabelSubjects(digits: Digits, seed: number): Subject[] {
  return [...digitsLogistic(digits, seed, 'hard'), ...irisLogistic(seed, 'hard')];
}
