import type { ExpectedOutcome, Recommendation, RecommendedWindow } from '../analysis/recommendation.js';
import { widestByBatch } from './analysis-page.js';
import { percent, significant } from './number-format.js';
import { textTable } from './table.js';

/** The recommended setting for a person, or what blocks it; what it is about, and what it is not. */
export function recommendationText(recommendation: Recommendation): string {
  const { steps, factor, retainShareLimit, best, obstacle, region } = recommendation;
  const goal = `growth by the factor ${significant(factor)} within ${steps} steps, at most ${percent(retainShareLimit)} of the retain curvature going with it`;
  if (best === null) {
    const blocked = `Blocked by ${AXES[obstacle!.axis]}: ${obstacle!.reason}.`;
    return [`No setting to recommend for ${goal}.`, blocked, OBJECTIVE].join('\n');
  }
  return [
    `Recommended for ${goal}:`,
    `  alpha ${significant(best.alpha)}, eta ${significant(best.eta)}, batches ${best.batch.retain} / ${best.batch.forget}`,
    `  eta may be from ${significant(best.low)} to ${significant(best.high)}, a factor ${significant(best.margin)} either way; ${percent(best.retainShare)} of the retain curvature escapes`,
    ...(best.outcome ? outcomeLines(best.outcome) : []),
    runsLine(recommendation),
    OBJECTIVE,
    '',
    'Widest range of step sizes by batch sizes:',
    batchTable(region),
  ].join('\n');
}

/** What a recommendation is about, and what it is not. */
const OBJECTIVE =
  'What is sought is the widest range of step sizes, from curvature alone: no loss is known here. At which step a rate forgets, what accuracy it leaves and when to stop is for `forecast --sweep`, from the outputs of the model.';

const AXES = {
  retain: 'retain coherence',
  forget: 'forget coherence',
  cross: 'cross coherence',
  steps: 'the number of steps',
} as const;

function outcomeLines({ steps, forgetLoss, retainLoss, keptLoss }: ExpectedOutcome): string[] {
  return [
    `  expected at the escape, after ${steps} steps: forget loss x ${significant(forgetLoss)}, retain loss x ${significant(retainLoss)}, along the kept directions x ${significant(keptLoss)}`,
    '  (linear theory, near the old minimum: escape is not deletion, and stopping is up to you)',
  ];
}

/** What single runs did at the recommended setting, or that none were made. */
function runsLine({ best, steps }: Recommendation): string {
  const runs = best?.runs;
  if (!runs) return '  single runs were not simulated: they take too long';
  return `  of ${runs.runs} simulated single runs ${percent(runs.escaped)} escape within ${steps} steps, ${percent(runs.worse)} end with more retain loss along the kept directions than they began with`;
}

/** For each pair of batch sizes the mixing with the largest margin. */
function batchTable(region: readonly RecommendedWindow[]): string {
  const rows = widestByBatch(region).map(({ batch, alpha, low, high, margin }) => [
    `${batch.retain} / ${batch.forget}`,
    ...(margin === null ? ['-', '-', '-', '-'] : [alpha, low, high, margin].map(significant)),
  ]);
  return textTable(['batches', 'alpha', 'eta from', 'to', 'margin'], rows);
}
