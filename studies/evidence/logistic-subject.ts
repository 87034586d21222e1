import type { FactorSet } from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { checkMixing, type ForgetSplit } from '../../src/network/forget-set.js';
import type { ForgettingSettings, LocalProblem } from '../../src/network/linearisation.js';
import { norm } from '../../src/linalg/vectors.js';
import { type LogisticModel, logisticRegression, logisticTargets } from './logistic-regression.js';
import type { PerSampleModel } from '../../src/unlearning/per-sample-model.js';
import { unlearningProcess } from '../../src/unlearning/process.js';
import { logisticFit } from '../../src/input/logistic-fit.js';
import type { Subject } from './subject.js';

/** Data for a logistic regression: n x p features, row-major, and n labels 0 or 1. */
export interface LabelledRows {
  readonly features: Float64Array;
  readonly labels: Float64Array;
  readonly parameters: number;
}

export interface LogisticOptions {
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
