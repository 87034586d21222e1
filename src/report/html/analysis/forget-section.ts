import type { EscapeGeometry, ForgetSample } from '../../../analysis/answer.js';
import { percent } from '../../number-format.js';
import { markup, type Content, type Markup } from '../markup.js';
import { grouped, written } from '../numbers.js';
import type { AnalysisPage } from './analysis-page.js';
import { shareFigure } from './share-figure.js';
import { shareTop } from './share-top.js';

/** Fewer samples are a table without a figure. */
const FEW = 10;

/** So many samples are listed at once .. */
const FIRST = 50;

/** .. and so many if asked for; all are in analysis.json. */
const MOST = 1000;

/** Which forget samples resist: their shares along the escaping directions. */
export function forgetSection({ analysis }: AnalysisPage): Markup {
  const { geometry, subset } = analysis;
  return markup`<section aria-labelledby="samples">
<h2 id="samples">Forget samples that resist</h2>
${subset ? markup`<p>Of the ${grouped(geometry.samples.length)} forget samples that were drawn:</p>` : null}
${content(geometry)}
</section>`;
}

function content(geometry: EscapeGeometry): Content {
  const { kind, samples, retainShare, forgetShare } = geometry;
  if (samples.length === 0) return markup`<p>There are no forget samples.</p>`;
  if (kind === 'none') {
    return markup`<p>Nothing escapes at this setting, so that every one of the ${grouped(samples.length)} forget samples resists.</p>`;
  }
  const rest = samples.slice(FIRST, MOST);
  return markup`<p>${DIRECTIONS[kind]} (${written(Number(geometry.directions.toPrecision(3)))} in all). A sample’s share is the part of its curvature along them: near 1 the escape carries all of it, near 0 it does not feel the escape: it <b>resists</b>. Shares are about directions, not about speed.</p>
<dl class="run shares-of-sets">
<div><dt>of the forget set leaves</dt><dd>${forgetShare === null ? '–' : percent(forgetShare)}</dd></div>
<div><dt>of the retain set leaves with it</dt><dd>${retainShare === null ? '–' : percent(retainShare)}</dd></div>
</dl>
${samples.length < FEW ? null : shareFigure(samples, forgetShare)}
${sampleTable(samples.slice(0, FIRST), 0, heading(samples.length))}
${
  rest.length === 0
    ? null
    : markup`<details class="data"><summary>The next ${grouped(rest.length)} samples</summary>
${sampleTable(rest, FIRST, `Samples ${FIRST + 1} to ${grouped(FIRST + rest.length)}, those that resist more first`)}
</details>`
}
${samples.length > MOST ? markup`<p class="aside">All ${grouped(samples.length)} samples are in analysis.json, geometry.samples.</p>` : null}`;
}

const DIRECTIONS: Readonly<Record<'mean' | 'noise', string>> = {
  mean: 'The escaping directions are those along which the mean grows',
  noise:
    'The escaping directions are those in which the second moment grows, carried by the noise of the batches',
};

function heading(count: number): string {
  return count > FIRST
    ? `The ${FIRST} forget samples that resist most, of ${grouped(count)}`
    : 'Those that resist most first';
}

/** The bars of a table end at the next round share above its largest. */
function sampleTable(samples: readonly ForgetSample[], before: number, caption: string): Markup {
  const top = shareTop(samples.map(({ share }) => share));
  return markup`<div class="scroll list" role="region" aria-label="${caption}" tabindex="0"><table class="samples">
<caption>${caption}; sample numbers are rows of the forget set, from 0</caption>
<thead><tr><th scope="col" class="number">rank</th><th scope="col" class="number">sample</th><th scope="col" class="number">share</th><td></td></tr></thead>
<tbody>
${samples.map(
  (
    { index, share },
    k,
  ) => markup`<tr><td class="number">${before + k + 1}</td><th scope="row" class="number">${index}</th><td class="number">${written(Number((100 * share).toPrecision(3)))} %</td><td class="bar"><i style="width:${((100 * share) / top).toFixed(1)}%"></i></td></tr>
`,
)}</tbody>
</table></div>`;
}
