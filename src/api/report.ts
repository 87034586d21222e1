import { theorems as registered } from '../../theorems/index.js';
import type { Analysis } from '../analysis/answer.js';
import type { Recommendation } from '../analysis/answer.js';
import type { Theorem } from '../harness/theorem.js';
import { analysisHtml as htmlOf } from '../report/analysis-html.js';
import type { AnalyzedSetting } from '../report/analysis-page.js';
import { toolIdentity } from './tool-identity.js';

/*
 * `unlearning-stability/report`: what `verify` and `analyze` found, as text. All are functions of their arguments alone.
 */

export { describeAnalysis as analysisText } from '../report/analysis-text.js';
export { agreementHtml } from '../report/agreement-html.js';
export { agreementMarkdown } from '../report/agreement-text.js';
export { agreementText } from '../report/agreement-text.js';
export { junitXml } from '../report/junit.js';

export type { AnalyzedSetting } from '../report/analysis-page.js';
export type { AgreementReport } from '../report/agreement.js';
export type { Picture } from '../report/agreement-sections.js';

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
