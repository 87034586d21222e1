import { type FactorSet, rankOneSet } from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { checkMixing, type ForgetSplit } from '../../src/network/forget-set.js';
import type { ForgettingSettings, LocalProblem } from '../../src/network/linearisation.js';
import { norm } from '../../src/linalg/vectors.js';
import type { PerSampleModel } from '../../src/unlearning/per-sample-model.js';
import { unlearningProcess } from '../../src/unlearning/process.js';
import { logisticFit } from '../../src/input/logistic-fit.js';
import type { Subject } from './subject.js';
import { sigmoid } from '../../src/unlearning/output-loss.js';

/** Logistic regression on one data set, with what the linear theory asks of it. */
interface LogisticModel extends PerSampleModel {
  /** Row i of n x p is sqrt(s_i (1 - s_i)) x_i, s_i = sigmoid(x_i . w): H_i(w) = f f^T exactly. */
  curvatureAt(w: Float64Array): FactorSet;
  /**
   * (s_i - t_i)/sqrt(s_i (1 - s_i)): n numbers by which grad l_i(w) is a multiple of the curvature factor; 0 where
   * the curvature is 0 to rounding. All 0 at a minimum that fits every sample.
   */
  residualsAt(w: Float64Array): Float64Array;
}

/**
 * Logistic regression with targets t_i in [0, 1]: the cross-entropy l_i(w) = log(1 + exp(z)) - t_i z at z = x_i . w, with
 *
 *   grad l_i = (sigmoid(z) - t_i) x_i,   H_i = sigmoid(z) (1 - sigmoid(z)) x_i x_i^T.
 *
 * With targets in {0, 1} (hard labels) no finite w has grad l_i = 0: the loss of a sample falls to its infimum only as
 * its margin grows without end. With soft targets t_i = sigmoid(x_i . w*) (`logisticTargets`) every grad l_i vanishes at w*.
 *
 * @param features n x p, row-major.
 * @throws RangeError for features that are not n rows, or a target outside [0, 1].
 */
export function logisticRegression(features: Float64Array, targets: Float64Array): LogisticModel {
  const n = targets.length;
  const p = features.length / n;
  if (!Number.isInteger(p)) {
    throw new RangeError(`features must be ${n} rows of one length; got ${features.length} numbers`);
  }
  const outside = targets.findIndex((t) => !(t >= 0 && t <= 1));
  if (outside >= 0) throw new RangeError(`target ${outside} must be in [0, 1]; got ${targets[outside]}`);
  const score = (w: Float64Array, i: number): number => {
    let sum = 0;
    for (let a = 0; a < p; a++) sum += features[i * p + a]! * w[a]!;
    return sum;
  };
  /** sqrt(s (1 - s)). */
  const root = (z: number): number => Math.sqrt(sigmoid(z) * sigmoid(-z));
  return {
    sampleCount: n,
    parameterCount: p,
    loss(w, i) {
      const z = score(w, i);
      // log(1 + e^z) - t z, without overflow.
      return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - targets[i]! * z;
    },
    addGradient(w, i, scale, out) {
      const push = scale * (sigmoid(score(w, i)) - targets[i]!);
      for (let a = 0; a < p; a++) out[a]! += push * features[i * p + a]!;
    },
    curvatureAt(w) {
      const rows = features.slice();
      for (let i = 0; i < n; i++) {
        const scale = root(score(w, i));
        for (let a = 0; a < p; a++) rows[i * p + a]! *= scale;
      }
      return rankOneSet(rows, p);
    },
    residualsAt: (w) =>
      targets.map((t, i) => {
        const z = score(w, i);
        const curvature = root(z);
        return curvature === 0 ? 0 : (sigmoid(z) - t) / curvature;
      }),
  };
}

