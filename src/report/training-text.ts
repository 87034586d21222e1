import type { SetFit, TrainingFit } from '../trained-model/training-fit.js';
import { significant } from './number-format.js';

const LOSS_WORDS: Record<TrainingFit['loss'], string> = {
  squared: 'squared loss',
  softmax: 'cross-entropy',
  sigmoid: 'cross-entropy',
};

/** How a trained model fits its samples, two lines for a person. */
export function describeTraining(training: TrainingFit): string {
  const of = ({ meanLoss, accuracy }: SetFit): string =>
    `${significant(meanLoss)}${accuracy === null ? '' : ` (accuracy ${significant(100 * accuracy)} %)`}`;
  const { retain, forget, drift } = training;
  const largest = Math.max(retain.largestGradient, forget.largestGradient);
  return [
    `trained      ${LOSS_WORDS[training.loss]} retain ${of(retain)}, forget ${of(forget)}`,
    `             largest gradient of a sample ${significant(largest)}, drift ${significant(drift)} (the theory assumes 0)`,
  ].join('\n');
}

/**
 * What the theory leaves out at weights that do not interpolate, in one line.
 *
 * @param training null if the labels are not known.
 * @returns null if there is nothing to say.
 */
export function interpolationNote(training: TrainingFit | null): string | null {
  if (training === null) {
    return 'note: without labels it is not checked that the weights interpolate the samples, as the theory assumes';
  }
  if (training.interpolates) return null;
  const { retain, forget, drift, loss } = training;
  const largest = Math.max(retain.largestGradient, forget.largestGradient);
  const never = loss === 'squared' ? '' : ' (with hard labels none do)';
  return `note: the weights do not interpolate the samples${never}: the largest gradient of one is ${significant(largest)}, the drift of the step ${significant(drift)}; the theory takes both for 0 and describes the multiplicative part of the dynamics alone`;
}
