import { createHash } from 'node:crypto';
import { BUDGETS } from '../harness/budget.js';
import type { RunVerdict } from '../harness/verdict.js';
import {
  overview,
  type Picture,
  pictureSection,
  replayedFailures,
  variantsOfExactThreshold,
} from './agreement-sections.js';
import { type AgreementReport, backendLine, VERDICT_SENTENCES, type WordedReport } from './agreement.js';
import { bullets, markup, type Markup } from './markup.js';
import { grouped, written } from './number-format.js';
import { headline, pageText, type VerdictMark } from './page.js';
import { STYLE } from './page-style.js';
import { chainFigure } from './ratio-figures.js';
import { symbolList } from './symbols.js';
import { factList } from './table.js';
import { theoremSection } from './theorem-section.js';

/**
 * agreement.html: one page that needs nothing but itself. Its security policy forbids every request and every
 * script but its own. Same seed, budget, version and pictures: the same bytes.
 *
 * @param pictures maps and the picture of the calibration; those that are missing are left out.
 */
export function agreementHtml(report: WordedReport, pictures: readonly Picture[] = []): string {
  const { tool, seed, theorems, verdict } = report;
  return pageText({
    tool,
    title: `${VERDICT_SENTENCES[verdict]} Seed ${seed}`,
    style: STYLE,
    skip: { id: 'theorems', words: 'Skip to the theorems' },
    header: reportHeader(report),
    main: markup`${overview(theorems)}
${chainFigure(theorems)}
<section aria-labelledby="theorems">
<div class="heading"><h2 id="theorems" tabindex="-1">Theorems</h2><div class="buttons" hidden=""><button type="button" name="open">Open all</button> <button type="button" name="close">Close all</button></div></div>
${symbolList()}
${theorems.map(theoremSection)}
</section>
${variantsOfExactThreshold(report.exactThreshold)}
${replayedFailures(report.corpus)}
${pictureSection(pictures)}`,
    footer: reportFooter(report),
    script: { code: SCRIPT, hash: createHash('sha256').update(SCRIPT).digest('base64') },
  });
}

const MARKS: Readonly<Record<RunVerdict, VerdictMark>> = {
  agree: 'tick',
  contradicted: 'cross',
  inconclusive: 'question',
  interrupted: 'pause',
};

/** The first lines: verdict and reasons, seed, version, error budget. */
function reportHeader(report: AgreementReport): Markup {
  const { verdict, reasons, tool, seed, budget, errorBudget, theorems } = report;
  const instances = theorems.reduce((sum, summary) => sum + summary.instances, 0);
  const commit =
    tool.commit === null ? null : markup` <span class="aside">(commit ${tool.commit.slice(0, 12)})</span>`;
  return markup`<header class="${verdict}">
${headline(`${tool.name} · agreement report`, MARKS[verdict], VERDICT_SENTENCES[verdict])}
${reasons.length === 0 ? null : bullets(reasons, 'reasons')}
${factList('run', [
  ['seed', seed],
  ['version', markup`${tool.version}${commit}`],
  ['budget', budget.name],
  [
    'instances',
    markup`${grouped(instances)} <span class="aside">(${theorems.length} theorems × ${budget.instances})</span>`,
  ],
])}
<p class="error-budget"><b>Error budget ${written(errorBudget.family)}.</b> The probability that even one of the ${grouped(errorBudget.issued)} certificates this run issued names the wrong side is at most ${written(errorBudget.spent)}; the bound is computed, not estimated.</p>
${backendLine(report).map((line) => markup`<p class="aside">${line}.</p>`)}
</header>`;
}

/** How to get this report again. */
function reportFooter({ tool, seed, budget, theorems }: AgreementReport): Markup {
  const command = [
    `${tool.name} verify --seed ${seed} --budget ${budget.name}`,
    ...(budget.instances === BUDGETS[budget.name].instances ? [] : [`--runs ${budget.instances}`]),
    `--theorem ${theorems.map(({ id }) => id).join(' ')}`,
  ];
  return markup`<footer>
<p>The same version, seed and budget give the same report, byte by byte:</p>
<pre class="command" tabindex="0">${command.join(' ')}</pre>
<p>All numbers of this page are in agreement.json beside it.</p>
</footer>`;
}

/** The only script of the report; without it everything can be read as well. Opens all, closes all, opens what a link names, and opens for print. */
const SCRIPT = `(() => {
  const all = [...document.querySelectorAll('details:not(.data)')];
  const setAll = (open) => all.forEach((one) => (one.open = open));
  const buttons = document.querySelector('.buttons');
  buttons.hidden = false;
  buttons.addEventListener('click', ({ target }) => target.name && setAll(target.name === 'open'));
  const follow = () => {
    const linked = document.getElementById(location.hash.slice(1));
    const folded = linked && linked.closest('details');
    if (folded && !folded.open) { folded.open = true; linked.scrollIntoView(); }
  };
  addEventListener('hashchange', follow);
  follow();
  let before = null;
  addEventListener('beforeprint', () => { before = all.map((one) => one.open); setAll(true); });
  addEventListener('afterprint', () => { before?.forEach((open, k) => (all[k].open = open)); before = null; });
})();`;
