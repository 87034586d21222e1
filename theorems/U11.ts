import fc from 'fast-check';
import type { Theorem } from '../src/harness/theorem.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { exactSteps } from './draws/step-choice.js';
import { CHANG_KHANNA, MULAYOFF_MICHAELI } from './sources.js';

/**
 * # U11: typical runs
 *
 * Definitions: gamma = lim 1/k log|delta_k|, almost surely (top Lyapunov exponent).
 * Notes: between the two thresholds lies the heavy-tail zone, where almost every run shrinks while
 * E|delta_k|^2 grows, carried by rare runs.
 */
export const U11: Theorem = {
  id: 'U11',
  name: 'typical runs',
  statement: '2 gamma <= log rho(T).',
  hypotheses: ['any sampling'],
  source: `${CHANG_KHANNA}; exact second moment after ${MULAYOFF_MICHAELI}`,
  proof: "Jensen's inequality: E log|delta_k|^2 <= log E|delta_k|^2, divided by k.",
  claim: { kind: 'typical', applies: () => true, bound: (logGrowth) => logGrowth },
  instances: fc.record({ problem: alignedProblems({ mixing: 'any' }), step: exactSteps }),
};
