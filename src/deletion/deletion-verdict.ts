import { predictionInterval } from '../statistics/prediction-interval.js';
import { deletionMeasures, type DeletionMeasures, type NetworkStanding } from './deletion-measures.js';
import { mutualDistance, type PredictionDistance } from './prediction-distance.js';

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
  readonly networks: readonly NetworkStanding[];
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
export function retrainedLevel(networks: readonly NetworkStanding[]): RetrainedLevel {
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
    const accuracy = (standing: NetworkStanding): number | null => standing[set]?.accuracy ?? null;
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
function leftOut(networks: readonly NetworkStanding[]): DeletionMeasures[] {
  if (networks.length < 2) return [];
  return networks.map((network) =>
    deletionMeasures(
      network,
      networks.filter((other) => other !== network),
    ),
  );
}
