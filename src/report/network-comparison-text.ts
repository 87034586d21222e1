import { LATER, UTILITY_LOSS } from '../network/comparison-limits.js';
import type {
  ComparedNetwork,
  DeletionMeasures,
  DeletionVerdict,
  RetrainedComparison,
} from '../network/retrained-comparison.js';
import type { SetPerformance } from '../network/losses.js';
import { percent, significant } from './number-format.js';
import { textTable } from './table.js';

/** Names of the rows of a run. */
const PLACES: Readonly<Record<ComparedNetwork['at'], string>> = {
  minimum: 'trained (w*)',
  escape: 'escape',
  forgotten: 'F forgotten',
  later: `${LATER} x as far`,
  end: 'end',
};

/** Notes on the tables. */
export const COMPARISON_LEGEND = [
  'F forgotten: forget loss as large as in the retrained networks. Membership AUC: guessing by a small loss that a sample was',
  'trained on, forget against fresh samples [95 % interval]; 0.5 is blind. |f - f_r|: distance of predictions on test samples to',
  'networks retrained on R alone; last row: of those to each other. ToW: product of 1 - |accuracy difference| over the three sets.',
  'Differences are beyond what one more retrained network would show (95 % prediction interval over their seeds);',
  `utility lost: accuracy on R or test also more than ${percent(UTILITY_LOSS)} below their mean.`,
].join('\n');

/** Headline of the tables beside the prediction. */
export const COMPARISON_TITLE =
  'Beyond the linear theory: escape is not deletion (no part of the prediction)';

/** The tables beside the prediction: no part of it, and no part of the verdict. */
export function describeComparison(beyond: RetrainedComparison): string {
  return [COMPARISON_TITLE, comparisonTables(beyond), '', COMPARISON_LEGEND].join('\n');
}

/** The networks by themselves, and beside the retrained ones. */
export function comparisonTables({ rows, level }: RetrainedComparison): string {
  const { networks: retrained } = level;
  const last = retrained.length > 0 ? [`${retrained.length} retrained`, '-'] : null;
  const named = rows.map(({ at, step, ...row }) => ({ ...row, name: [PLACES[at], String(step)] }));
  const mean = (of: (measures: DeletionMeasures) => number | null): number | null => {
    const values = retrained.flatMap((measures) => of(measures) ?? []);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const sets = ['forget', 'retain', 'test'] as const;
  const performance = textTable(
    ['network', 'step', ...sets.flatMap((set) => [`${set} accuracy`, 'loss'])],
    [
      ...named.map(({ name, measures }) => [...name, ...sets.flatMap((set) => shown(measures[set]))]),
      ...(last
        ? [
            [
              ...last,
              ...sets.flatMap((set) => {
                const accuracy = mean((measures) => measures[set]?.accuracy ?? null);
                const meanLoss = mean((measures) => measures[set]?.meanLoss ?? null);
                return shown(accuracy === null || meanLoss === null ? null : { accuracy, meanLoss });
              }),
            ],
          ]
        : []),
    ],
  );
  const comparison = textTable(
    ['network', 'step', 'membership AUC', '|f - f_r|', '95 %', 'ToW', 'beside retrained networks'],
    [
      ...named.map(({ name, measures, verdict }) => [
        ...name,
        area(measures),
        significant(measures.distance?.mean ?? null),
        significant(measures.distance?.high ?? null),
        significant(measures.tugOfWar),
        deletionWords(verdict),
      ]),
      ...(last
        ? [
            [
              ...last,
              areaRange(retrained),
              significant(level.distance?.mean ?? null),
              significant(level.distance?.high ?? null),
              significant(level.tugOfWar),
              'the level',
            ],
          ]
        : []),
    ],
  );
  return `${performance}\n\n${comparison}`;
}

function shown(performance: SetPerformance | null): string[] {
  if (!performance) return ['-', '-'];
  return [percent(performance.accuracy), significant(performance.meanLoss)];
}

function area({ membership }: DeletionMeasures): string {
  if (!membership) return '-';
  const { low, high } = membership.interval;
  return `${two(membership.area)} [${two(low)}, ${two(high)}]`;
}

function areaRange(retrained: readonly DeletionMeasures[]): string {
  const areas = retrained.flatMap(({ membership }) => (membership ? [membership.area] : []));
  if (areas.length === 0) return '-';
  return `${two(Math.min(...areas))} .. ${two(Math.max(...areas))}`;
}

function two(x: number): string {
  return x.toFixed(2);
}

/** In words, what tells a network from retrained ones. */
export function deletionWords(verdict: DeletionVerdict | null): string {
  if (!verdict) return '-';
  const differences = [
    ...(verdict.remembered ? ['remembers F'] : []),
    ...(verdict.exposed ? ['F stands out'] : []),
    ...(verdict.utilityLost ? ['utility lost'] : []),
    ...(verdict.distant ? ['predictions far off'] : []),
  ];
  return differences.length === 0 ? 'no difference: deleted' : differences.join(', ');
}
