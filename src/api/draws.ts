/*
 * `unlearning-stability/draws`: arbitraries of fast-check for problems and step sizes, and the usual wrong variants.
 */

export { alignedProblems } from './checked-options.js';
export { noiselessProblems } from '../../theorems/draws/aligned-problems.js';
export {
  commutingProblems,
  coupledAxes,
  halvedAxes,
  identicalGroups,
  isotropicFrames,
  noiselessCommutingProblems,
  noisyForget,
  scalarProblems,
  singleAxisForget,
} from '../../theorems/draws/extremal-families.js';
export {
  closeSteps,
  drawn,
  exactSteps,
  heldSteps,
  naturalSteps,
  orderSteps,
  ratiosAbove,
  ratiosBelow,
  stepChoices,
} from '../../theorems/draws/step-choice.js';
export { scaledStep, withConverse, wrongSteps, wrongVariants } from '../../theorems/wrong-variants.js';

export type { DrawOptions, Mixing } from '../../theorems/draws/aligned-problems.js';
export type { ProblemInstance, StepChoice } from '../harness/instance.js';
export type { ProblemSpec, SampleSpec } from '../theory/problem.js';
