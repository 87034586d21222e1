import type { TheoremSummary } from '../harness/summary.js';
import { type AgreementReport, killedShare, STATUS_WORDS, theoremStatus } from './agreement.js';
import type { Axis } from './axis.js';
import { markup, type Markup } from './markup.js';
import { percent, significant } from './number-format.js';
import { tightnessAxis, tightnessBar } from './ratio-figures.js';

/** One line a theorem. */
export function overview(theorems: readonly TheoremSummary[]): Markup {
  const axis = tightnessAxis(theorems);
  return markup`<section aria-labelledby="overview">
<h2 id="overview" class="unseen">Overview</h2>
<div class="scroll" role="region" aria-label="Overview table" tabindex="0">
<table class="overview">
<caption class="unseen">Theorems against the real unlearning step</caption>
<thead><tr><th scope="col">theorem</th><th scope="col">coverage</th><th scope="col">agreement</th><th scope="col">tightness <span class="wide">(median)</span></th><th scope="col">mutants <span class="wide">killed</span></th></tr></thead>
<tbody>
${theorems.map((summary) => row(summary, axis))}
</tbody>
</table>
</div>
<dl class="reading">
<div><dt>coverage</dt><dd>share of the instances on which the theorem says something that was tested</dd></div>
<div><dt>agreement</dt><dd>instances that agree, of those decided; beside it those left open</dd></div>
<div><dt>tightness</dt><dd>the theorem’s critical step over the exact η*: 5&nbsp;% to 95&nbsp;% of the instances, dot at the median, line at 1 (attained), logarithmic</dd></div>
<div><dt>mutants</dt><dd>planted wrong variants of the theorem that a certified instance refuted; one that survives fails the run</dd></div>
</dl>
</section>`;
}

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
  return markup`<section aria-labelledby="exact-threshold">
<h2 id="exact-threshold">The exact threshold</h2>
<p>The exact operator that the theorems are compared with is tested as well: variants of η* must be refuted by the certified sides of the same instances.</p>
<div class="scroll" role="region" aria-label="Variants of the exact threshold" tabindex="0"><table>
<caption>Wrong variants of η*</caption>
<thead><tr><th scope="col">variant</th><th scope="col">what is wrong</th><th scope="col">killed by</th></tr></thead>
<tbody>
${variants.map(
  ({
    id,
    description,
    killed,
    theorem,
    instance,
  }) => markup`<tr><th scope="row">${id}</th><td>${description}</td><td>${killed ? `${theorem}, instance ${instance}` : markup`<strong class="mark contradicted">survived</strong>`}</td></tr>
`,
)}</tbody>
</table></div>
</section>`;
}

/** Failures saved by earlier runs and what became of them. */
export function replayedFailures(corpus: AgreementReport['corpus']): Markup | null {
  if (corpus.length === 0) return null;
  return markup`<section aria-labelledby="saved">
<h2 id="saved">Saved failures</h2>
<p>Contradictions that earlier runs saved were examined again first; while one stands, the run fails.</p>
<div class="scroll" role="region" aria-label="Table of saved failures" tabindex="0"><table>
<caption>Failures of earlier runs</caption>
<thead><tr><th scope="col">file</th><th scope="col">theorem</th><th scope="col">now</th><th scope="col">evidence</th></tr></thead>
<tbody>
${corpus.map(
  ({
    name,
    theoremId,
    outcome,
    evidence,
  }) => markup`<tr><th scope="row">${name}</th><td>${theoremId}</td><td>${outcome === 'contradict' ? markup`<strong class="mark contradicted">stands</strong>` : outcome}</td><td>${evidence}</td></tr>
`,
)}</tbody>
</table></div>
</section>`;
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
<div class="scroll" role="region" aria-label="${title}" tabindex="0"><img src="${dataAddress(svg)}" alt="${title}"/></div>
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
