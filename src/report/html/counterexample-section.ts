import type { TheoremSummary } from '../../harness/summary.js';
import { instanceText } from '../instance-text.js';
import { markup, type Markup } from './markup.js';
import { written } from './numbers.js';
import { unfoldedData } from './problem-data.js';
import { withSymbols } from './with-symbols.js';

/** The smallest contradiction found, and the command that repeats it. */
export function counterexampleSection({ id, counterexample }: TheoremSummary): Markup | null {
  if (!counterexample) return null;
  const { found, instance, fastCheck, problem, companion, network } = counterexample;
  const exact =
    found.etaStar === null
      ? null
      : markup` Predicted ${found.predicted}; exact η* ${written(found.etaStar)}, log ρ ${written(found.logGrowth)}.`;
  return markup`<div class="counterexample">
<h4>Smallest contradiction found</h4>
<p>${withSymbols(instanceText(counterexample))}.${exact} Observed: ${withSymbols(found.evidence)}.</p>
<p>Found at instance ${instance}, made smaller in ${fastCheck.shrinks} steps. Repeat it:</p>
<pre class="command" tabindex="0">unlearning-stability replay counterexample-${id}.json</pre>
${unfoldedData('The instance as data', problem ? { problem, companion } : network)}
</div>`;
}
