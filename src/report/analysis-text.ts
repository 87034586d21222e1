import type { Analysis } from '../analysis/analyze-problem.js';
import type { BatchSizes, Sampling } from '../curvature/problem.js';
import { coherenceLines } from './coherence-text.js';
import { escapeLines, growthLines } from './growth-text.js';
import { labelled } from './labelled-lines.js';
import { percent, significant } from './number-format.js';
import { recommendationText } from './recommendation-text.js';
import { resistingTable } from './resisting-text.js';
import { textTable } from './text-table.js';

/** A problem without its sets. */
export interface ProblemSettings {
  readonly alpha: number;
  readonly eta: number;
  readonly batch: BatchSizes;
  readonly sampling: Sampling;
}

/** The analysis for a person: first the answer, then the numbers behind it. */
export function describeAnalysis(analysis: Analysis, setting: ProblemSettings): string {
  const { dimension, recommendation } = analysis;
  const { retain, forget } = dimension.samples;
  const { batch, sampling, alpha, eta } = setting;
  const facts = [
    ...labelled('problem', [
      `${retain} retain and ${forget} forget samples, ${dimension.parameters} parameters, ${dimension.reduced} that matter`,
      `${sampling} batches ${batch.retain} / ${batch.forget}, alpha ${alpha}, eta ${eta}`,
    ]),
    ...labelled('coherence', coherenceLines(analysis, batch)),
    ...labelled('mixing', [mixingLine(analysis, alpha)]),
    ...labelled('step size', [stepLine(analysis, eta)]),
    ...labelled('growth', growthLines(analysis)),
    ...labelled('escape', escapeLines(analysis)),
  ].join('\n');
  const parts = [
    answer(analysis, setting),
    facts,
    decidingTheorems(analysis),
    resistingTable(analysis.geometry),
    recommendation ? recommendationText(recommendation) : '',
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function answer({ mixing, exact, typical }: Analysis, { alpha, eta }: ProblemSettings): string {
  if (exact.side === 'stable') {
    return `stable: the old minimum holds (eta ${eta} < eta* ${significant(exact.etaStar)}); unlearning does not take hold`;
  }
  const cause = mixing.escapes
    ? `alpha ${alpha} > alpha* ${significant(mixing.alphaStar)}: the mean escapes at every step size`
    : `eta ${eta} >= eta* ${significant(exact.etaStar)}`;
  const heavyTail = typical.high < 0 ? '; single runs shrink all the same, rare ones carry the growth' : '';
  return `diverges: the model escapes the old minimum (${cause})${heavyTail}`;
}

function mixingLine({ mixing }: Analysis, alpha: number): string {
  const relation = mixing.escapes
    ? `alpha ${alpha} is above it, the mean escapes`
    : `alpha ${alpha} is not above it, the mean does not escape by ascent`;
  return `alpha* ${significant(mixing.alphaStar)}: ${relation}; D has eigenvalues ${significant(mixing.lambdaMin)} .. ${significant(mixing.lambdaMax)}`;
}

function stepLine({ exact }: Analysis, eta: number): string {
  if (exact.etaStar === 0) return 'eta* 0: no step size holds the old minimum';
  return `eta* ${significant(exact.etaStar)}: below it the old minimum holds; eta ${eta} is ${relativeStep(eta / exact.etaStar)}`;
}

function relativeStep(ratio: number): string {
  return ratio <= 1 ? `${percent(ratio)} of it` : `${significant(ratio)} times as large`;
}

function decidingTheorems({ theorems }: Analysis): string {
  // None is asked about a subset.
  if (theorems.length === 0) return '';
  const speaking = theorems.filter(({ side }) => side !== 'undecided');
  if (speaking.length === 0) return 'No theorem decides this setting.';
  const rows = speaking.map(({ id, name, side, etaThreshold }) => [
    id,
    name,
    side,
    significant(etaThreshold),
  ]);
  return `Theorems that decide this setting:\n${textTable(['theorem', 'name', 'says', 'critical step'], rows)}`;
}
