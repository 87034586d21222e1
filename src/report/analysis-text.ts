import { samplingName } from '../harness/instance.js';
import type {
  Analysis,
  DrawnSamples,
  EscapeGeometry,
  SubsetInterval,
  SubsetReport,
} from '../analysis/answer.js';
import { coherenceLines, escapeLines, growthLines, recommendationText } from './analysis-facts.js';
import {
  type AnalyzedSetting,
  leftOutLines,
  marginalReason,
  translationLines,
  undecidedReason,
} from './analysis-page.js';
import { counted, percent, significant } from './number-format.js';
import {
  isPlainStep,
  procedureMixing,
  procedureReason,
  procedureStep,
  describeProcedure,
  pushLines,
} from './procedure-text.js';
import { textTable } from './table.js';

/** The analysis for a person: first the answer, then the numbers behind it. */
export function describeAnalysis(analysis: Analysis, setting: AnalyzedSetting): string {
  return [analysisHeadline(analysis, setting), analysisNumbers(analysis, setting)].join('\n\n');
}

/**
 * The answer in a line, and what it says and does not say; it does not wait for theorems. The numbers of a subset are
 * estimates: its headline rests on their intervals, and there is no other.
 */
export function analysisHeadline(analysis: Analysis, setting: AnalyzedSetting): string {
  const headline = analysis.subset ? describeSubset(analysis.subset, setting) : answer(analysis, setting);
  return [headline, ...meaningLines(analysis)].join('\n');
}

/** Width of the column of labels. */
const LABEL = 13;

/** Lines under one label, which stands beside the first: `growth       ..`. */
function labelled(label: string, lines: readonly string[]): string[] {
  return lines.map((line, i) => `${(i === 0 ? label : '').padEnd(LABEL)}${line}`);
}