/** Soft targets sigmoid(x_i . w*) of a teacher w*: n numbers for n x p features. */
export function logisticTargets(features: Float64Array, teacher: Float64Array): Float64Array {
  const p = teacher.length;
  return Float64Array.from({ length: features.length / p }, (_, i) => {
    let sum = 0;
    // In the order in which the model sums, so that its gradients at w* are 0 to the last bit.
    for (let a = 0; a < p; a++) sum += features[i * p + a]! * teacher[a]!;
    return sigmoid(sum);
  });
}

/** Data for a logistic regression: n x p features, row-major, and n labels 0 or 1. */
export interface LabelledRows {
  readonly features: Float64Array;
  readonly labels: Float64Array;
  readonly parameters: number;
}

interface LogisticOptions {
  readonly model: string;
  readonly forget: string;
  /** Ridge of the fit that gives w*; unlearning itself has none. */
  readonly ridge: number;
  /**
   * 'soft': every sample has the probability that the fitted model gives it as its target, so that w* fits all of
   * them exactly. 'hard': the labels themselves; then no w fits any sample exactly, and gradients remain at w*.
   */
  readonly targets: 'soft' | 'hard';
}

/**
 * Logistic regression at the weights fitted to all rows. Curvature at w* does not depend on the targets, so that
 * 'soft' and 'hard' share D, K, alpha* and eta* and differ by the gradients at w* alone.
 *
 * @throws RangeError if the kept rows do not tell all parameters apart: then U is not the whole weight space.
 */
export function logisticSubject(
  { features, labels, parameters: p }: LabelledRows,
  split: ForgetSplit,
  { model, forget, ridge, targets }: LogisticOptions,
): Subject {
  const { weights: minimum } = logisticFit({ features, columns: p, labels }, ridge);
  const wanted = targets === 'soft' ? logisticTargets(features, minimum) : labels;
  const modelOf = (rows: readonly number[]): LogisticModel =>
    logisticRegression(
      Float64Array.from(rows.flatMap((i) => Array.from(features.subarray(i * p, (i + 1) * p)))),
      Float64Array.from(rows, (i) => wanted[i]!),
    );
  const models = { retain: modelOf(split.retain), forget: modelOf(split.forget) };
  const curvature = {
    retain: models.retain.curvatureAt(minimum),
    forget: models.forget.curvatureAt(minimum),
  };
  const residual = Math.max(largestGradient(models.retain, minimum), largestGradient(models.forget, minimum));
  return {
    model,
    forget,
    counts: { retain: split.retain.length, forget: split.forget.length },
    minimum,
    residual,
    pushes:
      targets === 'soft'
        ? null
        : { retain: models.retain.residualsAt(minimum), forget: models.forget.residualsAt(minimum) },
    flips: null,
    local: (settings) => wholeSpaceProblem(curvature, settings, p),
    process(settings, eta) {
      checkMixing(split, settings.alpha);
      const { alpha, batch, sampling } = settings;
      return unlearningProcess({ ...models, alpha, eta, batch }, sampling, minimum);
    },
  };
}

/** The linearised problem where U is the whole space, so that its coordinates can be the weights themselves. */
function wholeSpaceProblem(
  curvature: { readonly retain: FactorSet; readonly forget: FactorSet },
  settings: ForgettingSettings,
  p: number,
): LocalProblem {
  const problem = { ...curvature, ...settings };
  const rotated = reduceProblem(problem);
  if (rotated.dimension !== p) {
    throw new RangeError(`the samples must span all ${p} parameters; they span ${rotated.dimension}`);
  }
  const groups = rotated.groups.map((group) => ({ ...group, samples: curvature[group.name] }));
  const same = (x: Float64Array): Float64Array => x.slice();
  return { problem, reduced: { ...rotated, groups }, lift: same, project: same };
}

function largestGradient(model: PerSampleModel, w: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < model.sampleCount; i++) {
    const gradient = new Float64Array(w.length);
    model.addGradient(w, i, 1, gradient);
    largest = Math.max(largest, norm(gradient));
  }
  return largest;
}
