import { createHash } from 'node:crypto';
import { VERDICT_SENTENCES, type AgreementReport } from '../agreement.js';
import { chainFigure } from './chain-figure.js';
import { Markup, markup } from './markup.js';
import { overview } from './overview.js';
import { pictureSection, type Picture } from './pictures.js';
import { replayedFailures, variantsOfExactThreshold } from './beside-theorems.js';
import { reportFooter } from './report-footer.js';
import { reportHeader } from './report-header.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';
import { symbolList } from './symbols.js';
import { theoremSection } from './theorem-section.js';

/**
 * agreement.html: one page that needs nothing but itself. Its security policy forbids every request and every
 * script but its own. Same seed, budget, version and pictures: the same bytes.
 *
 * @param pictures maps and the picture of the calibration; those that are missing are left out.
 */
export function agreementHtml(report: AgreementReport, pictures: readonly Picture[] = []): string {
  const { tool, seed, theorems, verdict } = report;
  return markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="${securityPolicy()}"/>
<meta name="color-scheme" content="light dark"/>
<meta name="generator" content="${tool.name} ${tool.version}"/>
<title>${VERDICT_SENTENCES[verdict]} Seed ${seed} · ${tool.name}</title>
<link rel="icon" href="data:,"/>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#theorems">Skip to the theorems</a>
${reportHeader(report)}
<main>
${overview(theorems)}
${chainFigure(theorems)}
<section aria-labelledby="theorems">
<div class="heading"><h2 id="theorems" tabindex="-1">Theorems</h2><div class="buttons" hidden=""><button type="button" name="open">Open all</button> <button type="button" name="close">Close all</button></div></div>
${symbolList()}
${theorems.map(theoremSection)}
</section>
${variantsOfExactThreshold(report.exactThreshold)}
${replayedFailures(report.corpus)}
${pictureSection(pictures)}
</main>
${reportFooter(report)}
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`.text;
}

/** Nothing is loaded from anywhere; pictures are part of the page. */
function securityPolicy(): string {
  const hash = createHash('sha256').update(SCRIPT).digest('base64');
  return `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
}
