import { Markup, markup } from '../markup.js';
import { STYLE } from '../style.js';
import { analysisHeader, outcomeOf, SENTENCES } from './analysis-header.js';
import type { AnalysisPage } from './analysis-page.js';
import { ANALYSIS_STYLE } from './analysis-style.js';
import { coherenceTable } from './coherence-table.js';
import { escapeFigure } from './escape-figure.js';
import { forgetSection } from './forget-section.js';
import { growthFigure } from './growth-figure.js';
import { limits } from './limits.js';
import { mixingFigure } from './mixing-figure.js';
import { recommendationSection } from './recommendation-section.js';
import { stepFigure } from './step-figure.js';
import { subsetSection } from './subset-section.js';
import { theoremTable } from './theorem-table.js';

/** Nothing is loaded and no script runs. */
const SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** analysis.html: one page that needs nothing but itself, without a script. Same analysis: the same bytes. */
export function analysisHtml(page: AnalysisPage): string {
  const { tool, source, analysis } = page;
  return markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="${SECURITY_POLICY}"/>
<meta name="color-scheme" content="light dark"/>
<meta name="generator" content="${tool.name} ${tool.version}"/>
<title>${SENTENCES[outcomeOf(analysis)]} ${source} · ${tool.name}</title>
<link rel="icon" href="data:,"/>
<style>${new Markup(STYLE + ANALYSIS_STYLE)}</style>
</head>
<body>
<a class="skip" href="#samples">Skip to the forget samples</a>
${analysisHeader(page)}
<main>
<section aria-labelledby="numbers">
<h2 id="numbers" class="unseen">Key figures</h2>
<div class="figures">
${mixingFigure(page)}
${growthFigure(page)}
${escapeFigure(page)}
${stepFigure(page)}
</div>
</section>
${recommendationSection(page)}
${forgetSection(page)}
${subsetSection(page)}
${coherenceTable(page)}
${theoremTable(page)}
${limits()}
</main>
<footer>
<p>All numbers of this page are in analysis.json beside it. ${tool.name} ${tool.version}.</p>
</footer>
</body>
</html>
`.text;
}
