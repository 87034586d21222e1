import type { Analysis, ClippingAnswer, MisfitAnswer, ProcedureAnswer } from '../analysis/answer.js';
import { procedureWords } from '../harness/instance.js';
import { counted, significant } from './number-format.js';

/** A procedure in words; '' for the plain simultaneous step in its own coordinates. */
export function describeProcedure({
  procedure,
  dimension: { samples },
}: Pick<Analysis, 'procedure' | 'dimension'>): string {
  const { optimizer, schedule, sampling, dropLast, period } = procedure;
  const epochs = (['retain', 'forget'] as const).filter(
    (set) => samples[set] > 0 && (typeof sampling === 'string' ? sampling : sampling[set]) === 'reshuffled',
  );
  const loader = dropLast ? ', short batches left out' : '';
  const parts = [
    procedureWords({ ...optimizer, schedule }),
    epochs.length > 0 && `epochs of ${epochs.join(' and ')}${loader}`,
    period > 1 && `period of ${period} steps`,
  ];
  return parts.filter((part) => part !== false && part !== '').join(', ');
}

/** True for the plain step with batches drawn anew, of which U and D theorems speak. */
export function isPlainStep({ optimizer, schedule, sampling }: ProcedureAnswer): boolean {
  const schemes = typeof sampling === 'string' ? [sampling] : Object.values(sampling);
  const { momentum, weightDecay } = optimizer;
  return momentum === 0 && weightDecay === 0 && schedule === null && !schemes.includes('reshuffled');
}

/** Why another procedure is on its side, in words. */
export function procedureReason({ exact, escape }: Analysis, eta: number): string {
  if (exact.estimate) {
    const { low, high, reason } = exact.estimate;
    return `by simulation, log rho in [${significant(low)}, ${significant(high)}] a step; no exact operator: ${reason}`;
  }
  if (exact.verdict === 'stable') return `rho < 1 at eta ${eta}`;
  return escape.mean === null
    ? `batch noise carries E|delta|^2 away at eta ${eta}`
    : `the mean itself escapes at eta ${eta}`;
}

/** alpha* beside another procedure: which of its statements stay. */
export function procedureMixing({ mixing, procedure }: Analysis, alpha: number): string {
  const { optimizer, schedule, sampling } = procedure;
  const spectrum = `D has eigenvalues ${significant(mixing.lambdaMin)} .. ${significant(mixing.lambdaMax)}`;
  const star = `alpha* ${significant(mixing.alphaStar)}`;
  if (schedule !== null || JSON.stringify(sampling).includes('reshuffled')) {
    return `${star} is that of the simultaneous step with batches drawn anew: it says nothing here (U1 does not carry over); ${spectrum}`;
  }
  if (optimizer.weightDecay > 0) {
    const escapes = mixing.lambdaMin < -optimizer.weightDecay;
    return `${star} without decay; with it the mean escapes at every step size iff lambda_min(D) < ${-optimizer.weightDecay}, which it is${escapes ? '' : ' not'}; ${spectrum}`;
  }
  const relation = mixing.escapes
    ? 'above it, the mean escapes at every step size'
    : mixing.zero > 0
      ? `it, the mean stays where it is along ${counted(mixing.zero, 'direction')}`
      : 'not above it';
  return `${star}, as without momentum: alpha ${alpha} is ${relation}; ${spectrum}`;
}

/** What gradients at w* and clipping do, a line each. */
export function pushLines(analysis: Analysis): {
  readonly push: string[];
  readonly clipping: string[];
} {
  const { misfit, clipping } = analysis;
  return {
    push: misfit ? misfitLines(misfit, analysis.exact.verdict) : [],
    clipping: clipping ? [clippingLine(clipping)] : [],
  };
}

function misfitLines(misfit: MisfitAnswer, verdict: Analysis['exact']['verdict']): string[] {
  const { drift, perStep, outside, rest, restUnknown, walk, start, parameters, lengths } = misfit;
  const [gradient, where] = lengths !== 'w - w*' ? ['C^{1/2} g', ` in ${lengths}`] : ['', ''];
  const inW = (words: string | undefined): string => (words === undefined ? '' : ` (${words} in w)`);
  const restInW = parameters?.rest;
  const lines = [
    `w* does not fit every sample: the mean gradient ${gradient && `${gradient} `}of the step is ${significant(drift)}, it moves ${significant(perStep)} a step${where}${inW(parameters && significant(parameters.perStep))}`,
    rest &&
      `the mean rests at a distance of ${significant(rest.distance)} from w*, with a spread of ${significant(rest.spread)}${where}${inW(restInW ? `${significant(restInW.distance)} and ${significant(restInW.spread)}` : undefined)}`,
    restUnknown &&
      'where the mean rests is not known at this precision: the rounding of parameters in large units is longer than a direction in small ones',
    !rest && verdict !== 'stable' && 'there is no point of rest: the second moment does not shrink',
    outside > 0 &&
      `${!rest && verdict === 'stable' ? 'there is no point of rest: ' : ''}${significant(outside)} of it is along directions without curvature, where nothing holds it`,
    walk > 0 &&
      `batch noise moves it along directions without curvature, too: by ${significant(walk)} sqrt(k) in k steps, root mean square`,
    start &&
      (start.steps === null
        ? `a start at a distance of ${significant(start.distance)}${where} is not exceeded by the push`
        : `after ${counted(start.steps, 'step')} the push exceeds a start at a distance of ${significant(start.distance)}${where}, in the mean`),
  ];
  return lines.filter((line) => typeof line === 'string');
}

function clippingLine(clipping: ClippingAnswer): string {
  const { norm, gradient, radius, radiusIs, enumerated, perStep, lengths, parameters } = clipping;
  const where = parameters ? ` in ${lengths}` : '';
  const inW = (x: number | undefined): string => (x === undefined ? '' : ` (${significant(x)} in w)`);
  const least = radiusIs === 'exact' ? '' : 'at least ';
  const within =
    radius === Infinity
      ? 'no step is clipped, at whatever distance from w*'
      : radius > 0
        ? `no step is clipped within ${least}${significant(radius)} of w*${where}${inW(parameters?.radius)}; beyond`
        : enumerated
          ? `steps are clipped at w* itself, where a batch has a gradient of up to ${significant(gradient)}`
          : `no distance is known within which no step is clipped: gradients of batches at w* are bounded by ${significant(gradient)} alone`;
  return `at ${significant(norm)}: ${within}, a step moves ${significant(perStep)} at most${where}${inW(parameters?.perStep)}, and whether runs stay is for 2 gamma to say`;
}

/** eta* of another procedure. @param relative how eta compares with it. */
export function procedureStep({ exact }: Analysis, relative: string): string {
  const { etaStar, firstCrossingOnly, estimate } = exact;
  if (estimate) return 'eta* is not known without an exact operator';
  if (exact.verdict === 'marginal' && etaStar === 0) return 'eta* 0: no step size holds the old minimum';
  if (exact.verdict === 'marginal' && !firstCrossingOnly)
    return `eta* ${significant(etaStar)}: this step size is it`;
  if (etaStar === 0) {
    const above =
      exact.side === 'stable'
        ? ', and this one holds all the same: above a first crossing the side may turn again'
        : '';
    return `eta* 0: small steps escape${above}`;
  }
  if (etaStar === Infinity) return 'no step size was found that escapes';
  const star = significant(etaStar);
  return firstCrossingOnly
    ? `eta* ${star} is the first crossing: up to it the old minimum holds, above it the side may turn again; ${relative}`
    : `eta* ${star}: below it the old minimum holds; ${relative}`;
}
