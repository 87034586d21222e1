/*
 * `unlearning-stability/report`: what `verify` and `analyze` found, as text. All are functions of their arguments alone.
 */

export { analysisHtml } from './analysis-html.js';
export { describeAnalysis as analysisText } from '../src/report/analysis-text.js';
export { agreementHtml } from '../src/report/html/agreement-html.js';
export { agreementMarkdown } from '../src/report/agreement-markdown.js';
export { agreementText } from '../src/report/agreement-text.js';
export { junitXml } from '../src/report/junit.js';

export type { AnalysisHtmlOptions } from './analysis-html.js';
export type { AnalyzedSetting } from '../src/report/html/analysis/analysis-page.js';
export type { AgreementReport } from '../src/report/agreement.js';
export type { Picture } from '../src/report/html/pictures.js';
