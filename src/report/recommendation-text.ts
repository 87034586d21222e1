import type { ExpectedOutcome, Recommendation, RecommendedWindow } from '../analysis/answer.js';
import { percent, significant } from './number-format.js';
import { textTable } from './text-table.js';

/** The recommended setting with the room around it, or what blocks every setting. */
export function recommendationText(recommendation: Recommendation): string {
  const { steps, factor, retainShareLimit, best, obstacle, region } = recommendation;
  const goal = `growth by the factor ${significant(factor)} within ${steps} steps, at most ${percent(retainShareLimit)} of the retain curvature going with it`;
  if (best === null) {
    return `No setting to recommend for ${goal}.\nBlocked by ${AXES[obstacle!.axis]}: ${obstacle!.reason}.`;
  }
  return [
    `Recommended for ${goal}:`,
    `  alpha ${significant(best.alpha)}, eta ${significant(best.eta)}, batches ${best.batch.retain} / ${best.batch.forget}`,
    `  eta may be from ${significant(best.low)} to ${significant(best.high)}, a factor ${significant(best.margin)} either way; ${percent(best.retainShare)} of the retain curvature escapes`,
    ...(best.outcome ? outcomeLines(best.outcome) : []),
    '',
    'Widest range of step sizes by batch sizes:',
    batchTable(region),
  ].join('\n');
}

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

/** For each pair of batch sizes the mixing with the largest margin. */
function batchTable(region: readonly RecommendedWindow[]): string {
  const best = new Map<string, RecommendedWindow>();
  for (const row of region) {
    const key = `${row.batch.retain} / ${row.batch.forget}`;
    const before = best.get(key);
    if (!before || (row.margin ?? 0) > (before.margin ?? 0)) best.set(key, row);
  }
  const rows = [...best].map(([key, row]) =>
    row.margin === null
      ? [key, '-', '-', '-', '-']
      : [key, row.alpha, row.low, row.high, row.margin].map((x) =>
          typeof x === 'string' ? x : significant(x),
        ),
  );
  return textTable(['batches', 'alpha', 'eta from', 'to', 'margin'], rows);
}
