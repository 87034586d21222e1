import { setPerformance, type SetPerformance } from '../forgetting/set-performance.js';
import type { Loss } from '../network/losses.js';
import type { PatchData } from '../network/patch-data.js';
import { networkOutputs, type PatchNetwork } from '../network/patch-network.js';
import { rocArea, type RocArea } from '../statistics/roc-area.js';
import { predictionDistance, type PredictionDistance } from './prediction-distance.js';
import { tugOfWar, type Accuracies } from './tug-of-war.js';

/** The samples on which a network is judged. */
export interface JudgedSets {
  readonly forget: PatchData;
  readonly retain: PatchData;
  /** Drawn like the training samples, never trained on, with their true labels. */
  readonly test: PatchData;
  /** Never trained on, with classes and flipped labels in the proportions of the forget set. */
  readonly fresh: PatchData;
}

/** One network as it is judged: weights aside, whatever made them. */
export interface NetworkStanding {
  readonly forget: SetPerformance | null;
  readonly retain: SetPerformance | null;
  readonly test: SetPerformance | null;
  /** Area under the ROC curve of guessing by a small loss that a sample was trained on: forget against fresh. */
  readonly membership: RocArea | null;
  /** f on the test samples. */
  readonly testOutputs: Float64Array;
}

/** A network beside networks retrained without the forget set. */
export interface DeletionMeasures extends NetworkStanding {
  /** Over test samples and retrained networks; null without a retrained network. */
  readonly distance: PredictionDistance | null;
  /** Mean of the tug-of-war score over the retrained networks; null without one. */
  readonly tugOfWar: number | null;
}

/** Confidence of the interval of the area, for one network. */
const CONFIDENCE = 0.95;

/** How a network does by itself. */
export function networkStanding(
  network: PatchNetwork,
  weights: Float64Array,
  sets: JudgedSets,
  loss: Loss,
): NetworkStanding {
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

/** How a network does beside the retrained ones. */
export function deletionMeasures(
  standing: NetworkStanding,
  retrained: readonly NetworkStanding[],
): DeletionMeasures {
  const scores = retrained.map((other) => tugOfWar(accuracies(standing), accuracies(other)));
  return {
    ...standing,
    distance: predictionDistance(
      standing.testOutputs,
      retrained.map(({ testOutputs }) => testOutputs),
    ),
    tugOfWar: scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length,
  };
}

function accuracies({ forget, retain, test }: NetworkStanding): Accuracies {
  return {
    forget: forget?.accuracy ?? null,
    retain: retain?.accuracy ?? null,
    test: test?.accuracy ?? null,
  };
}
