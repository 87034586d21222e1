import { markup, type Markup } from '../markup.js';

/** What the numbers of the page do not say. */
export function limits(): Markup {
  return markup`<section aria-labelledby="limits">
<h2 id="limits">What this does not say</h2>
<ul class="limits">
<li><b>Escape is not deletion.</b> “Escapes” means that E|δ|² grows without bound for some start. Whether the model becomes like one that never saw the forget set has to be measured: forget and retain accuracy, membership inference, distance to a retrained model.</li>
<li><b>Linear theory.</b> It describes the dynamics near a minimum that fits every sample. Away from it the curvature changes and these rates no longer hold.</li>
<li><b>No distance to the end.</b> Where the model goes after it has left, and what that does to the retain set, is not predicted; the shares above say only what starts to move.</li>
</ul>
</section>`;
}
