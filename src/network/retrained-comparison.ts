import { predictionInterval } from '../statistics/intervals.js';
import type { Snapshot } from './compared-run.js';
import {
  deletionMeasures,
  type DeletionMeasures,
  type EvaluationSets,
  mutualDistance,
  type NetworkPerformance,
  networkPerformance,
  type PredictionDistance,
} from './deletion-measures.js';
import type { TrainedNetwork } from './linearisation.js';
import { setPerformance } from './losses.js';

/**
 * In what a network differs from those retrained without the forget set; deleted is what differs in nothing. "Than
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

/** What retrained networks are like: the level with which others are compared. */
export interface RetrainedLevel {
  readonly networks: readonly NetworkPerformance[];
  /** Of the retrained networks to each other; null for one alone. */
  readonly distance: PredictionDistance | null;
  /** Tug-of-war score of the retrained networks with each other, mean over the pairs; null for one alone. */
  readonly tugOfWar: number | null;
}

const CONFIDENCE = 0.95;

/** Loss of accuracy up to which utility is kept: five points are one sample in twenty. */
export const UTILITY_LOSS = 0.05;

/** Distance relative to that of the retrained networks up to which it is the same: two networks have no spread. */
const DISTANT = 1.25;

/** Predictions so near, and losses so small, are the same: what is less is rounding or the end of training. */
const NEGLIGIBLE_DISTANCE = 1e-3;
const NEGLIGIBLE_LOSS = NEGLIGIBLE_DISTANCE ** 2;

/** The level of retrained networks. */
export function retrainedLevel(networks: readonly NetworkPerformance[]): RetrainedLevel {
  const scores = leftOut(networks).map(({ tugOfWar }) => tugOfWar!);
  return {
    networks,
    distance: mutualDistance(networks.map(({ testOutputs }) => testOutputs)),
    tugOfWar: scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length,
  };
}

/** Compares a network with the retrained ones; null for fewer than two, which are no level. */
export function deletionVerdict(measures: DeletionMeasures, level: RetrainedLevel): DeletionVerdict | null {
  const { networks, distance } = level;
  if (distance === null) return null;
  const fit = located(measures, networks, ({ forget }) => logarithm(forget?.meanLoss));
  const area = located(measures, networks, ({ membership }) => membership?.area ?? null);
  const remembered = fit === 'below' || area === 'above';
  const exposed = fit === 'above' || area === 'below';
  const utilityLost = (['retain', 'test'] as const).some((set) => {
    const accuracy = (standing: NetworkPerformance): number | null => standing[set]?.accuracy ?? null;
    const mean = networks.reduce((sum, network) => sum + (accuracy(network) ?? 0), 0) / networks.length;
    const lost = mean - (accuracy(measures) ?? mean);
    return lost > UTILITY_LOSS && located(measures, networks, accuracy) === 'below';
  });
  const distant =
    measures.distance!.mean > Math.max(NEGLIGIBLE_DISTANCE, DISTANT * distance.mean) &&
    located(measures, leftOut(networks), (network) => network.distance!.mean) === 'above';
  return {
    remembered,
    exposed,
    utilityLost,
    distant,
    deleted: !(remembered || exposed || utilityLost || distant),
  };
}

/** Where a measure lies beside the prediction interval of the retrained networks. */
function located<Standing>(
  measured: Standing,
  networks: readonly Standing[],
  measure: (standing: Standing) => number | null,
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

/** Losses are spread over orders of magnitude. */
function logarithm(loss: number | undefined): number | null {
  return loss === undefined ? null : Math.log(Math.max(loss, NEGLIGIBLE_LOSS));
}

/** Each network beside the others; none for one alone. */
function leftOut(networks: readonly NetworkPerformance[]): DeletionMeasures[] {
  if (networks.length < 2) return [];
  return networks.map((network) =>
    deletionMeasures(
      network,
      networks.filter((other) => other !== network),
    ),
  );
}

/** One network on the way beside the retrained ones. */
export interface ComparedNetwork {
  readonly at: 'minimum' | Snapshot['at'];
  readonly step: number;
  readonly measures: DeletionMeasures;
  /** Null without retrained networks. */
  readonly verdict: DeletionVerdict | null;
}

/** What became of the network, beside networks that never saw the forget set. */
export interface RetrainedComparison {
  readonly level: RetrainedLevel;
  /** Each retrained network beside the others. */
  readonly retrained: readonly DeletionMeasures[];
  readonly rows: readonly ComparedNetwork[];
}

/** Standings of retrained networks. */
export function retrainedPerformances(
  { network, loss }: TrainedNetwork,
  weights: readonly Float64Array[],
  sets: EvaluationSets,
): NetworkPerformance[] {
  return weights.map((w) => networkPerformance(network, w, sets, loss));
}

/** True once the mean loss on the forget set is as large as in the retrained networks; never without any. */
export function forgottenAt(
  { network, loss }: TrainedNetwork,
  retrained: readonly NetworkPerformance[],
  { forget }: EvaluationSets,
): (weights: Float64Array) => boolean {
  const losses = retrained.flatMap((standing) => (standing.forget ? [standing.forget.meanLoss] : []));
  if (losses.length === 0) return () => false;
  const level = losses.reduce((sum, value) => sum + value, 0) / losses.length;
  return (weights) => setPerformance(network, weights, forget, loss)!.meanLoss >= level;
}

/** Judges w* and the snapshots of a run. */
export function retrainedComparison(
  { network, weights, loss }: TrainedNetwork,
  snapshots: readonly Snapshot[],
  sets: EvaluationSets,
  retrained: readonly NetworkPerformance[],
): RetrainedComparison {
  const level = retrainedLevel(retrained);
  const judged = [{ at: 'minimum', step: 0, weights } as const, ...snapshots];
  return {
    level,
    retrained: retrained.map((standing) =>
      deletionMeasures(
        standing,
        retrained.filter((other) => other !== standing),
      ),
    ),
    rows: judged.map(({ at, step, weights: w }) => {
      const measures = deletionMeasures(networkPerformance(network, w, sets, loss), retrained);
      return { at, step, measures, verdict: deletionVerdict(measures, level) };
    }),
  };
}
