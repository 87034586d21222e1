import type { ProblemSpec } from '../../curvature/problem-spec.js';
import { markup, type Markup } from './markup.js';

/** A problem in a line, and its data to unfold. */
export function problemData(problem: ProblemSpec): Markup {
  const { retain, forget, alpha, batch, sampling } = problem;
  return markup`${retain.length} retain and ${forget.length} forget samples, α = ${alpha}, ${sampling} batches ${batch.retain} / ${batch.forget}.
${unfoldedData('The problem as data', problem)}`;
}

/** Data as JSON, folded; on paper it stays folded. */
export function unfoldedData(title: string, data: unknown): Markup {
  return markup`<details class="data"><summary>${title}</summary><pre tabindex="0">${JSON.stringify(data)}</pre></details>`;
}
