import { activationMargin } from '../../forgetting/activation-margin.js';
import { insideDisplacement } from '../../forgetting/inside-displacement.js';
import { unlearningRun } from '../../forgetting/unlearning-run.js';
import { totalCurvature } from '../../curvature/mean-curvature.js';
import { largestEigenvalue } from '../../linalg/symmetric-eigen.js';
import { randomSource } from '../../random/generator.js';
import { risingTrend } from '../../statistics/trend.js';
import type { Examination, ExaminationSettings, Outcome } from '../examination.js';
import type { NetworkEscapeClaim, NetworkSetting } from '../network-claim.js';
import { networkExamination } from './network-examination.js';
import { trainedMinimum } from './trained-minimum.js';

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
