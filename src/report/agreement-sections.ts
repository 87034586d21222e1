import type { TheoremSummary } from '../harness/summary.js';
import { type AgreementReport, killedShare, STATUS_WORDS, theoremStatus } from './agreement.js';
import type { Axis } from './axis.js';
import { alarm, type Content, markup, type Markup } from './markup.js';
import { percent, significant } from './number-format.js';
import { section } from './page.js';
import { tightnessAxis, tightnessBar } from './ratio-figures.js';
import { factList, htmlTable, scrollable } from './table.js';

/** Overview of the theorems, one line each. */
export function overview(theorems: readonly TheoremSummary[]): Markup {
  const axis = tightnessAxis(theorems);
  return section(
    'overview',
    'Overview',
    markup`<div class="scroll" role="region" aria-label="Overview table" tabindex="0">
<table class="overview">
<caption class="unseen">Theorems against the real unlearning step</caption>
<thead><tr><th scope="col">theorem</th><th scope="col">coverage</th><th scope="col">agreement</th><th scope="col">tightness <span class="wide">(median)</span></th><th scope="col">mutants <span class="wide">killed</span></th></tr></thead>
<tbody>
${theorems.map((summary) => row(summary, axis))}
</tbody>
</table>
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
  return markup`<tr><th scope="row"><a href="#${id}"><span class="id">${id}</span> ${name}</a>${mark}</th><td>${percent(coverage)}</td><td>${agree}/${agree + contradict}${inconclusive > 0 ? markup` <span class="open">${inconclusive} open</span>` : null}</td><td class="bars"><div>${tightnessBar(summary, axis)}${tightness ? markup`<span class="wide median">${significant(tightness.median)}</span>` : null}</div></td><td${survived ? markup` class="survived"` : null}>${killedShare(summary)}</td></tr>
`;
}

/** Wrong variants of the exact threshold and what became of them. */
export function variantsOfExactThreshold(variants: AgreementReport['exactThreshold']): Markup | null {
  if (variants.length === 0) return null;
  const rows = variants.map(({ id, description, killed, theorem, instance }) => [
    id,
    description,
    killed ? `${theorem}, instance ${instance}` : alarm('survived'),
  ]);
  const table = htmlTable(['variant', 'what is wrong', 'killed by'], rows, {
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
export function replayedFailures(corpus: AgreementReport['corpus']): Markup | null {
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

/** An SVG picture that goes into the report. */
export interface Picture {
  readonly title: string;
  readonly caption: string;
  /** SVG text with a namespace. */
  readonly svg: string;
}

/**
 * Pictures inside the page. As images: their styles and ids stay their own, no script in them runs, and nothing
 * they might refer to is loaded.
 */
export function pictureSection(pictures: readonly Picture[]): Markup | null {
  if (pictures.length === 0) return null;
  return markup`<section aria-labelledby="pictures">
<h2 id="pictures">Maps and calibration</h2>
${pictures.map(
  ({ title, caption, svg }) => markup`<figure class="picture"><h3>${title}</h3>
${scrollable(title, markup`<img src="${dataAddress(svg)}" alt="${title}"/>`)}
<figcaption>${caption}</figcaption></figure>
`,
)}</section>`;
}

/** The text of a picture as an address; only what addresses and attributes cannot hold is encoded. */
function dataAddress(svg: string): string {
  const text = svg
    .trim()
    .replace(/[%#<>"{}|\\^`\s]/g, (character) => (character === ' ' ? ' ' : encodeURIComponent(character)));
  return `data:image/svg+xml;charset=utf-8,${text}`;
}
