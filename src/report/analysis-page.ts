import type { Analysis, SubsetReport } from '../analysis/answer.js';
import type { RecommendedWindow } from '../analysis/recommendation.js';
import type { AssertingTheorem } from '../harness/kinds.js';
import type { TranslatedWords } from '../input/training-words.js';
import type { BatchSizes, SamplingChoice } from '../theory/problem.js';
import { counted, significant } from './number-format.js';

/** The setting that was analysed. */
export interface AnalyzedSetting {
  readonly alpha: number;
  readonly eta: number;
  readonly batch: BatchSizes;
  readonly sampling: SamplingChoice;
  /** The words of a training script that it was given in. */
  readonly translation?: TranslatedWords;
}

/** The words of a training script and what was taken from them, in a line; none if the setting was given without. */
export function translationLines({ translation }: Pick<AnalyzedSetting, 'translation'>): string[] {
  if (!translation) return [];
  const { lr, retainWeight, forgetWeight, alpha, eta, batch, steps } = translation;
  return [
    `lr ${lr}, weights ${retainWeight} (retain) and ${forgetWeight} (forget) are alpha ${significant(alpha)}, eta ${significant(eta)}; batches of ${batch.retain} and ${batch.forget}${steps === null ? '' : `, ${counted(steps, 'step')}`}`,
  ];
}

/** An analysis, of all samples or of a subset of them. */
export type AnsweredAnalysis = Analysis & { readonly subset?: SubsetReport };

/** Everything that the page of an analysis is made of. */
export interface AnalysisPage {
  /** The problem as the user named it: a file, or two. */
  readonly source: string;
  readonly setting: AnalyzedSetting;
  readonly analysis: AnsweredAnalysis;
  /** The register: statements, and the side that each theorem asserts. */
  readonly theorems: readonly AssertingTheorem[];
  readonly tool: { readonly name: string; readonly version: string };
}

/** A window with step sizes that serve. */
export type ServingWindow = RecommendedWindow & {
  readonly low: number;
  readonly high: number;
  readonly margin: number;
};

/** True if some step sizes of a window serve. */
export function serves(window: RecommendedWindow): window is ServingWindow {
  return window.low !== null && window.high !== null && window.margin !== null;
}

/** For every pair of batch sizes, in their order, the window with the largest margin. */
export function widestByBatch<W extends RecommendedWindow>(windows: readonly W[]): W[] {
  const widest = new Map<string, W>();
  for (const window of windows) {
    const name = `${window.batch.retain}/${window.batch.forget}`;
    const before = widest.get(name);
    if (!before || (window.margin ?? 0) > (before.margin ?? 0)) widest.set(name, window);
  }
  return [...widest.values()];
}

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
