import type { BatchGrowth } from '../experiment/batch-growth.js';
import type { UnlearningOutcome } from '../experiment/network-experiment.js';
import { significant } from '../report/number-format.js';
import { textTable } from '../report/text-table.js';
import type { GrowthEstimate } from '../unlearning/growth.js';

/** What the real network did, beside the linear dynamics with the same batches. */
export function describeRun({ run, growth, analysis, verdict }: UnlearningOutcome): string {
  const { escapeStep, predictedEscapeStep, slope, divergedAt, steps, flipsAtEscape } = run;
  const step = (k: number | null): string => (k === null ? 'none' : `step ${k}`);
  const upTo = escapeStep === null ? `over ${steps} steps` : 'up to the escape';
  return [
    'The run of the network',
    `escape       measured ${step(escapeStep)}, predicted ${step(predictedEscapeStep)}: ${verdict.says}`,
    `distance     differs from the prediction by at most ${significant(run.largestDifference)} of it ${upTo}${flipsAtEscape === null ? '' : `; ${flipsAtEscape} activations flipped there`}`,
    ...(slope
      ? [
          `slope        log distance rises by ${significant(slope.measured)} per step before the escape (linear dynamics: ${significant(slope.predicted)})`,
        ]
      : []),
    divergedAt === null
      ? `end          after ${steps} steps`
      : `end          diverges to infinity: beyond a million times |w*| at step ${divergedAt}`,
    ...(growth === null ? [] : growthLines(growth, analysis.exact.logGrowth)),
    '',
    textTable(
      ['step', '|w - w*|', 'predicted', 'flipped activations'],
      run.records.map(({ step: k, distance, predicted, flips }) => [
        String(k),
        significant(distance),
        significant(predicted),
        String(flips),
      ]),
    ),
  ].join('\n');
}

function growthLines(growth: BatchGrowth | string, logGrowth: number): string[] {
  if (typeof growth === 'string') return [`growth       not measured near w*: ${growth}`];
  const { network, linear, certificate, length } = growth;
  const proven = certificate.side === 'inconclusive' ? 'undecided' : `${certificate.side} (proven)`;
  return [
    `growth       near w*, renormalised to |delta| = ${significant(length)}: 2 gamma of the network ${estimate(network)},`,
    `             of the linear dynamics with the same batches ${estimate(linear)}`,
    `             E|delta|^2 by the certificate on the linear dynamics: ${proven}, ${certificate.samples} pairs of batches; log rho = ${significant(logGrowth)}`,
  ];
}

function estimate({ growth, interval }: GrowthEstimate): string {
  return `${significant(growth)} [${significant(interval.low)}, ${significant(interval.high)}]`;
}
