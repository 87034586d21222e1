/*
 * Classes of draws (src/harness/draw-classes.ts) that hypotheses leave out.
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
