import { factorSet } from './factor-set.js';
import type { BatchSizes, Sampling, UnlearningProblem } from './problem.js';

/** A sample as its list of factor vectors. */
export type SampleSpec = readonly (readonly number[])[];

/** A problem in plain numbers, as problem files and draws hold it; without the step size. */
export interface ProblemSpec {
  readonly retain: readonly SampleSpec[];
  readonly forget: readonly SampleSpec[];
  readonly alpha: number;
  readonly batch: BatchSizes;
  readonly sampling: Sampling;
}

/** The problem of a specification; all factor vectors must have one length. */
export function problemFromSpec(spec: ProblemSpec): UnlearningProblem {
  const dimension = spec.retain[0]?.[0]?.length ?? spec.forget[0]?.[0]?.length ?? 0;
  return {
    retain: factorSet(spec.retain, dimension),
    forget: factorSet(spec.forget, dimension),
    alpha: spec.alpha,
    batch: spec.batch,
    sampling: spec.sampling,
  };
}
