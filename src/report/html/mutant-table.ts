import type { MutantSummary, TheoremSummary } from '../../harness/summary.js';
import { markup, type Content, type Markup } from './markup.js';
import { withSymbols } from './with-symbols.js';

/** The planted wrong variants of a theorem, with the instance that refuted each and how many draws it took. */
export function mutantTable({ id, mutants, witnesses }: TheoremSummary): Markup {
  return markup`<div class="scroll" role="region" aria-label="Wrong variants of ${id}" tabindex="0">
<table class="mutants">
<caption>${mutants.filter(({ killed }) => killed).length} of ${mutants.length} planted wrong variants killed</caption>
<thead><tr><th scope="col">variant</th><th scope="col">what is wrong</th><th scope="col">killed by instance</th><th scope="col">random draws it took</th></tr></thead>
<tbody>
${mutants.map(
  (
    mutant,
  ) => markup`<tr><th scope="row">${mutant.id}</th><td>${withSymbols(mutant.description)}</td><td>${killer(mutant, witnesses)}</td><td>${mutant.draws ?? 'not by a random one'}</td></tr>
`,
)}</tbody>
</table>
</div>`;
}

function killer({ instance }: MutantSummary, witnesses: number): Content {
  if (instance === null) return markup`<strong class="mark contradicted">survived</strong>`;
  return instance < witnesses ? `${instance} (stored)` : instance;
}
