import type { ObservedSide } from '../decision/decide-side.js';
import type { Examination } from './examination.js';
import type { PredictedSide } from './theorem.js';

/** Numbers of instances by predicted side and, within it, observed side. */
export type Confusion = Readonly<Record<PredictedSide, Readonly<Record<ObservedSide, number>>>>;

/** Counts the instances whose side was observed; null if none was. */
export function confusion(examinations: readonly Examination[]): Confusion | null {
  if (examinations.every(({ observed }) => observed === null)) return null;
  const count = (predicted: PredictedSide, observed: ObservedSide): number =>
    examinations.filter((one) => one.predicted === predicted && one.observed === observed).length;
  const row = (predicted: PredictedSide): Record<ObservedSide, number> => ({
    diverges: count(predicted, 'diverges'),
    stable: count(predicted, 'stable'),
    inconclusive: count(predicted, 'inconclusive'),
  });
  return { diverges: row('diverges'), stable: row('stable'), undecided: row('undecided') };
}
