import type { AgreementReport } from '../agreement.js';
import { markup, type Markup } from './markup.js';

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
