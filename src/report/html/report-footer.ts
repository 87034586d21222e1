import { BUDGETS } from '../../harness/budget.js';
import type { AgreementReport } from '../agreement.js';
import { markup, type Markup } from './markup.js';

/** How to get this report again. */
export function reportFooter({ tool, seed, budget, theorems }: AgreementReport): Markup {
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
