import { largestEigenvalue, symmetricEigen } from '../linalg/symmetric-eigen.js';
import { dot, norm } from '../linalg/vectors.js';
import { activationMargin, selectSamples } from '../network/patch-network.js';
import { insideDisplacement } from '../network/linearisation.js';
import { networkModel } from '../network/network-model.js';
import { unlearningRun } from '../network/unlearning-run.js';
import { randomSource } from '../statistics/generator.js';
import { significantTrend } from '../statistics/rank-tests.js';
import { meanCurvature, totalCurvature } from '../theory/mean-curvature.js';
import { unlearningProcess } from '../unlearning/process.js';
import type { CurvatureExtremes } from './block-model-claim.js';
import { repeatsOfLevel, trainedMinimum, type TrainedMinimum } from './drawn-network.js';
import { trendOutcome, withoutThreshold, type Examination, type Outcome } from './examination.js';
import type { NetworkInstance, NetworkSetting } from './instance.js';
import { type Claim, type ClaimKind, type ExaminationSettings, refutedVariants } from './theorem.js';

/** How one run is compared with the claimed growth. */
interface RunComparison {
  /** Relative difference of measured and claimed growth: the interpolation residual is kept a tenth of it. */
  readonly tolerance: number;
  /** Wrong variants must differ by so many times the tolerance. */
  readonly clearly: number;
  /** Claimed times within this share of an integer are not compared: `tolerance` could tip them. */
  readonly nearInteger: number;
  /** Growth of the component along v that counts as escape, the largest first that the residual allows. */
  readonly factors: readonly number[];
  /** Longer runs are not made. */
  readonly longest: number;
}

/** How escape times at several SNR are compared. */
interface TrendComparison {
  readonly levels: readonly number[];
  /** Growth of the distance that counts as escape. */
  readonly factor: number;
  /** Runs that have not escaped by then count as escaping here. */
  readonly longest: number;
}

/** Escape of a trained network from its interpolating minimum by full-batch descent-ascent. */
export interface NetworkEscapeClaim extends Claim {
  readonly kind: 'network-escape';
  /** Growth of log|<v, delta>| per step, v the eigenvector of lambda_min(D). */
  growth(extremes: CurvatureExtremes, eta: number): number;
  /** Step size of the runs, from lambda_1(K). */
  stepSize(highestK: number): number;
  readonly run: RunComparison;
  /** True if the escape time is claimed to rise with SNR. */
  readonly rising: boolean;
  readonly trend: TrendComparison;
}

/** Claims of the escape of networks: real unlearning runs after training. */
export const networkEscapeClaims: ClaimKind<NetworkEscapeClaim, NetworkInstance> = {
  name: 'network-escape',
  about: 'network',
  wording: {
    testedAs: () =>
      'trained networks unlearned by the real step: rate, step of escape, and its rise with SNR by ranks',
  },
  certificates: () => 1,
  examine: examineNetworkEscape,
  experiments: ['escape', 'escape-trend'],
};

/** Compares real unlearning runs of trained networks with the claimed rate, or with its rise with SNR. */
function examineNetworkEscape(
  claim: NetworkEscapeClaim,
  { experiment, setting }: NetworkInstance,
  settings: ExaminationSettings,
): Examination {
  return experiment === 'escape-trend'
    ? examineEscapeTrend(claim, setting, settings)
    : examineNetworkRun(claim, setting, settings);
}

/** One real run from a small displacement: rate and step of escape along v. */
function examineNetworkRun(
  claim: NetworkEscapeClaim,
  setting: NetworkSetting,
  settings: ExaminationSettings,
): Examination {
  const undecided = (evidence: string): Examination =>
    withoutThreshold({ outcome: 'undecided', evidence, samples: 0, certificates: 0, refuted: [] });
  const minimum = trainedMinimum(setting, 0);
  if (!minimum) return undecided('training did not interpolate');
  const plan = planRun(claim, minimum);
  if (typeof plan === 'string') return undecided(plan);
  const { eta, factor, extremes } = plan;
  const { tolerance, clearly, longest } = claim.run;
  const nearInteger = (time: number): boolean =>
    Math.abs(time - Math.round(time)) < claim.run.nearInteger * Math.abs(time);
  const growth = claim.growth(extremes, eta);
  const steps = Math.log(factor) / growth;
  if (!(steps < longest) || nearInteger(steps)) {
    return undecided(`the claimed time ${steps} is not compared with a run`);
  }
  const run = runAlong(minimum, plan, setting, settings, 2 * Math.ceil(steps) + 10);
  const fits = (tried: NetworkEscapeClaim, share: number): boolean => {
    const rate = tried.growth(extremes, eta);
    const time = Math.log(factor) / rate;
    return (
      Math.abs(rate - run.growth) <= share * run.growth &&
      (nearInteger(time) || Math.ceil(time) === run.escapeStep)
    );
  };
  return withoutThreshold({
    predicted: 'diverges',
    observed: run.escapeStep === null ? 'inconclusive' : 'diverges',
    outcome: fits(claim, tolerance) ? 'agree' : 'contradict',
    eta,
    evidence: `growth per step claimed ${growth.toPrecision(7)}, measured ${run.growth.toPrecision(7)}; step of escape by ${factor} claimed ${Math.ceil(steps)}, measured ${run.escapeStep ?? 'none'}`,
    samples: run.steps,
    certificates: 0,
    refuted: refutedVariants(settings.mutants, claim, (wrong) => !fits(wrong, clearly * tolerance)),
  });
}

