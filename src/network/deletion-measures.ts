import { sampleQuantiles } from '../statistics/intervals.js';
import { rocArea, type RocArea } from '../statistics/rank-tests.js';
import { type Loss, setPerformance, type SetPerformance } from './losses.js';
import { networkOutputs, type PatchData, type PatchNetwork } from './patch-network.js';

/** Sets of samples on which a network is evaluated. */
export interface EvaluationSets {
  readonly forget: PatchData;
  readonly retain: PatchData;
  /** Drawn like the training samples, never trained on, with their true labels. */
  readonly test: PatchData;
  /** Never trained on, with classes and flipped labels in the proportions of the forget set. */
  readonly fresh: PatchData;
}

/** Performance of one network on the evaluation sets, whatever made its weights. */
export interface NetworkPerformance {
  readonly forget: SetPerformance | null;
  readonly retain: SetPerformance | null;
  readonly test: SetPerformance | null;
  /** Area under the ROC curve of guessing by a small loss that a sample was trained on: forget against fresh. */
  readonly membership: RocArea | null;
  /** f on the test samples. */
  readonly testOutputs: Float64Array;
}

/** Measures of deletion: a network beside networks retrained without the forget set. */
export interface DeletionMeasures extends NetworkPerformance {
  /** Over test samples and retrained networks; null without a retrained network. */
  readonly distance: PredictionDistance | null;
  /** Mean of the tug-of-war score over the retrained networks; null without one. */
  readonly tugOfWar: number | null;
}

/** Confidence of the interval of the area, for one network. */
const CONFIDENCE = 0.95;

/** Performance of a network by itself. */
export function networkPerformance(
  network: PatchNetwork,
  weights: Float64Array,
  sets: EvaluationSets,
  loss: Loss,
): NetworkPerformance {
  const performance = (data: PatchData) => setPerformance(network, weights, data, loss);
  const scores = (data: PatchData) =>
    networkOutputs(network, weights, data).map((f, i) => -loss.value(f, data.labels[i]!));
  return {
    forget: performance(sets.forget),
    retain: performance(sets.retain),
    test: performance(sets.test),
    membership: rocArea(scores(sets.forget), scores(sets.fresh), CONFIDENCE),
    testOutputs: networkOutputs(network, weights, sets.test),
  };
}

/** Measures of deletion of a network, given the retrained ones. */
export function deletionMeasures(
  performance: NetworkPerformance,
  retrained: readonly NetworkPerformance[],
): DeletionMeasures {
  return {
    ...performance,
    distance: predictionDistance(
      performance.testOutputs,
      retrained.map(({ testOutputs }) => testOutputs),
    ),
    tugOfWar: mean(retrained.map((other) => tugOfWar(accuracies(performance), accuracies(other)))),
  };
}

function accuracies({ forget, retain, test }: NetworkPerformance): Accuracies {
  return {
    forget: forget?.accuracy ?? null,
    retain: retain?.accuracy ?? null,
    test: test?.accuracy ?? null,
  };
}

/** Distance of predictions over samples, and over pairs of networks if there are several. */
export interface PredictionDistance {
  /** Mean of |f - f'|. */
  readonly mean: number;
  /** 95th percentile of |f - f'|. */
  readonly high: number;
}

/** Share of the differences that are at most `high`. */
const HIGH = 0.95;

/**
 * Distance of the outputs of one network to those of others on the same samples; null if there are none.
 *
 * @param outputs f of every sample: n numbers; each of `others` as many.
 */
export function predictionDistance(
  outputs: Float64Array,
  others: readonly Float64Array[],
): PredictionDistance | null {
  return summary(others.flatMap((other) => differences(outputs, other)));
}

/** Distance of the outputs of networks to each other; null for fewer than two. */
export function mutualDistance(networks: readonly Float64Array[]): PredictionDistance | null {
  return summary(
    networks.flatMap((outputs, i) => networks.slice(i + 1).flatMap((other) => differences(outputs, other))),
  );
}

function differences(outputs: Float64Array, others: Float64Array): number[] {
  return Array.from(outputs, (f, i) => Math.abs(f - others[i]!));
}

function summary(distances: readonly number[]): PredictionDistance | null {
  const quantiles = sampleQuantiles(distances, [HIGH]);
  if (quantiles === null) return null;
  return { mean: mean(distances)!, high: quantiles[0]! };
}

/** Mean of some numbers; null of none. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Shares of right answers on the three sets; null for a set without samples. */
interface Accuracies {
  readonly forget: number | null;
  readonly retain: number | null;
  readonly test: number | null;
}

/**
 * Tug-of-war score of an unlearned network: the product over forget, retain and test set of one minus the
 * difference of its accuracy to that of a retrained network (Zhao et al. 2024, arXiv 2406.01257). 1 if all
 * accuracies agree, which is not to say that the predictions do. Sets without samples are left out.
 */
export function tugOfWar(unlearned: Accuracies, retrained: Accuracies): number {
  const sets = ['forget', 'retain', 'test'] as const;
  return sets.reduce((product, set) => {
    const [a, b] = [unlearned[set], retrained[set]];
    return a === null || b === null ? product : product * (1 - Math.abs(a - b));
  }, 1);
}
