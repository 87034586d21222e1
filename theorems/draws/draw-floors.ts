/*
 * Classes of draws (src/harness/draw-classes.ts) that hypotheses leave out, and those in which draws of several theorems
 * come near their bounds.
 */

export const NOT_BERNOULLI = ['sampling: with-replacement', 'sampling: without-replacement'];

/** What descent alone leaves out. */
export const NOT_DESCENT = [
  'mixing: below alpha*',
  'mixing: above alpha*',
  'alignment across: to 0.8',
  'alignment across: above 0.8',
];

/** What a claim of stability, or of an exact threshold, leaves out. */
export const NOT_HELD = ['mixing: above alpha*'];

/** What escape at every step size leaves out. */
export const NOT_ESCAPING = ['mixing: alpha = 0', 'mixing: below alpha*'];

/** What samples of rank one leave out. */
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
