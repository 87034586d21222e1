import type { ExpectedOutcome, Recommendation } from '../analysis/answer.js';
import type { AnalysisPage } from './analysis-page.js';
import { type Content, markup, type Markup, withSymbols } from './markup.js';
import { factorText, grouped, percent, written } from './number-format.js';
import { section } from './page.js';
import { serves, widestByBatch, type ServingWindow } from './serving-windows.js';
import { factList, htmlTable, numeric, scrollable } from './table.js';
import { windowPanels } from './window-panels.js';

/** Recommended setting, or why there is none; nothing if it was not asked for. */
export function recommendationSection({ analysis, setting }: AnalysisPage): Markup | null {
  const { recommendation, mixing } = analysis;
  if (!recommendation) return null;
  const { steps, factor, retainShareLimit } = recommendation;
  const serving = recommendation.region.filter(serves);
  return section(
    'recommendation',
    'Which setting to choose',
    markup`<p>Wanted within ${grouped(steps)} steps: the fastest escaping direction grows by a factor of ${factorText(factor)}, and half of the retain loss along the directions to keep is gone, all of which contract. At most ${percent(retainShareLimit)} of the retain curvature may leave.</p>
${answer(recommendation)}
${windowPanels(recommendation, setting, mixing.alphaStar)}
${serving.length === 0 ? null : windowTable(serving)}`,
  );
}

function answer({ best, obstacle, region }: Recommendation): Markup {
  if (best === null) {
    return markup`<div class="obstacle"><p><b>No setting serves.</b></p>
${obstacle && markup`<p>What blocks is ${AXES[obstacle.axis]}: ${withSymbols(obstacle.reason)}.</p>`}
<p class="aside">${grouped(region.length)} pairs of α and batch sizes were tried.</p></div>`;
  }
  const facts: readonly (readonly [string, Content])[] = [
    ['mixing α', written(best.alpha)],
    ['step size η', written(best.eta)],
    ['batches, retain / forget', `${grouped(best.batch.retain)} / ${grouped(best.batch.forget)}`],
    ['η may be off by', markup`× or ÷ ${written(Number(best.margin.toPrecision(3)))}`],
    ['of the retain curvature leaves', percent(best.retainShare)],
  ];
  return markup`${factList('run best-setting', facts)}
<p>Of all settings tried this one has the largest margin: it serves for η from ${written(best.low)} to ${written(best.high)}.</p>
${best.outcome && outcome(best.outcome)}`;
}

function outcome({ steps, forgetLoss, retainLoss, keptLoss }: ExpectedOutcome): Markup {
  const times = (ratio: number): Content => markup`× ${written(Number(ratio.toPrecision(3)))}`;
  return markup`<p>Expected at the escape, after ${grouped(Math.ceil(steps))} steps: forget loss ${times(forgetLoss)}, retain loss ${times(retainLoss)}, of it along the directions to keep ${times(keptLoss)}; in the linear dynamics, batch noise included, from a start that is uniform over all directions.${retainLoss > 1 ? markup` <b>What escapes takes its share of the retain loss with it;</b> a smaller limit of the retain curvature or a smaller factor costs less.` : null}</p>`;
}

const AXES: Readonly<Record<NonNullable<Recommendation['obstacle']>['axis'], string>> = {
  retain: 'coherence among the retain samples',
  forget: 'coherence among the forget samples',
  cross: 'coherence between retain and forget samples',
  steps: 'the number of steps allowed',
};

/** For every pair of batch sizes that serves the mixing with the largest margin. */
function windowTable(serving: readonly ServingWindow[]): Markup {
  const widestFirst = widestByBatch(serving).sort(
    (a, b) => b.margin - a.margin || b.batch.retain - a.batch.retain,
  );
  const header = ['batches', 'α', 'η from', 'η to', 'margin', 'retain leaves'].map(numeric);
  const rows = widestFirst.map(({ alpha, batch, low, high, margin, retainShare }) => [
    `${grouped(batch.retain)} / ${grouped(batch.forget)}`,
    written(alpha),
    written(low),
    written(high),
    markup`× ${written(Number(margin.toPrecision(3)))}`,
    percent(retainShare),
  ]);
  const table = htmlTable(header, rows, {
    caption: 'For each pair of batch sizes the α with the largest margin',
    className: 'compact',
  });
  return scrollable('Table of settings that serve', table);
}
