import type { Analysis } from '../analysis/answer.js';
import type { SetFit, TrainingFit } from '../input/training-fit.js';
import type { Sampling, UnlearningProblem } from '../theory/problem.js';
import { percent, significant } from './number-format.js';
import { isPlainStep } from './procedure-text.js';
import type { ExpectedOutcome, Recommendation, RecommendedWindow } from '../analysis/recommendation.js';
import { widestByBatch } from './analysis-page.js';
import { textTable } from './table.js';

/**
 * The three axes of coherence in words. Retain and forget coherence count samples that pull the same way: n/N groups of N
 * equal samples, one group orthogonal to the other, have coherence N; c counts them along one direction, in strongest
 * samples. What follows from them is proved in docs/analysis.md.
 */
export function coherenceLines(
  { coherence, dimension, procedure }: Analysis,
  { batch, sampling }: Pick<UnlearningProblem, 'batch' | 'sampling'>,
): string[] {
  const { retain, forget } = dimension.samples;
  const drawn = typeof sampling === 'string' ? sampling : sampling.retain;
  return [
    `retain ${significant(coherence.retain)}: ${pulling(coherence.retain, retain)}${batchNoise(coherence.retain, retain, batch.retain, drawn)}`,
    ...sharesLeft(coherence, retain, batch.retain, drawn),
    `forget ${significant(coherence.forget)}: ${pulling(coherence.forget, forget)}${meanPull(coherence.forget, forget)}`,
    `cross ${crossWords(coherence.kappa, isPlainStep(procedure))}`,
    `unlearning ${significant(coherence.sigma)} (lambda_1(S) ${significant(coherence.lambda1S)}, cross block ${significant(coherence.cross)}), pairwise ${significant(coherence.pair)}, chi2 ${significant(coherence.chi2)}`,
  ];
}

function pulling(sigma: number | null, n: number): string {
  if (sigma === null) return 'no samples';
  return `as if ${significant(Math.min(n, sigma))} of ${n} samples pulled the same way`;
}

/** Coherence beside the noise of the batches. */
function batchNoise(sigma: number | null, n: number, batchSize: number, sampling: Sampling): string {
  if (sigma === null) return '';
  const noise = n / batchSize - 1;
  if (noise <= 0) {
    return sampling === 'with-replacement' && n > 1
      ? `; batches of ${batchSize} draws with replacement have noise: some samples come twice, others not at all`
      : '; full batches have no sampling noise';
  }
  const relation = sigma >= noise ? 'at least' : 'less than';
  return `, ${relation} the batch noise n/B - 1 = ${significant(noise)}`;
}

/**
 * Share of the step sizes of full batches that is left: for sure by c, at most about as much as in groups of sigma
 * identical samples, sigma/(sigma + nu). Nothing where batches have no noise.
 */
function sharesLeft(
  { retain: sigma, alignedRetain, fullBatchShare }: Analysis['coherence'],
  n: number,
  batchSize: number,
  sampling: Sampling,
): string[] {
  if (sigma === null || alignedRetain === null || fullBatchShare === null || fullBatchShare >= 1) return [];
  const noise = n / batchSize - 1;
  const sure = sampling === 'with-replacement' ? '' : ' (c/(c + nu))';
  const about = noise > 0 ? `, about ${percent(sigma / (sigma + noise))} at most (sigma/(sigma + nu))` : '';
  return [
    `       c = ${significant(alignedRetain)} along one direction: of the step sizes of full batches at least ${percent(fullBatchShare)} are left${sure}${about}`,
  ];
}

/** lambda_1(Hbar_F) <= lambda_1(S_FF)/n = sigma/n max lambda_1(H_i). */
function meanPull(sigma: number | null, n: number): string {
  if (sigma === null) return '';
  return `; together they pull at most ${percent(Math.min(1, sigma / n))} as hard as the strongest alone`;
}

/** u^T Hbar_R u <= kappa lambda_1(Hbar_F) for the top direction u of Hbar_F; alpha/(1-alpha) > kappa escapes. */
function crossWords(kappa: number | null, isPlain: boolean): string {
  if (kappa === null) return 'none: one of the sets is empty';
  if (kappa === 0) return `kappa 0: the sets share no direction${isPlain ? ', any ascent escapes' : ''}`;
  return `kappa ${significant(kappa)}: the retain set holds the main forget direction with at most ${significant(kappa)} of its pull${isPlain ? `; alpha above ${significant(kappa / (1 + kappa))} escapes for sure` : ''}`;
}

