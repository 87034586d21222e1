import { predictionInterval, sampleQuantiles } from '../statistics/intervals.js';
import { rocArea, type RocArea } from '../statistics/rank-tests.js';
import type { Snapshot } from './compared-run.js';
import { UTILITY_LOSS } from './comparison-limits.js';
import type { EvaluationSets } from './experiment-settings.js';
import type { TrainedNetwork } from './linearisation.js';
import { type Loss, setPerformance, type SetPerformance } from './losses.js';
import { networkOutputs, type PatchData, type PatchNetwork } from './patch-network.js';

/**
 * Verdict on deletion: in what a network differs from those retrained without the forget set; deleted is what differs in nothing. "Than
 * retrained" is outside the 95 % prediction interval of one more retrained network, over their seeds.
 */
export interface DeletionVerdict {
  /** The forget set is fitted better, or recognised more by its losses, than retrained. */
  readonly remembered: boolean;
  /** The forget set stands out by larger losses than retrained. */
  readonly exposed: boolean;
  /** Accuracy on retain or test set is lower than retrained, by more than UTILITY_LOSS of the mean. */
  readonly utilityLost: boolean;
  /** Predictions are farther from the retrained networks than retrained, by more than DISTANT. */
  readonly distant: boolean;
  readonly deleted: boolean;
}

/** Level of retrained networks, with which others are compared. */
interface RetrainedLevel {
  /** Each network compared with the others. */
  readonly networks: readonly DeletionMeasures[];
  /** Of the retrained networks to each other; null for one alone. */
  readonly distance: PredictionDistance | null;
  /** Tug-of-war score of the retrained networks with each other, mean over the pairs; null for one alone. */
  readonly tugOfWar: number | null;
}

/** Confidence of the prediction intervals of one more retrained network. */
const CONFIDENCE = 0.95;

/** Distance relative to that of the retrained networks up to which it is the same: two networks have no spread. */
const DISTANT = 1.25;

/** Predictions so near, and losses so small, are the same: what is less is rounding or the end of training. */
const NEGLIGIBLE_DISTANCE = 1e-3;
const NEGLIGIBLE_LOSS = NEGLIGIBLE_DISTANCE ** 2;

/** Level of retrained networks. */
export function retrainedLevel(performances: readonly NetworkPerformance[]): RetrainedLevel {
  const networks = performances.map((one) =>
    deletionMeasures(
      one,
      performances.filter((other) => other !== one),
    ),
  );
  return {
    networks,
    distance: mutualDistance(performances.map(({ testOutputs }) => testOutputs)),
    tugOfWar: mean(networks.flatMap(({ tugOfWar }) => tugOfWar ?? [])),
  };
}

/** Verdict on a network compared with the retrained ones; null for fewer than two, which are no level. */
export function deletionVerdict(measures: DeletionMeasures, level: RetrainedLevel): DeletionVerdict | null {
  const { networks, distance } = level;
  if (distance === null) return null;
  const fit = located(measures, networks, ({ forget }) => logarithm(forget?.meanLoss));
  const area = located(measures, networks, ({ membership }) => membership?.area ?? null);
  const remembered = fit === 'below' || area === 'above';
  const exposed = fit === 'above' || area === 'below';
  const utilityLost = (['retain', 'test'] as const).some((set) => {
    const accuracy = (network: NetworkPerformance): number | null => network[set]?.accuracy ?? null;
    const usual = mean(networks.map((network) => accuracy(network) ?? 0))!;
    const lost = usual - (accuracy(measures) ?? usual);
    return lost > UTILITY_LOSS && located(measures, networks, accuracy) === 'below';
  });
  const distant =
    measures.distance!.mean > Math.max(NEGLIGIBLE_DISTANCE, DISTANT * distance.mean) &&
    located(measures, networks, (network) => network.distance!.mean) === 'above';
  return {
    remembered,
    exposed,
    utilityLost,
    distant,
    deleted: !(remembered || exposed || utilityLost || distant),
  };
}

/** Place of a measure beside the prediction interval of the retrained networks. */
function located(
  measured: DeletionMeasures,
  networks: readonly DeletionMeasures[],
  measure: (network: DeletionMeasures) => number | null,
): 'below' | 'inside' | 'above' {
  const value = measure(measured);
  const { low, high } = predictionInterval(
    networks.flatMap((network) => measure(network) ?? []),
    CONFIDENCE,
  );
  if (value === null) return 'inside';
  if (value < low) return 'below';
  return value > high ? 'above' : 'inside';
}

/** Logarithm of a loss: losses are spread over orders of magnitude. */
function logarithm(loss: number | undefined): number | null {
  return loss === undefined ? null : Math.log(Math.max(loss, NEGLIGIBLE_LOSS));
}

/** A network at a milestone of its run, compared with the retrained ones. */
export interface ComparedNetwork {
  readonly at: 'minimum' | Snapshot['at'];
  readonly step: number;
  readonly measures: DeletionMeasures;
  /** Null for fewer than two retrained networks. */
  readonly verdict: DeletionVerdict | null;
}

/** Comparison of a network on its way with networks that never saw the forget set. */
export interface RetrainedComparison {
  readonly level: RetrainedLevel;
  readonly rows: readonly ComparedNetwork[];
}

/** Retrained networks as what others are compared with. */
interface RetrainedReference {
  /** True once the mean loss on the forget set is as large as in the retrained networks; never without any. */
  readonly isForgotten: (weights: Float64Array) => boolean;
  /** Comparison of w* and the snapshots of a run. */
  readonly compare: (snapshots: readonly Snapshot[]) => RetrainedComparison;
}

/** Reference made of the weights of retrained networks, for the networks that start at w*. */
export function retrainedReference(
  { network, weights: minimum, loss }: TrainedNetwork,
  sets: EvaluationSets,
  retrained: readonly Float64Array[],
): RetrainedReference {
  const performance = (weights: Float64Array) => networkPerformance(network, weights, sets, loss);
  const level = retrainedLevel(retrained.map(performance));
  const forgetLoss = mean(level.networks.flatMap(({ forget }) => forget?.meanLoss ?? []));
  return {
    isForgotten: (weights) =>
      forgetLoss !== null && setPerformance(network, weights, sets.forget, loss)!.meanLoss >= forgetLoss,
    compare: (snapshots) => ({
      level,
      rows: [{ at: 'minimum' as const, step: 0, weights: minimum }, ...snapshots].map(
        ({ at, step, weights }) => {
          const measures = deletionMeasures(performance(weights), level.networks);
          return { at, step, measures, verdict: deletionVerdict(measures, level) };
        },
      ),
    }),
  };
}

/** Performance of one network on the evaluation sets, whatever made its weights. */
interface NetworkPerformance {
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
const AREA_CONFIDENCE = 0.95;

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
    membership: rocArea(scores(sets.forget), scores(sets.fresh), AREA_CONFIDENCE),
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
interface PredictionDistance {
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
function mean(values: readonly number[]): number | null {
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