/** The minimum that a run starts from. */
interface RunPlan {
  readonly eta: number;
  readonly factor: number;
  readonly extremes: CurvatureExtremes;
  /** v, lifted: 2 m d numbers. */
  readonly direction: Float64Array;
  /** |delta_0|. */
  readonly length: number;
}

/** The plan, or why there is nothing to compare. */
function planRun(claim: NetworkEscapeClaim, { trained, local, residual }: TrainedMinimum): RunPlan | string {
  const { reduced } = local;
  const r = reduced.dimension;
  const { values, rows } = symmetricEigen(meanCurvature(reduced), r);
  const extremes = { lowestD: values[0] ?? 0, highestK: largestEigenvalue(totalCurvature(reduced), r) };
  if (!(extremes.lowestD < -1e-6 * extremes.highestK)) return 'D has no negative eigenvalue to speak of';
  const margin = activationMargin(trained.network, trained.weights, trained.data);
  // The residual pushes the run off by residual/|lambda_min|, which then grows like the rest.
  const disturbance = residual / -extremes.lowestD;
  const { factors, tolerance } = claim.run;
  const factor = factors.find((candidate) => disturbance < 0.1 * tolerance * (margin / (4 * candidate)));
  if (factor === undefined)
    return `an activation flips within ${margin}, too near for the residual ${residual}`;
  const direction = local.lift(rows.subarray(0, r));
  return {
    eta: claim.stepSize(extremes.highestK),
    factor,
    extremes,
    direction,
    length: margin / (4 * factor),
  };
}

/** Runs the real full-batch step and follows the component along v. */
function runAlong(
  { trained, split }: TrainedMinimum,
  { eta, factor, direction, length }: RunPlan,
  { alpha, seed }: NetworkSetting,
  { implementation }: ExaminationSettings,
  limit: number,
): { growth: number; escapeStep: number | null; steps: number } {
  const { network, weights, data, loss } = trained;
  const model = (indices: readonly number[]) => networkModel(network, selectSamples(data, indices), loss);
  const batch = { retain: split.retain.length, forget: split.forget.length };
  const process = unlearningProcess(
    { retain: model(split.retain), forget: model(split.forget), alpha, eta, batch },
    'without-replacement',
    weights,
    implementation,
  );
  const random = randomSource('network-escape', seed);
  const across = weights.map(() => random.normal());
  const share = length / (2 * norm(across));
  // Half the displacement along v, the other half in any direction.
  const w = weights.map((x, a) => x + (length / 2) * direction[a]! + share * across[a]!);
  const along = (): number =>
    Math.abs(
      dot(
        direction,
        w.map((x, a) => x - weights[a]!),
      ),
    );
  const start = along();
  let now = start;
  let k = 0;
  while (k < limit && now < factor * start) {
    process.drawBatches(random);
    process.applyStep(w);
    now = along();
    k++;
  }
  return { growth: Math.log(now / start) / k, escapeStep: now >= factor * start ? k : null, steps: k };
}

/**
 * Escape times of repeated networks over levels of SNR, by the exact trend test in both directions. Its null law is
 * that of independent values, so that every level has networks of its own.
 */
function examineEscapeTrend(
  claim: NetworkEscapeClaim,
  setting: NetworkSetting,
  { errorProbability, mutants, implementation }: ExaminationSettings,
): Examination {
  const { levels, factor, longest } = claim.trend;
  const times = levels.map((signalToNoise, level) =>
    repeatsOfLevel(level, setting).map((repeat) => escapeTime({ ...setting, signalToNoise }, repeat)),
  );
  const found = significantTrend(times, errorProbability);
  const outcome = ({ rising }: NetworkEscapeClaim): Outcome =>
    trendOutcome(rising ? 'rising' : 'falling', found);
  const medians = times.map((group) => [...group].sort((a, b) => a - b)[Math.floor(group.length / 2)]);
  return withoutThreshold({
    predicted: 'diverges',
    observed: found ? 'diverges' : 'inconclusive',
    outcome: outcome(claim),
    evidence: `median escape time at SNR ${levels.join(', ')}: ${medians.join(', ')} steps`,
    samples: times.flat().reduce((sum, time) => sum + time, 0),
    certificates: 1,
    refuted: refutedVariants(mutants, claim, (wrong) => outcome(wrong) === 'contradict'),
  });

  function escapeTime(at: NetworkSetting, repeat: number): number {
    const minimum = trainedMinimum(at, repeat);
    if (!minimum) return longest;
    const { trained, split, local } = minimum;
    const random = randomSource('escape-trend', at.seed, repeat, at.signalToNoise);
    const length = activationMargin(trained.network, trained.weights, trained.data) / (2 * factor);
    const { escapeStep } = unlearningRun(trained, split, local.problem, {
      eta: claim.stepSize(largestEigenvalue(totalCurvature(local.reduced), local.reduced.dimension)),
      steps: longest,
      displacement: local.lift(insideDisplacement(local, length, random)),
      random,
      recordEvery: longest,
      escape: { factor },
      stopAtEscape: true,
      implementation,
    });
    return escapeStep ?? longest;
  }
}