/** Growth of the second moment and of single runs, and how the two go together. */
export function growthLines({ exact, typical }: Analysis): string[] {
  const { growth, low, high } = typical;
  const between = `2 gamma = ${significant(growth)}${typical.exact ? '' : ` in [${significant(low)}, ${significant(high)}]`}`;
  return [
    `E|delta|^2 is multiplied by rho = ${significant(exact.spectralRadius)} a step (log rho = ${significant(exact.logGrowth)})`,
    `single runs by exp(2 gamma), ${between}, ${foundBy(typical)}: ${together(exact.logGrowth, typical)}`,
  ];
}

/** Where 2 gamma is from. */
export function foundBy({ exact, settled }: Analysis['typical']): string {
  if (exact) return 'exact, that of the mean';
  return settled !== false ? 'simulated' : 'simulated by runs that had not settled, the interval widened';
}

function together(logGrowth: number, { low, high, exact }: Analysis['typical']): string {
  if (exact && low === 0) return 'they neither grow nor shrink';
  if (high < 0 && logGrowth >= 0)
    return 'they shrink, and rare ones carry the growth of the mean (heavy tail)';
  if (high < 0) return 'they shrink, too';
  if (low > 0 && low > 0.5 * logGrowth) return 'they grow, too';
  if (low > 0) return 'they grow slower; rare ones carry the growth of the mean';
  return 'whether they grow is within the error of the simulation';
}

/** How many directions escape, and in what. */
function escapingDirections({ kind, directions }: Analysis['geometry']): string {
  const count = significant(directions);
  const along = count === '1' ? '1 direction escapes' : `${count} directions escape`;
  if (kind === 'mean') return `${along} in the mean`;
  if (kind === 'noise') return `${along} by batch noise alone`;
  return `${along} in mean and second moment, each counted by its growth`;
}

/** Steps until |delta| has grown by the factor, and the directions that escape. */
export function escapeLines({ escape, geometry }: Analysis): string[] {
  const { factor, mean, secondMoment, typical } = escape;
  if (secondMoment === null) return [`never: |delta| does not grow by the factor ${significant(factor)}`];
  const runs =
    typical === null
      ? 'single runs: not foreseeable, they need not grow'
      : `single runs: ${[...new Set([steps(typical.low), steps(typical.high)])].join(' to ')}`;
  const retain =
    geometry.retainShare === null ? '' : `${percent(geometry.retainShare)} of the retain curvature`;
  const forget =
    geometry.forgetShare === null ? '' : `${percent(geometry.forgetShare)} of the forget curvature`;
  return [
    `|delta| grows by the factor ${significant(factor)} in ${mean === null ? 'no number of' : steps(mean)} steps by the mean, ${steps(secondMoment)} by the second moment; ${runs}`,
    `${escapingDirections(geometry)}, with ${[retain, forget].filter(Boolean).join(' and ')} along them`,
  ];
}

/** Whole steps. */
function steps(x: number): string {
  return x < 1e5 ? String(Math.ceil(x)) : significant(x);
}

const LOSS_WORDS: Record<TrainingFit['loss'], string> = {
  squared: 'squared loss',
  softmax: 'cross-entropy',
  sigmoid: 'cross-entropy',
};

/** Fit of a trained model to its samples, two lines for a person. */
export function describeTraining(training: TrainingFit): string {
  const of = ({ meanLoss, accuracy }: SetFit): string =>
    `${significant(meanLoss)}${accuracy === null ? '' : ` (accuracy ${significant(100 * accuracy)} %)`}`;
  const { retain, forget, drift } = training;
  const largest = Math.max(retain.largestGradient, forget.largestGradient);
  return [
    `trained      ${LOSS_WORDS[training.loss]} retain ${of(retain)}, forget ${of(forget)}`,
    `             largest gradient of a sample ${significant(largest)}, drift ${significant(drift)} (the theory assumes 0)`,
  ].join('\n');
}

/**
 * What the theory leaves out at weights that do not interpolate, in one line.
 *
 * @param training null if the labels are not known.
 * @returns null if there is nothing to say.
 */
export function interpolationNote(training: TrainingFit | null): string | null {
  if (training === null) {
    return 'note: without labels it is not checked that the weights interpolate the samples, as the theory assumes';
  }
  if (training.interpolates) return null;
  const { retain, forget, drift, loss } = training;
  const largest = Math.max(retain.largestGradient, forget.largestGradient);
  const never = loss === 'squared' ? '' : ' (with hard labels none do)';
  return `note: the weights do not interpolate the samples${never}: the largest gradient of one is ${significant(largest)}, the drift of the step ${significant(drift)}; the theory takes both for 0 and describes the multiplicative part of the dynamics alone`;
}

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
