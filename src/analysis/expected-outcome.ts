import { identityMatrix } from '../linalg/symmetric-eigen.js';
import { factorCount, setInBasis } from '../theory/factor-set.js';
import { meanHessian } from '../theory/mean-curvature.js';
import { secondMomentStep } from '../theory/operator/noise-map.js';
import { curvatureGroups, type BatchSizes, type Sampling } from '../theory/problem.js';
import type { ExpectedOutcome } from './answer.js';
import type { BothSets, MixingSplit } from './mixing-split.js';

/** Multiplications that the iteration may take, about ten seconds. */
const MULTIPLICATIONS = 1e10;

/**
 * What is expected at the first step at which the mean has escaped by the factor: T iterated from the identity, on
 * all of U. Null where that takes more than MULTIPLICATIONS, or nothing escapes in the mean.
 */
export function expectedOutcome(
  split: MixingSplit,
  sets: BothSets,
  { eta, batch, sampling }: { eta: number; batch: BatchSizes; sampling: Sampling },
  factor: number,
): ExpectedOutcome | null {
  const { alpha, curvatures, directions, keptFrom } = split;
  const r = curvatures.length;
  if (split.escaping === 0) return null;
  const steps = Math.ceil(Math.log(factor) / Math.log1p(-eta * curvatures[0]!));
  const [retain, forget] = [setInBasis(sets.retain, directions, r), setInBasis(sets.forget, directions, r)];
  if (steps * (factorCount(retain) + factorCount(forget)) * r * r > MULTIPLICATIONS) return null;
  const groups = curvatureGroups({ retain, forget, alpha, batch });
  const step = secondMomentStep(groups, curvatures, sampling, eta);
  const moment = identityMatrix(r);
  const start = losses(moment);
  for (let k = 0; k < steps; k++) step(moment);
  const end = losses(moment);
  const ratio = (name: keyof typeof end): number => Math.min(Number.MAX_VALUE, end[name] / start[name]);
  return { steps, forgetLoss: ratio('forget'), retainLoss: ratio('retain'), keptLoss: ratio('kept') };

  /** Twice the expected losses: tr(Hbar M). */
  function losses(m: Float64Array) {
    const [hR, hF] = [meanHessian(retain), meanHessian(forget)];
    return { retain: inner(hR, m, 0), forget: inner(hF, m, 0), kept: inner(hR, m, keptFrom ?? 0) };
  }

  /** tr(P H P M), P the projector on the coordinates from one on. */
  function inner(h: Float64Array, m: Float64Array, from: number): number {
    let sum = 0;
    for (let a = from; a < r; a++) for (let b = from; b < r; b++) sum += h[a * r + b]! * m[a * r + b]!;
    return sum;
  }
}
