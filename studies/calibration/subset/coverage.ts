import { unlearningCoherence } from '../../../src/theory/coherence.js';
import { criticalMixing } from '../../../src/theory/critical-mixing.js';
import type { UnlearningProblem } from '../../../src/theory/problem.js';
import { reduceProblem, reduceSets } from '../../../src/theory/reduction.js';
import { exactStability } from '../../../src/theory/operator/exact-stability.js';
import {
  coherenceForm,
  kernelPart,
  sampleKernel,
  topFunction,
} from '../../../src/analysis/coherence-form.js';
import { drawnSets, MEAN_COLUMNS } from '../../../src/theory/draw-subset.js';
import {
  estimatedProblem,
  estimatedStability,
  type SubsetProblem,
} from '../../../src/analysis/estimated-problem.js';
import { lowerEnd, upperEnd } from '../../../src/analysis/linear-form.js';
import { stepForm } from '../../../src/analysis/curvature-forms.js';
import { subsetIntervals } from '../../../src/analysis/subset-intervals.js';

export const QUANTITIES = ['sigma', 'alphaStar', 'lambdaMin', 'etaStar'] as const;
export type Quantity = (typeof QUANTITIES)[number];

/** The four numbers of all samples. */
export function exactValues(problem: UnlearningProblem): Record<Quantity, number> {
  const reduced = reduceProblem(problem);
  const exact = exactStability(reduced);
  const [retain, forget] = reduceSets([problem.retain, problem.forget]).sets;
  return {
    sigma: unlearningCoherence(reduced).sigma,
    alphaStar: criticalMixing(retain!, forget!),
    lambdaMin: exact.meanEigenvalues[0]!,
    etaStar: exact.criticalStep().value,
  };
}

/** Intervals of one subset. */
export type Intervals = Readonly<Record<Quantity, { readonly low: number; readonly high: number }>>;

/** How intervals come from a subset at a confidence. */
export type Procedure = (problem: SubsetProblem, confidence: number) => Intervals;

/** Those of `analyze`. */
export const crossFitted: Procedure = subsetIntervals;

/** Both ends from the estimate that maximises over the same samples: estimate and standard error without a split. */
export const withoutSplit: Procedure = (problem, confidence) => {
  const honest = subsetIntervals(problem, confidence);
  const whole = estimatedProblem(problem);
  const error = (1 - confidence) / 8;
  const kernel = sampleKernel(whole);
  const part = kernelPart(whole, whole, null);
  const sigma = [coherenceForm(whole, kernel, part, topFunction(kernel, part).values)];
  const largest = Math.max(
    ...whole.groups.map(({ weight, set }) => (weight / set.of) * set.largestCurvature),
  );
  const stability = estimatedStability(whole);
  const ends = (): { low: number; high: number } => {
    const forms = [stepForm(whole, stability.extremalMatrix(0))];
    return { low: lowerEnd(forms, error), high: upperEnd(forms, error) };
  };
  return {
    ...honest,
    sigma: { low: lowerEnd(sigma, error) / largest, high: upperEnd(sigma, error) / largest },
    etaStar: stability.meanEigenvalues[0]! > 0 ? ends() : { low: 0, high: 0 },
  };
};

/** How often intervals held. */
export interface Coverage {
  readonly repeats: number;
  /** Subsets on which all four intervals held. */
  readonly joint: number;
  readonly held: Readonly<Record<Quantity, number>>;
  /** Median of (high - low)/|exact|, of high - low where 0 is exact; Infinity without an upper end. */
  readonly width: Readonly<Record<Quantity, number>>;
}

export interface CoverageOptions {
  readonly size: number;
  readonly repeats: number;
  readonly confidence: number;
  readonly seed: number;
  /** False: the mean curvatures of all samples are withheld, as for p > MEAN_COLUMNS. */
  readonly means: boolean;
  readonly procedure?: Procedure;
}

/** Exact numbers agree to this share: they are computed in other coordinates. */
const ROUNDING = 1e-8;

/** Draws many subsets of a problem and counts the intervals that hold. */
export function coverageOf(
  problem: UnlearningProblem,
  exact: Record<Quantity, number>,
  { size, repeats, confidence, seed, means, procedure = crossFitted }: CoverageOptions,
): Coverage {
  const held = { sigma: 0, alphaStar: 0, lambdaMin: 0, etaStar: 0 };
  const widths: Record<Quantity, number[]> = { sigma: [], alphaStar: [], lambdaMin: [], etaStar: [] };
  let joint = 0;
  for (let k = 0; k < repeats; k++) {
    const sets = drawnSets(problem, { size, seed: seed + k }, means ? MEAN_COLUMNS : 0);
    const { retain, forget } = sets;
    const intervals = procedure({ ...problem, retain, forget }, confidence);
    let all = true;
    for (const quantity of QUANTITIES) {
      const { low, high } = intervals[quantity];
      const value = exact[quantity];
      const slack = ROUNDING * Math.max(Math.abs(value), Math.abs(low));
      const inside = low - slack <= value && value <= high + slack;
      if (inside) held[quantity]++;
      all &&= inside;
      widths[quantity].push(high === low ? 0 : (high - low) / (Math.abs(value) || 1));
    }
    if (all) joint++;
  }
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
  return {
    repeats,
    joint,
    held,
    width: {
      sigma: median(widths.sigma),
      alphaStar: median(widths.alphaStar),
      lambdaMin: median(widths.lambdaMin),
      etaStar: median(widths.etaStar),
    },
  };
}
