import { largestEigenvalue, symmetricEigen } from '../linalg/symmetric-eigen.js';
import { dot, norm } from '../linalg/vectors.js';
import { activationMargin } from '../network/activation-margin.js';
import { insideDisplacement } from '../network/linearisation.js';
import { networkModel } from '../network/network-model.js';
import { selectSamples } from '../network/patch-data.js';
import { unlearningRun } from '../network/unlearning-run.js';
import { randomSource } from '../random/generator.js';
import { risingTrend } from '../statistics/trend.js';
import { meanCurvature, totalCurvature } from '../theory/mean-curvature.js';
import { unlearningProcess } from '../unlearning/process.js';
import { trainedMinimum, type TrainedMinimum } from './drawn-network.js';
import {
  type Examination,
  type ExaminationSettings,
  networkExamination,
  type Outcome,
} from './examination.js';
import type { NetworkEscapeClaim, NetworkInstance, NetworkSetting } from './network-instance.js';

/** Compares real unlearning runs of trained networks with the claimed rate, or with its rise with SNR. */
export function examineNetworkEscape(
  claim: NetworkEscapeClaim,
  { experiment, setting }: NetworkInstance,
  settings: ExaminationSettings,
): Examination {
  return experiment === 'escape-trend'
    ? examineEscapeTrend(claim, setting, settings)
    : examineNetworkRun(claim, setting, settings);
}

/** Relative difference of measured and claimed growth: the interpolation residual is kept a tenth of it. */
const GROWTH_TOLERANCE = 1e-5;

/** Wrong variants must differ by so many times the tolerance. */
const CLEARLY = 10;

/** Claimed times this close to an integer are not compared: TOLERANCE could tip them. */
const NEAR_INTEGER = 1e-4;

/** Growth of the component along v that counts as escape, the largest that the residual allows. */
const FACTORS = [1000, 100, 10];

const LONGEST_RUN = 20_000;

/** One real run from a small displacement: rate and step of escape along v. */
export function examineNetworkRun(
  claim: NetworkEscapeClaim,
  setting: NetworkSetting,
  settings: ExaminationSettings,
): Examination {
  const undecided = (evidence: string): Examination =>
    networkExamination({ outcome: 'undecided', evidence, samples: 0, certificates: 0, refuted: [] });
  const minimum = trainedMinimum(setting, 0);
  if (!minimum) return undecided('training did not interpolate');
  const plan = planRun(minimum);
  if (typeof plan === 'string') return undecided(plan);
  const { eta, factor, extremes } = plan;
  const growth = claim.growth(extremes, eta);
  const steps = Math.log(factor) / growth;
  if (!(steps < LONGEST_RUN) || nearInteger(steps)) {
    return undecided(`the claimed time ${steps} is not compared with a run`);
  }
  const run = runAlong(minimum, plan, setting, settings, 2 * Math.ceil(steps) + 10);
  const fits = (tried: NetworkEscapeClaim, tolerance: number): boolean => {
    const rate = tried.growth(extremes, eta);
    const time = Math.log(factor) / rate;
    return (
      Math.abs(rate - run.growth) <= tolerance * run.growth &&
      (nearInteger(time) || Math.ceil(time) === run.escapeStep)
    );
  };
  return networkExamination({
    predicted: 'diverges',
    observed: run.escapeStep === null ? 'inconclusive' : 'diverges',
    outcome: fits(claim, GROWTH_TOLERANCE) ? 'agree' : 'contradict',
    eta,
    evidence: `growth per step claimed ${growth.toPrecision(7)}, measured ${run.growth.toPrecision(7)}; step of escape by ${factor} claimed ${Math.ceil(steps)}, measured ${run.escapeStep ?? 'none'}`,
    samples: run.steps,
    certificates: 0,
    refuted: settings.mutants.flatMap(({ id, claim: wrong }) =>
      wrong.kind === 'network-escape' && !fits(wrong, CLEARLY * GROWTH_TOLERANCE) ? [id] : [],
    ),
  });
}

