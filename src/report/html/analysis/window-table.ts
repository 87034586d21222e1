import { percent } from '../../number-format.js';
import { markup, type Markup } from '../markup.js';
import { grouped, written } from '../numbers.js';
import type { ServingWindow } from './serving-window.js';

/** For every pair of batch sizes that serves the mixing with the largest margin. */
export function windowTable(serving: readonly ServingWindow[]): Markup {
  const widest = new Map<string, ServingWindow>();
  for (const window of serving) {
    const name = `${window.batch.retain}/${window.batch.forget}`;
    if (window.margin > (widest.get(name)?.margin ?? 0)) widest.set(name, window);
  }
  const rows = [...widest.values()].sort((a, b) => b.margin - a.margin || b.batch.retain - a.batch.retain);
  return markup`<div class="scroll" role="region" aria-label="Table of settings that serve" tabindex="0"><table class="compact">
<caption>For each pair of batch sizes the α with the largest margin</caption>
<thead><tr><th scope="col" class="number">batches</th><th scope="col" class="number">α</th><th scope="col" class="number">η from</th><th scope="col" class="number">η to</th><th scope="col" class="number">margin</th><th scope="col" class="number">retain leaves</th></tr></thead>
<tbody>
${rows.map(
  ({
    alpha,
    batch,
    low,
    high,
    margin,
    retainShare,
  }) => markup`<tr><th scope="row" class="number">${grouped(batch.retain)} / ${grouped(batch.forget)}</th><td class="number">${written(alpha)}</td><td class="number">${written(low)}</td><td class="number">${written(high)}</td><td class="number">× ${written(Number(margin.toPrecision(3)))}</td><td class="number">${percent(retainShare)}</td></tr>
`,
)}</tbody>
</table></div>`;
}
