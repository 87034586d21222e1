import {
  deletionMeasures,
  networkStanding,
  type DeletionMeasures,
  type JudgedSets,
  type NetworkStanding,
} from '../deletion/deletion-measures.js';
import {
  deletionVerdict,
  retrainedLevel,
  type DeletionVerdict,
  type RetrainedLevel,
} from '../deletion/deletion-verdict.js';
import type { TrainedNetwork } from '../forgetting/local-problem.js';
import { setPerformance } from '../forgetting/set-performance.js';
import type { Snapshot } from './followed-run.js';

/** One network on the way beside the retrained ones. */
export interface BeyondRow {
  readonly at: 'minimum' | Snapshot['at'];
  readonly step: number;
  readonly measures: DeletionMeasures;
  /** Null without retrained networks. */
  readonly verdict: DeletionVerdict | null;
}

/** What became of the network, beside networks that never saw the forget set. */
export interface BeyondEscape {
  readonly level: RetrainedLevel;
  /** Each retrained network beside the others. */
  readonly retrained: readonly DeletionMeasures[];
  readonly rows: readonly BeyondRow[];
}

/** Standings of retrained networks. */
export function retrainedStandings(
  { network, loss }: TrainedNetwork,
  weights: readonly Float64Array[],
  sets: JudgedSets,
): NetworkStanding[] {
  return weights.map((w) => networkStanding(network, w, sets, loss));
}

/** True once the mean loss on the forget set is as large as in the retrained networks; never without any. */
export function forgottenAt(
  { network, loss }: TrainedNetwork,
  retrained: readonly NetworkStanding[],
  { forget }: JudgedSets,
): (weights: Float64Array) => boolean {
  const losses = retrained.flatMap((standing) => (standing.forget ? [standing.forget.meanLoss] : []));
  if (losses.length === 0) return () => false;
  const level = losses.reduce((sum, value) => sum + value, 0) / losses.length;
  return (weights) => setPerformance(network, weights, forget, loss)!.meanLoss >= level;
}

/** Judges w* and the snapshots of a run. */
export function beyondEscape(
  { network, weights, loss }: TrainedNetwork,
  snapshots: readonly Snapshot[],
  sets: JudgedSets,
  retrained: readonly NetworkStanding[],
): BeyondEscape {
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
      const measures = deletionMeasures(networkStanding(network, w, sets, loss), retrained);
      return { at, step, measures, verdict: deletionVerdict(measures, level) };
    }),
  };
}
