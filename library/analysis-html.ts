import type { Analysis } from '../src/analysis/analyze-problem.js';
import type { Recommendation } from '../src/analysis/answer.js';
import type { Theorem } from '../src/harness/theorem.js';
import { analysisHtml as htmlOf } from '../src/report/html/analysis/analysis-html.js';
import type { AnalyzedSetting } from '../src/report/html/analysis/analysis-page.js';
import { theorems as registered } from '../theorems/index.js';
import { toolIdentity } from './tool-identity.js';

export interface AnalysisHtmlOptions {
  /** What the page calls the problem; default: "problem". */
  readonly source?: string;
  /** Theorems that the analysis asked; default: those of this package. */
  readonly theorems?: readonly Theorem[];
  /** What `recommend` found, as a part of the page. */
  readonly recommendation?: Recommendation;
}

/** The page that `analyze --out` writes: one file that opens offline. */
export function analysisHtml(
  analysis: Analysis,
  setting: AnalyzedSetting,
  { source = 'problem', theorems = registered, recommendation }: AnalysisHtmlOptions = {},
): string {
  return htmlOf({
    source,
    setting,
    analysis: { ...analysis, ...(recommendation && { recommendation }) },
    theorems,
    tool: toolIdentity,
  });
}
