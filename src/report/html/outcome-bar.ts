import type { TheoremSummary } from '../../harness/summary.js';
import { markup, type Markup } from './markup.js';

/** How the instances of a theorem came out: a bar in shares, and the numbers in words. */
export function outcomeBar({ instances, agree, contradict, inconclusive }: TheoremSummary): Markup {
  const parts = [
    { name: 'agree', words: 'agree', count: agree },
    { name: 'contradict', words: 'contradict', count: contradict },
    { name: 'open', words: 'inconclusive', count: inconclusive },
    {
      name: 'unclaimed',
      words: 'without a claim to test',
      count: instances - agree - contradict - inconclusive,
    },
  ];
  let from = 0;
  const segments = parts.map(({ name, count }) => {
    const width = instances === 0 ? 0 : (100 * count) / instances;
    const segment = markup`<rect class="${name}" x="${from.toFixed(2)}%" width="${width.toFixed(2)}%" height="12"/>`;
    from += width;
    return count === 0 ? null : segment;
  });
  return markup`<svg class="strip outcome" width="100%" height="12" aria-hidden="true">${segments}</svg>
<ul class="keys">${parts.map(({ name, words, count }) => markup`<li><span class="key ${name}">${count} ${words}</span></li>`)}</ul>`;
}
