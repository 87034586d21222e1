/*
 * Classes of draws (src/harness/draw-classes.ts) that hypotheses leave out, and those in which draws of several theorems
 * come near their bounds.
 */

export const NOT_BERNOULLI = ['sampling: with-replacement', 'sampling: without-replacement'];

/** Classes that descent alone leaves out. */
export const NOT_DESCENT = [
  'mixing: below alpha*',
  'mixing: above alpha*',
  'alignment across: to 0.8',
  'alignment across: above 0.8',
];

/** Classes that a claim of stability, or of an exact threshold, leaves out. */
export const NOT_HELD = ['mixing: above alpha*'];

/** Classes that escape at every step size leaves out. */
export const NOT_ESCAPING = ['mixing: alpha = 0', 'mixing: below alpha*'];

/** Classes that problems leave out whose batches can all be gone through. */
export const NOT_MANY = ['nu: above 5', 'samples: above 16', 'r: 4 to 8', 'r: above 8'];

/** Classes that samples of rank one leave out. */
export const NOT_RANK_ONE = ['factors: several'];

/** Where every bound that has floors of close instances is come near to. */
export const NEAR_ALWAYS = [
  'sampling: bernoulli',
  'batches: half or more',
  'nu: to 1',
  'samples: 7 to 16',
  'r: to 3',
  'factors: one',
  'mixing: alpha = 0',
  'condition: to 3',
  'alignment within: to 0.5',
  'distance: within 5 %',
  'distance: 5 % to 30 %',
];

/** Where one strong sample among many weak ones and many halved axes come near. */
export const NEAR_MANY_SAMPLES = [
  'batches: below half',
  'nu: above 5',
  'samples: above 16',
  'r: above 8',
  'factors: several',
  'condition: above 10',
];

/** Where few samples with moderate noise come near, as identical groups do. */
export const NEAR_FEW_SAMPLES = ['batches: below half', 'nu: 1 to 5', 'samples: to 6', 'r: 4 to 8'];

/** How draws of few samples reach far. */
export const FAR_OF_FEW = [
  'reach: far in any way',
  'reach: condition above 1,000',
  'reach: sizes above 100',
  'reach: alpha within 5 % of alpha*',
];

/** The same below alpha*, of many samples. */
export const FAR_HELD = [...FAR_OF_FEW, 'reach: more than 100 samples'];

/** All ways in which draws reach far. */
export const FAR = [...FAR_HELD, 'reach: r above 16', 'reach: nu above 100', 'reach: alpha above 0.95'];

/** Of descent alone, and of problems with D > 0. */
export const FAR_OF_DESCENT = FAR.filter((name) => !name.includes('alpha'));
export const FAR_BELOW = FAR.filter((name) => name !== 'reach: alpha above 0.95');

/** Of full batches, and of axes of equal curvature. */
export const FAR_OF_FULL = FAR.filter((name) => name !== 'reach: nu above 100');
export const FAR_OF_EQUAL_AXES = FAR.filter((name) => name !== 'reach: condition above 1,000');

/** Of groups of identical samples on axes of equal curvature. */
export const FAR_OF_GROUPS = ['reach: r above 16', 'reach: more than 100 samples', 'reach: nu above 100'];

/** Of up to eight coordinates: exact operators that are not self-adjoint take seconds a draw for many. */
export const FAR_OF_EIGHT = FAR.filter((name) => name !== 'reach: r above 16');

/** How far draws reach but for alpha, with up to so many coordinates. */
const reachOf = (coordinates: number): string =>
  `up to ${coordinates} coordinates, 200 samples (or 1,001 of two coordinates), a condition of 1e6, curvatures of samples 1 to 1,000`;

const farWords = (reach: string): string => `A tenth reaches far: ${reach}.`;

/** FAR in words, as drawings end. */
export const FAR_WORDS = farWords(`${reachOf(24)}, alpha 1 % below alpha* or 0.999`);

/** FAR_OF_DESCENT in words. */
export const FAR_OF_DESCENT_WORDS = farWords(reachOf(24));

/** FAR_BELOW in words. */
export const FAR_BELOW_WORDS = farWords(`${reachOf(24)}, alpha 1 % below alpha*`);

/** Of escape at every step size, in words. */
export const FAR_PAST_WORDS = farWords(`${reachOf(24)}, alpha 1 % above alpha* or 0.999`);

/** FAR_OF_EIGHT in words. */
export const FAR_OF_EIGHT_WORDS = farWords(`${reachOf(8)}, alpha 1 % below alpha* or 0.999`);

/** FAR_OF_FEW in words. */
export const FAR_OF_FEW_WORDS = farWords(
  'a condition of up to 1e4 (in epochs 1e6), curvatures of samples 1 to 1,000, alpha 1 % below alpha* or 0.999',
);

/** Where draws of a bound of stability lie that reach far. */
export const FAR_BEYOND_WORDS =
  'Of these most lie 1.3 to 2 times beyond the exact threshold, a quarter well below it with up to eight coordinates, a condition of up to 100 and batches of all samples but one.';
