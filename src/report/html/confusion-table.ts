import type { Confusion } from '../../harness/confusion.js';
import type { TheoremSummary } from '../../harness/summary.js';
import { markup, type Markup } from './markup.js';

const PREDICTED = ['diverges', 'stable', 'undecided'] as const;
const OBSERVED = ['diverges', 'stable', 'inconclusive'] as const;

/** Predicted against observed sides; nothing where no side is observed. */
export function confusionTable({ id, kind, confusion }: TheoremSummary): Markup | null {
  if (!confusion) return null;
  return markup`<div class="scroll" role="region" aria-label="Sides of ${id}" tabindex="0">
<table class="confusion">
<caption>Predicted side (rows) against observed side (columns), numbers of instances</caption>
<thead><tr><td></td>${OBSERVED.map((side) => markup`<th scope="col"><span class="wide">observed</span> <b>${side}</b></th>`)}</tr></thead>
<tbody>
${PREDICTED.map(
  (
    predicted,
  ) => markup`<tr><th scope="row"><span class="wide">predicted</span> <b>${predicted}</b></th>${cells(kind, confusion, predicted)}</tr>
`,
)}</tbody>
</table>
</div>`;
}

function cells(kind: TheoremSummary['kind'], confusion: Confusion, predicted: (typeof PREDICTED)[number]) {
  return OBSERVED.map((observed) => {
    const count = confusion[predicted][observed];
    const meaning = kind === 'side' ? meaningOf(predicted, observed) : null;
    const found = count === 0 ? 'zero' : (meaning ?? 'plain');
    return markup`<td class="${found}">${count}${meaning && count > 0 ? markup` <small>${WORDS[meaning]}</small>` : null}</td>`;
  });
}

type Meaning = 'agree' | 'contradict' | 'open' | 'unclaimed';

const WORDS: Readonly<Record<Meaning, string>> = {
  agree: 'agree',
  contradict: 'contradict',
  open: 'open',
  unclaimed: 'no claim',
};

function meaningOf(predicted: (typeof PREDICTED)[number], observed: (typeof OBSERVED)[number]): Meaning {
  if (predicted === 'undecided') return 'unclaimed';
  if (observed === 'inconclusive') return 'open';
  return predicted === observed ? 'agree' : 'contradict';
}
