import { largestEigenvalue } from '../linalg/symmetric-eigen.js';
import { dot, trace } from '../linalg/vectors.js';
import type { DrawnProblem, DrawnSet } from '../theory/draw-subset.js';
import type { SetName } from '../theory/problem.js';
import { blockCoherences } from './coherence-form.js';
import { estimatedMean } from './drawn-set.js';
import { curvatureAlong } from './escape.js';
import { estimatedCurvature, type EstimatedProblem } from './estimated-problem.js';
import type { CurvatureShares, TheoryEstimates } from './estimates.js';
import { subsetIntervals } from './subset-intervals.js';
import { subsetProcess } from './subset-process.js';

/** Estimates of the theory of a problem of which a subset was drawn. @param confidence that of all intervals together. */
export function subsetEstimates(problem: DrawnProblem, confidence: number): TheoryEstimates {
  const { retain, forget } = problem.sets;
  const {
    problem: reduced,
    lambda1S,
    ...intervals
  } = subsetIntervals({ ...problem, retain, forget }, confidence);
  const { dimension: r } = reduced;
  const drawn = ({ of, samples }: DrawnSet) => ({ of, drawn: samples.sampleCount });
  return {
    ...intervals,
    samples: { retain: retain.of, forget: forget.of },
    dimension: r,
    coherence: { lambda1S, ...blockCoherences(reduced), ...crossCoherences(reduced), pair: null },
    meanCurvature: estimatedCurvature(reduced),
    process: (eta) => subsetProcess(reduced, eta),
    stepCost: reduced.groups.reduce((sum, { perSample }) => sum + (4 * r) / Math.max(1e-3, perSample), r * r),
    sharesAlong: (projector) => sharesAlong(projector, reduced, problem),
    problem: null,
    subset: {
      seed: problem.seed,
      confidence,
      samples: { retain: drawn(retain), forget: drawn(forget) },
    },
  };
}

/** chi2 and kappa; null where a set takes no part. */
function crossCoherences({ dimension, groups }: EstimatedProblem): {
  readonly chi2: number | null;
  readonly kappa: number | null;
} {
  if (groups.length < 2) return { chi2: null, kappa: null };
  const [retain, forget] = groups.map(({ set }) => estimatedMean(set)) as [Float64Array, Float64Array];
  const chi2 = dot(retain, forget);
  return { chi2, kappa: chi2 / largestEigenvalue(forget, dimension) ** 2 };
}

/** Shares of the estimated mean curvatures, and of the drawn forget samples under their own positions. */
function sharesAlong(
  projector: Float64Array,
  { dimension, groups }: EstimatedProblem,
  { sets }: DrawnProblem,
): CurvatureShares {
  const setNamed = (name: SetName) => groups.find((group) => group.name === name)?.set;
  const share = (set: DrawnSet | undefined): number | null => {
    if (!set) return null;
    const mean = estimatedMean(set);
    return Math.min(1, Math.max(0, dot(projector, mean) / trace(mean, dimension)));
  };
  const [retain, forget] = [setNamed('retain'), setNamed('forget')];
  const shares = forget ? curvatureAlong(projector, forget.samples, forget.samples).samples : [];
  return {
    retain: share(retain),
    forget: share(forget),
    samples: shares.map((x, k) => ({ index: sets.draws.forget.indices[k]!, share: x })),
  };
}
