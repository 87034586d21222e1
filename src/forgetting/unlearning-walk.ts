import { norm } from '../linalg/vectors.js';
import { networkModel } from '../network/network-model.js';
import { selectSamples } from '../network/patch-data.js';
import type { RandomSource } from '../random/generator.js';
import {
  unlearning,
  unlearningProcess,
  type UnlearningImplementation,
  type UnlearningProcess,
} from '../unlearning/process.js';
import { checkMixing, type ForgetSplit } from './forget-set.js';
import type { ForgettingSettings, TrainedNetwork } from './local-problem.js';

/** Where a network stands on its way. */
export interface WalkPosition {
  /** Steps made. */
  readonly step: number;
  /** Changed by the next step: copy what is to be kept. */
  readonly weights: Float64Array;
  /** |w - w*|. */
  readonly distance: number;
}

/** Multiple of the length of w* that no run comes back from. */
const BLOW_UP = 1e6;

/**
 * The real descent-ascent step on a network, with sets of weight zero left out.
 *
 * @throws RangeError for an empty set of nonzero weight, or batch sizes that do not fit.
 */
export function networkUnlearning(
  { network, weights, data, loss }: TrainedNetwork,
  split: ForgetSplit,
  { alpha, batch, sampling }: ForgettingSettings,
  eta: number,
  implementation: UnlearningImplementation = unlearning,
): UnlearningProcess {
  checkMixing(split, alpha);
  const model = (indices: readonly number[]) => networkModel(network, selectSamples(data, indices), loss);
  const retain = model(alpha < 1 ? split.retain : []);
  const forget = model(alpha > 0 ? split.forget : []);
  return unlearningProcess({ retain, forget, alpha, eta, batch }, sampling, weights, implementation);
}

/**
 * Unlearns from w* + displacement one step at a time, so that the caller can look at the network on its way, stop
 * it and do something in between. The first position is the start.
 *
 * @param displacement w - w* at the start, 2 m d numbers.
 * @param blowUp distance from w* that counts as divergence; default BLOW_UP times |w*| + |displacement|.
 * @returns the step that went beyond that distance or left the number range; there is no end otherwise.
 * @throws RangeError for a displacement that is not as long as w*.
 */
export function* unlearningWalk(
  process: UnlearningProcess,
  displacement: Float64Array,
  random: RandomSource,
  blowUp: number = BLOW_UP * (norm(process.minimum) + norm(displacement)),
): Generator<WalkPosition, number> {
  const { minimum } = process;
  if (displacement.length !== minimum.length) {
    throw new RangeError(`the displacement must be ${minimum.length} numbers; got ${displacement.length}`);
  }
  const w = minimum.map((x, a) => x + displacement[a]!);
  const delta = new Float64Array(w.length);
  for (let step = 0; ; step++) {
    for (let a = 0; a < w.length; a++) delta[a] = w[a]! - minimum[a]!;
    const distance = norm(delta);
    if (!(distance <= blowUp)) return step;
    yield { step, weights: w, distance };
    process.drawBatches(random);
    process.applyStep(w);
  }
}
