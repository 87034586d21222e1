import { createHash } from 'node:crypto';
import { BUDGETS } from '../harness/budget.js';
import type { TheoremSummary } from '../harness/summary.js';
import type { RunVerdict } from '../harness/verdict.js';
import {
  type AgreementReport,
  backendLine,
  byProcedure,
  refutedShare,
  STATUS_WORDS,
  theoremStatus,
  VERDICT_SENTENCES,
  type WordedReport,
} from './agreement.js';
import type { Axis } from './axis.js';
import { alarm, bullets, type Content, markup, type Markup } from './markup.js';
import { grouped, percent, significant, written } from './number-format.js';
import { STYLE } from './page-style.js';
import { headline, pageText, type Picture, pictureFigure, section, type VerdictMark } from './page.js';
import { boundaryFigure } from './procedure-boundaries.js';
import { chainFigure, tightnessAxis, tightnessBar } from './ratio-figures.js';
import { sharedAxesFigure } from './shared-axes.js';
import { symbolList, theoremSection } from './theorem-section.js';
import { factList, htmlTable, scrollable } from './table.js';

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
${chainFigure(theorems)}${sharedEnds(report)}
${boundaryFigure(report.procedures)}
<section aria-labelledby="theorems">
<div class="heading"><h2 id="theorems" tabindex="-1">Theorems</h2><div class="buttons" hidden=""><button type="button" name="open">Open all</button> <button type="button" name="close">Close all</button></div></div>
${symbolList()}
${byProcedure(theorems).map(
  ([procedure, own]) => markup`<h3 class="procedure">${procedure}</h3>
${own.map(theoremSection)}`,
)}
</section>
${variantsOfExactThreshold(report.exactThreshold)}
${replayedFailures(report.corpus)}
${pictureSection(pictures)}`,
    footer: reportFooter(report),
    script: { code: SCRIPT, hash: createHash('sha256').update(SCRIPT).digest('base64') },
  });
}

function sharedEnds({ axes }: AgreementReport): Markup | null {
  const figure = sharedAxesFigure(axes);
  return figure && markup`\n${figure}`;
}

const MARKS: Readonly<Record<RunVerdict, VerdictMark>> = {
  agree: 'tick',
  contradicted: 'cross',
  inconclusive: 'question',
  interrupted: 'pause',
};

/** Header: verdict and reasons, seed, version, error budget. */
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

/** Footer: the command that makes the same report again. */
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

/** Overview of the theorems, one line each. */
function overview(theorems: readonly TheoremSummary[]): Markup {
  const axis = tightnessAxis(theorems);
  return section(
    'overview',
    'Overview',
    markup`<div class="scroll" role="region" aria-label="Overview table" tabindex="0">
<table class="overview">
<caption class="unseen">Theorems against the real unlearning step</caption>
<thead><tr><th scope="col">theorem</th><th scope="col">coverage</th><th scope="col">agreement</th><th scope="col">tightness <span class="wide">(median)</span></th><th scope="col">mutants <span class="wide">refuted</span></th></tr></thead>
${byProcedure(theorems).map(
  ([procedure, own]) => markup`<tbody>
<tr><th scope="rowgroup" colspan="5" class="procedure">${procedure}</th></tr>
${own.map((summary) => row(summary, axis))}
</tbody>
`,
)}</table>
</div>
${factList('reading', READING)}`,
    'unseen',
  );
}

/** Columns of the overview explained. */
const READING: readonly (readonly [string, Content])[] = [
  ['coverage', 'share of the instances on which the theorem says something that was tested'],
  ['agreement', 'instances that agree, of those decided; beside it those left open'],
  [
    'tightness',
    markup`the theorem’s critical step over the exact η*: 5&nbsp;% to 95&nbsp;% of the instances, dot at the median, line at 1 (attained), logarithmic`,
  ],
  [
    'mutants',
    'planted wrong variants of the theorem that a certified instance refuted; one that survives fails the run',
  ],
];

function row(summary: TheoremSummary, axis: Axis): Markup {
  const { id, name, agree, contradict, inconclusive, coverage, mutants, tightness } = summary;
  const status = theoremStatus(summary);
  const mark =
    status === 'agrees' ? null : markup` <strong class="mark ${status}">${STATUS_WORDS[status]}</strong>`;
  const survived = mutants.some(({ killed }) => !killed);
  return markup`<tr><th scope="row"><a href="#${id}"><span class="id">${id}</span> ${name}</a>${mark}</th><td>${percent(coverage)}</td><td>${agree}/${agree + contradict}${inconclusive > 0 ? markup` <span class="open">${inconclusive} open</span>` : null}</td><td class="bars"><div>${tightnessBar(summary, axis)}${tightness ? markup`<span class="wide median">${significant(tightness.median)}</span>` : null}</div></td><td${survived ? markup` class="survived"` : null}>${refutedShare(summary)}</td></tr>
`;
}

/** Wrong variants of the exact threshold and what became of them. */
function variantsOfExactThreshold(variants: AgreementReport['exactThreshold']): Markup | null {
  if (variants.length === 0) return null;
  const rows = variants.map(({ id, description, killed, theorem, instance }) => [
    id,
    description,
    killed ? `${theorem}, instance ${instance}` : alarm('survived'),
  ]);
  const table = htmlTable(['variant', 'what is wrong', 'refuted by'], rows, {
    caption: 'Wrong variants of η*',
  });
  return section(
    'exact-threshold',
    'The exact threshold',
    markup`<p>The exact operator that the theorems are compared with is tested as well: variants of η* must be refuted by the certified sides of the same instances.</p>
${scrollable('Variants of the exact threshold', table)}`,
  );
}

/** Failures saved by earlier runs and what became of them. */
function replayedFailures(corpus: AgreementReport['corpus']): Markup | null {
  if (corpus.length === 0) return null;
  const rows = corpus.map(({ name, theoremId, outcome, evidence }) => [
    name,
    theoremId,
    outcome === 'contradict' ? alarm('stands') : outcome,
    evidence,
  ]);
  const table = htmlTable(['file', 'theorem', 'now', 'evidence'], rows, {
    caption: 'Failures of earlier runs',
  });
  return section(
    'saved',
    'Saved failures',
    markup`<p>Contradictions that earlier runs saved were examined again first; while one stands, the run fails.</p>
${scrollable('Table of saved failures', table)}`,
  );
}

/** Pictures inside the page. */
function pictureSection(pictures: readonly Picture[]): Markup | null {
  if (pictures.length === 0) return null;
  return markup`<section aria-labelledby="pictures">
<h2 id="pictures">Maps and calibration</h2>
${pictures.map(
  (picture) => markup`${pictureFigure(picture)}
`,
)}</section>`;
}
