import type { Arbitrary } from 'fast-check';
import { alignedProblems as drawnProblems, type DrawOptions } from '../../theorems/draws/aligned-problems.js';
import { type FieldsOf, withKnownFields } from '../input/input-error.js';
import type { ProblemSpec } from '../theory/problem.js';

export const DRAW_FIELDS: FieldsOf<DrawOptions> = {
  mixing: true,
  samplings: true,
  rank: true,
  batches: true,
};

/** Random aligned problems. @throws InputError for an option that is none */
export function alignedProblems(options: DrawOptions): Arbitrary<ProblemSpec> {
  return drawnProblems(withKnownFields('alignedProblems', options, DRAW_FIELDS));
}