/** What a run needs to know of the minimum. */
interface RunPlan {
  readonly eta: number;
  readonly factor: number;
  readonly extremes: { readonly lowestD: number; readonly highestK: number };
  /** v, lifted: 2 m d numbers. */
  readonly direction: Float64Array;
  /** |delta_0|. */
  readonly length: number;
}

/** The plan, or why there is nothing to compare. */
function planRun({ trained, local, residual }: TrainedMinimum): RunPlan | string {
  const { reduced } = local;
  const r = reduced.dimension;
  const { values, rows } = symmetricEigen(meanCurvature(reduced), r);
  const extremes = { lowestD: values[0] ?? 0, highestK: largestEigenvalue(totalCurvature(reduced), r) };
  if (!(extremes.lowestD < -1e-6 * extremes.highestK)) return 'D has no negative eigenvalue to speak of';
  const margin = activationMargin(trained.network, trained.weights, trained.data);
  // The residual pushes the run off by residual/|lambda_min|, which then grows like the rest.
  const disturbance = residual / -extremes.lowestD;
  const factor = FACTORS.find(
    (candidate) => disturbance < 0.1 * GROWTH_TOLERANCE * (margin / (4 * candidate)),
  );
  if (factor === undefined)
    return `an activation flips within ${margin}, too near for the residual ${residual}`;
  const direction = local.lift(rows.subarray(0, r));
  return { eta: 0.5 / extremes.highestK, factor, extremes, direction, length: margin / (4 * factor) };
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

function nearInteger(steps: number): boolean {
  return Math.abs(steps - Math.round(steps)) < NEAR_INTEGER * Math.abs(steps);
}

/** Levels of SNR that are compared. */
const LEVELS = [0.2, 0.8, 2, 4];

/** Growth of the distance that counts as escape. */
const FACTOR = 100;

/** Runs that have not escaped by then count as escaping here. */
const MAX_STEPS = 20_000;

/** Escape times of repeated networks over levels of SNR, by the exact trend test in both directions. */
export function examineEscapeTrend(
  claim: NetworkEscapeClaim,
  setting: NetworkSetting,
  { errorProbability, mutants, implementation }: ExaminationSettings,
): Examination {
  const times = LEVELS.map((signalToNoise) =>
    Array.from({ length: setting.repeats }, (_, repeat) => escapeTime({ ...setting, signalToNoise }, repeat)),
  );
  const level = errorProbability / 2;
  const rises = risingTrend(times).probability <= level;
  const falls = risingTrend(times.map((group) => group.map((time) => -time))).probability <= level;
  const outcome = (rising: boolean): Outcome => {
    if (!rises && !falls) return 'inconclusive';
    return rising === rises ? 'agree' : 'contradict';
  };
  const medians = times.map((group) => [...group].sort((a, b) => a - b)[Math.floor(group.length / 2)]);
  return networkExamination({
    predicted: 'diverges',
    observed: rises || falls ? 'diverges' : 'inconclusive',
    outcome: outcome(claim.rising),
    evidence: `median escape time at SNR ${LEVELS.join(', ')}: ${medians.join(', ')} steps`,
    samples: times.flat().reduce((sum, time) => sum + time, 0),
    certificates: 1,
    refuted: mutants.flatMap(({ id, claim: wrong }) =>
      wrong.kind === 'network-escape' && outcome(wrong.rising) === 'contradict' ? [id] : [],
    ),
  });

  function escapeTime(at: NetworkSetting, repeat: number): number {
    const minimum = trainedMinimum(at, repeat);
    if (!minimum) return MAX_STEPS;
    const { trained, split, local } = minimum;
    const random = randomSource('escape-trend', at.seed, repeat, at.signalToNoise);
    const length = activationMargin(trained.network, trained.weights, trained.data) / (2 * FACTOR);
    const { escapeStep } = unlearningRun(trained, split, local.problem, {
      eta: 0.5 / largestEigenvalue(totalCurvature(local.reduced), local.reduced.dimension),
      steps: MAX_STEPS,
      displacement: local.lift(insideDisplacement(local, length, random)),
      random,
      recordEvery: MAX_STEPS,
      escape: { factor: FACTOR },
      stopAtEscape: true,
      implementation,
    });
    return escapeStep ?? MAX_STEPS;
  }
}
