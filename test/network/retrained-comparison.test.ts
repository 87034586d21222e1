import { describe, expect, test } from 'vitest';
import {
  deletionMeasures,
  deletionVerdict,
  networkPerformance,
  retrainedLevel,
} from '../../src/network/retrained-comparison.js';
import {
  chooseForgetSet,
  drawTrainingData,
  evaluationSets,
  type ExperimentSettings,
  trainingRun,
} from '../../src/network/experiment-settings.js';
import { LOSSES } from '../../src/network/losses.js';
import { distributionOfSnr } from '../../src/network/signal-plus-noise.js';
import { completed } from '../../src/jobs/interrupt.js';

/** Eight of thirty-two samples of SNR 0.5 are forgotten; networks of 400 weights. */
const settings: Pick<ExperimentSettings, 'data' | 'training' | 'unlearning'> = {
  data: { distribution: distributionOfSnr(0.5, 40), samples: 32, labelNoise: 0, test: 200 },
  training: { width: 5, loss: 'squared', batchSize: null, stopAt: null },
  unlearning: {
    forgetCount: 8,
    forget: 'random',
    alpha: 0.3,
    eta: null,
    batchRetain: null,
    batchForget: null,
    sampling: 'without-replacement',
    steps: null,
    factor: 100,
    displacement: null,
    retrained: 3,
  },
};
const drawn = drawTrainingData(settings.data, 1);
const network = { width: settings.training.width, dimension: 40 };
const loss = LOSSES.squared;
const train = (data: typeof drawn.data, word: string | number) =>
  completed(trainingRun(data, settings.training, ['verdict', word])).weights;
const minimum = train(drawn.data, 'all');
const trained = { network, weights: minimum, data: drawn.data, loss };
const { split } = chooseForgetSet(trained, settings.unlearning, 1);
const sets = evaluationSets(drawn, split, settings.data, 1);
const performance = (weights: Float64Array) => networkPerformance(network, weights, sets, loss);
const retrained = Array.from({ length: 12 }, (_, k) =>
  performance(train({ ...drawn.data, ...sets.retain }, k)),
);
const level = retrainedLevel(retrained.slice(0, 6));
const judged = (weights: Float64Array) =>
  deletionVerdict(deletionMeasures(performance(weights), level.networks), level)!;

describe('the verdict on deletion', () => {
  test('a network that was not unlearned remembers the forget set', () => {
    const verdict = judged(minimum);
    expect(verdict).toMatchObject({ remembered: true, exposed: false, utilityLost: false, deleted: false });
  });

  test('which accuracy alone does not show: its tug-of-war score is as good as that of retrained networks', () => {
    const { tugOfWar, membership } = deletionMeasures(performance(minimum), level.networks);
    expect(tugOfWar!).toBeGreaterThan(level.tugOfWar! - 0.1);
    expect(membership!.area).toBeGreaterThan(0.95);
  });

  test('networks that never saw the forget set do not tell it from fresh samples', () => {
    const areas = retrained.map(({ membership }) => membership!.area);
    const mean = areas.reduce((sum, area) => sum + area, 0) / areas.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.15);
  });

  test('one more retrained network counts as deleted', () => {
    const verdicts = retrained
      .slice(6)
      .map((other) => deletionVerdict(deletionMeasures(other, level.networks), level)!);
    expect(verdicts.filter(({ deleted }) => deleted).length).toBeGreaterThanOrEqual(5);
    expect(verdicts.some(({ utilityLost }) => utilityLost)).toBe(false);
  });

  test('a network with random weights has lost its utility, and its predictions are far off', () => {
    const shuffled = minimum.map((_, a) => minimum[(a * 7919) % minimum.length]!);
    expect(judged(shuffled)).toMatchObject({ utilityLost: true, deleted: false });
  });

  test('a network with the opposite answers has lost its utility and exposes the forget set', () => {
    const half = minimum.length / 2;
    const opposite = minimum.map((_, a) => 3 * minimum[(a + half) % minimum.length]!);
    expect(judged(opposite)).toMatchObject({
      exposed: true,
      utilityLost: true,
      distant: true,
      deleted: false,
    });
  });

  test('there is none beside fewer than two retrained networks', () => {
    const alone = retrainedLevel(retrained.slice(0, 1));
    expect(deletionVerdict(deletionMeasures(performance(minimum), alone.networks), alone)).toBeNull();
  });

  test('the level compares retrained networks with each other, not with themselves', () => {
    const [one, other] = [retrained[0]!, retrained[1]!];
    const accuracy = (of: typeof one, share: number) => ({
      ...of,
      forget: null,
      retain: null,
      test: { meanLoss: 0, accuracy: share },
    });
    expect(retrainedLevel([accuracy(one, 1), accuracy(other, 0.5)]).tugOfWar).toBe(0.5);
  });
});
