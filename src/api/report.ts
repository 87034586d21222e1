import { theorems as registered } from '../../theorems/index.js';
import type { Analysis } from '../analysis/answer.js';
import type { Recommendation } from '../analysis/recommendation.js';
import { asserting, worded } from '../harness/kinds.js';
import type { Theorem } from '../harness/theorem.js';
import { agreementHtml as agreementPage } from '../report/agreement-html.js';
import type { Picture } from '../report/page.js';
import { type FieldsOf, withKnownFields } from '../input/input-error.js';
import type { AgreementReport } from '../report/agreement.js';
import { analysisHtml as htmlOf } from '../report/analysis-html.js';
import type { AnalyzedSetting } from '../report/analysis-page.js';
import { toolIdentity } from './tool-identity.js';

/*
 * `unlearning-stability/report`: what `verify` and `analyze` found, as text. All are functions of their arguments alone.
 */

export { describeAnalysis as analysisText } from '../report/analysis-text.js';
export { agreementMarkdown } from '../report/agreement-text.js';
export { agreementText } from '../report/agreement-text.js';
export { junitXml } from '../report/junit.js';

export type { AnalyzedSetting } from '../report/analysis-page.js';
export type { AgreementReport } from '../report/agreement.js';
export type { Picture } from '../report/page.js';

/**
 * The page that `verify` writes: one file that opens offline.
 *
 * @param pictures maps and the picture of the calibration; those that are missing are left out.
 */
export function agreementHtml(report: AgreementReport, pictures: readonly Picture[] = []): string {
  return agreementPage(worded(report), pictures);
}

export interface AnalysisHtmlOptions {
  /** What the page calls the problem; default: "problem". */
  readonly source?: string;
  /** Theorems that the analysis asked; default: those of this package. */
  readonly theorems?: readonly Theorem[];
  /** What `recommend` found, as a part of the page. */
  readonly recommendation?: Recommendation;
}

const ANALYSIS_HTML_OPTIONS: FieldsOf<AnalysisHtmlOptions> = {
  source: true,
  theorems: true,
  recommendation: true,
};

/** The page that `analyze --out` writes: one file that opens offline. */
export function analysisHtml(
  analysis: Analysis,
  setting: AnalyzedSetting,
  options: AnalysisHtmlOptions = {},
): string {
  const {
    source = 'problem',
    theorems = registered,
    recommendation,
  } = withKnownFields('analysisHtml', options, ANALYSIS_HTML_OPTIONS);
  return htmlOf({
    source,
    setting,
    analysis: { ...analysis, ...(recommendation && { recommendation }) },
    theorems: asserting(theorems),
    tool: toolIdentity,
  });
}
