import type { Analysis, SubsetReport } from '../analysis/answer.js';
import type { BatchSizes, SamplingChoice } from '../theory/problem.js';
import type { AssertingTheorem } from '../harness/kinds.js';

/** The setting that was analysed. */
export interface AnalyzedSetting {
  readonly alpha: number;
  readonly eta: number;
  readonly batch: BatchSizes;
  readonly sampling: SamplingChoice;
}

/** Ends of an interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
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