/** The numbers behind the headline, and the theorems. */
export function analysisNumbers(analysis: Analysis, setting: AnalyzedSetting): string {
  const { dimension, recommendation } = analysis;
  const { retain, forget } = dimension.samples;
  const { batch, sampling, alpha, eta } = setting;
  const facts = [
    ...labelled('problem', [
      `${retain} retain and ${forget} forget samples, ${dimension.parameters} parameters, ${dimension.reduced} that matter`,
      ...leftOutLines(dimension),
      `${samplingName(sampling)} batches ${batch.retain} / ${batch.forget}, alpha ${alpha}, eta ${eta}`,
    ]),
    ...labelled('script', translationLines(setting)),
    ...labelled('procedure', [describeProcedure(analysis)].filter(Boolean)),
    ...labelled('step size', [stepLine(analysis, eta)]),
    ...labelled('escape', escapeLines(analysis)),
    ...labelled('push', pushLines(analysis).push),
    ...labelled('clipping', pushLines(analysis).clipping),
  ].join('\n');
  const theory = [
    THEORY_RULE,
    ...labelled('coherence', coherenceLines(analysis, setting)),
    ...labelled('mixing', [
      isPlainStep(analysis.procedure) ? mixingLine(analysis, alpha) : procedureMixing(analysis, alpha),
    ]),
    ...labelled('ends', endsLines(analysis)),
    ...labelled('growth', growthLines(analysis)),
  ].join('\n');
  const parts = [
    facts,
    resistingTable(analysis.geometry),
    analysis.sweep ? sweepText(analysis) : '',
    recommendation ? recommendationText(recommendation) : '',
    theory,
    decidingTheorems(analysis),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What is below it only helps who knows the theory. */
const THEORY_RULE = '--- in the terms of the theory (docs/analysis.md) ---';

/** What the headline says and does not say, a line each. */
function meaningLines({ exact, mixing, procedure, subset }: Analysis): string[] {
  if (subset) return [];
  const overParameterised =
    mixing.alphaStar === 0 && isPlainStep(procedure)
      ? [
          'alpha* is 0: the forget set pulls along directions that no retain sample holds, as in most models with more parameters than samples; any ascent escapes along them, and only rates and the directions that are kept differ',
        ]
      : [];
  if (exact.verdict === 'diverges') {
    return [
      'escape is from w*, for a start near it and not at it: it does not say that the forget set is forgotten, nor what a run that starts at w* does in its steps (that is for forecast)',
      ...overParameterised,
    ];
  }
  if (exact.verdict === 'undecided' && mixing.zero > 0 && overParameterised.length > 0) {
    return [
      'alpha* is 0 as far as the stored numbers tell: along the directions that they leave open the retain set holds no more than their rounding',
    ];
  }
  if (exact.verdict !== 'stable') return overParameterised;
  return [
    'holds is for starts near w*, in the mean square: gradients at w* that are not 0 move a run all the same (forecast follows them)',
    ...overParameterised,
  ];
}

function answer(analysis: Analysis, { alpha, eta }: AnalyzedSetting): string {
  const { mixing, exact, typical, dimension, procedure } = analysis;
  const other = isPlainStep(procedure) ? null : procedureReason(analysis, eta);
  if (exact.verdict === 'undecided' && exact.estimate) return `undecided: ${other}`;
  if (exact.verdict === 'undecided') {
    return `undecided at this precision: ${undecidedReason(mixing.zero, dimension.precision)}`;
  }
  if (exact.verdict === 'marginal' && other) {
    return `marginal: rho = 1 at eta ${eta}: the second moment neither shrinks nor grows exponentially`;
  }
  if (exact.verdict === 'marginal') {
    return `marginal: ${marginalReason(mixing.zero, `alpha ${alpha} is alpha*`, `eta ${eta} is eta*`)}, rho = 1: the second moment neither shrinks nor grows exponentially`;
  }
  if (exact.verdict === 'stable') {
    return `stable: the old minimum holds (${other ?? `eta ${eta} < eta* ${significant(exact.etaStar)}`}); unlearning does not take hold`;
  }
  const cause = mixing.escapes
    ? `alpha ${alpha} > alpha* ${significant(mixing.alphaStar)}: the mean escapes at every step size`
    : mixing.zero > 0
      ? `alpha ${alpha} is alpha*, and batch noise or overshoot moves it`
      : `eta ${eta} >= eta* ${significant(exact.etaStar)}`;
  const heavyTail = typical.high < 0 ? '; single runs shrink all the same, rare ones carry the growth' : '';
  return `diverges: the model escapes the old minimum (${other ?? cause})${heavyTail}`;
}

function mixingLine({ mixing, exact }: Analysis, alpha: number): string {
  const relation = mixing.escapes
    ? `alpha ${alpha} is above it, the mean escapes`
    : mixing.zero === 0
      ? `alpha ${alpha} is not above it, the mean does not escape by ascent`
      : exact.verdict === 'undecided'
        ? `alpha ${alpha} is it within the rounding of the stored numbers`
        : `alpha ${alpha} is it, the mean stays where it is along ${counted(mixing.zero, 'direction')}`;
  return `alpha* ${significant(mixing.alphaStar)}: ${relation}; D has eigenvalues ${significant(mixing.lambdaMin)} .. ${significant(mixing.lambdaMax)}`;
}

function stepLine(analysis: Analysis, eta: number): string {
  const { exact } = analysis;
  if (!isPlainStep(analysis.procedure)) {
    return procedureStep(analysis, `eta ${eta} is ${relativeStep(eta / exact.etaStar)}`);
  }
  if (exact.etaStar === 0) return 'eta* 0: no step size holds the old minimum';
  if (exact.verdict === 'marginal') return `eta* ${significant(exact.etaStar)}: eta ${eta} is it`;
  return `eta* ${significant(exact.etaStar)}: below it the old minimum holds; eta ${eta} is ${relativeStep(eta / exact.etaStar)}`;
}

/** Where eta* lies between the ends that the coherences leave, and what in the data puts it there. */
function endsLines({ ends, exact }: Analysis): string[] {
  if (!ends) return [];
  const { stable, diverges, share, q, weakest } = ends;
  const overlap = q > 0 ? `, ${percent(weakest.overlap)} of the overlap q = ${significant(q)}` : '';
  return [
    `every problem with these coherences holds below ${significant(stable)} and diverges above ${significant(diverges)}; eta* ${significant(exact.etaStar)} is ${percent(share)} of the way (of the logarithm), as`,
    `the direction that leaves first has ${percent(weakest.curvature)} of lambda_1(D)${overlap} and ${percent(weakest.noise)} of the noise that strongest samples along it would make; with all of each it would be 0 %`,
  ];
}

function relativeStep(ratio: number): string {
  return ratio <= 1 ? `${percent(ratio)} of it` : `${significant(ratio)} times as large`;
}

function decidingTheorems({ theorems, procedure }: Analysis): string {
  // None is asked about a subset.
  if (theorems.length === 0) return '';
  const speaking = theorems.filter(({ side }) => side !== 'undecided');
  const silent = theorems.filter(({ applies }) => !applies).map(({ id }) => id);
  const left = isPlainStep(procedure) ? '' : `\nNot applicable here: ${silent.join(', ')}.`;
  if (speaking.length === 0) return `No theorem decides this setting.${left}`;
  const rows = speaking.map(({ id, name, side, etaThreshold }) => [
    id,
    name,
    side,
    significant(etaThreshold),
  ]);
  return `Theorems that decide this setting:\n${textTable(['theorem', 'name', 'says', 'critical step'], rows)}${left}`;
}

/** Verdict of an analysis of a subset with its intervals, for a person. */
function describeSubset(report: SubsetReport, { alpha, eta }: AnalyzedSetting): string {
  const { samples, confidence, intervals, seed, certainEtaStar: certain } = report;
  const share = ({ of, drawn, thinned }: DrawnSamples): string =>
    drawn === of ? `all ${of}` : `${drawn} of ${of}${thinned ? ' (thinned out beforehand)' : ''}`;
  const lines = [
    `${share(samples.retain)} retain and ${share(samples.forget)} forget samples (seed ${seed}); theorems are not asked, they need all samples`,
    `the intervals hold together with probability ${percent(confidence)}, to first order (docs/subsets.md)`,
    `sigma ${shown(intervals.sigma)}, alpha* ${shown(intervals.alphaStar)}`,
    `lambda_min(D) ${shown(intervals.lambdaMin)}, eta* ${shown(intervals.etaStar)}${certain === null ? '' : `, certain: eta* >= ${significant(certain)}`}`,
    ...(samples.retain.thinned || samples.forget.thinned
      ? [
          'a sample that was thinned out may be larger than all that are left: the intervals know nothing of it',
        ]
      : []),
  ];
  return [`estimate from a subset: ${verdict(report, alpha, eta)}`, ...labelled('drawn', lines)].join('\n');
}

function verdict({ side, intervals }: SubsetReport, alpha: number, eta: number): string {
  const { alphaStar } = intervals;
  if (side === 'stable') return `stable, eta ${eta} is below the interval of eta*`;
  if (side === 'undecided') return `undecided, the interval of eta* contains eta ${eta}`;
  const above = alphaStar.high !== null && alpha > alphaStar.high;
  return above
    ? `diverges, alpha ${alpha} is above the interval of alpha*`
    : `diverges, eta ${eta} is above the interval of eta*`;
}

function shown({ low, high, exact }: SubsetInterval): string {
  if (exact) return `${significant(low)} (of all samples)`;
  return high === null ? `at least ${significant(low)}` : `in [${significant(low)}, ${significant(high)}]`;
}

/** Samples that a person is shown; the JSON has them all. */
const SHOWN = 10;

/** The forget samples that resist most, with the share of their curvature along the escaping directions; '' if nothing escapes. */
function resistingTable({ kind, samples }: EscapeGeometry): string {
  if (kind === 'none' || samples.length === 0) return '';
  const shown = samples.slice(0, SHOWN);
  const title =
    shown.length < samples.length
      ? `The ${SHOWN} of ${samples.length} forget samples that resist most:`
      : 'Forget samples, those that resist most first:';
  const rows = shown.map(({ index, id = index, share }) => [String(id), percent(share)]);
  const head = shown[0]!.id === undefined ? 'sample' : 'id';
  return `${title}\n${textTable([head, 'curvature that escapes'], rows)}`;
}

/** Every rate of a sweep with its word, and the rule of the words. */
function sweepText({ sweep = [], window = null, sweepRule }: Analysis): string {
  const { steps, factor, retainShare } = sweepRule!;
  const name = sweep[0]?.lr === null ? 'eta' : 'lr';
  const rows = sweep.map(({ lr, eta, side, steps: escape, forgetLoss, retainLoss, typical, word }) => [
    significant(lr ?? eta),
    side,
    escape === null ? 'never' : significant(Math.ceil(escape)),
    `x ${significant(forgetLoss)}`,
    `x ${significant(retainLoss)}`,
    significant(typical.growth),
    word,
  ]);
  const heads = [name, 'side', 'steps to escape', 'forget loss', 'retain loss', '2 gamma', 'word'];
  return [
    window === null
      ? `No ${name} of these forgets within ${counted(steps, 'step')}:`
      : `Within ${counted(steps, 'step')} an ${name} from ${significant(window[0])} to ${significant(window[1])} forgets:`,
    textTable(heads, rows),
    `forgets: the expected forget loss grows by ${significant(factor ** 2)}, the retain loss by no more than ${percent(retainShare)} of that; breaks: by more; nothing: neither grows so much (linear theory, from a start spread evenly around w*)`,
  ].join('\n');
}

/** The recommended setting with the room around it, or what blocks every setting. */
