/**
 * # U11: typical runs
 *
 * Statement: 2 gamma <= log rho(T).
 * Definitions: gamma = lim 1/k log|delta_k|, almost surely (top Lyapunov exponent).
 * Hypotheses: any sampling.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986; exact second moment after Mulayoff & Michaeli,
 * arXiv 2306.07850.
 * Proof: Jensen's inequality: E log|delta_k|^2 <= log E|delta_k|^2, divided by k.
 * Notes: between the two thresholds lies the heavy-tail zone, where almost every run shrinks while E|delta_k|^2
 * grows, carried by rare runs.
 */
import fc from 'fast-check';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import type { TypicalClaim } from '../src/harness/typical-claim.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { scalarProblems } from './draws/extremal-families.js';
import { FAR, FAR_WORDS } from './draws/draw-floors.js';
import { reaching, reachingProblems } from './draws/reaching-problems.js';
import { drawn, exactSteps, heldSteps, naturalSteps } from './draws/step-choice.js';
import { ANY_SAMPLING, CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U11.json' with { type: 'json' };
import { wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'U11',
  name: 'typical runs',
  statement: '2 gamma <= log rho(T).',
  formula: String.raw`2\gamma \;\le\; \log \rho(T)`,
  hypotheses: ['any sampling'],
  unneeded: { 'any sampling': ANY_SAMPLING },
  source: `${CHANG_KHANNA}; exact second moment after Mulayoff & Michaeli, Exact Mean Square Linear Stability Analysis for SGD, arXiv 2306.07850`,
  proof: "Jensen's inequality: E log|delta_k|^2 <= log E|delta_k|^2, divided by k.",
};

const claim: TypicalClaim = { kind: 'typical', applies: () => true, bound: (logGrowth) => logGrowth };

/** The claim with another upper bound on 2 gamma. */
function bounded(bound: TypicalClaim['bound']): TypicalClaim {
  return { ...claim, bound };
}

const mutants = wrongVariants('U11', [
  ['log rho halved: 2 gamma <= log(rho)/2', bounded((logGrowth) => logGrowth / 2)],
  ['bound 0.05 too low', bounded((logGrowth) => logGrowth - 0.05)],
  ['4 gamma <= log rho, for growth', bounded((logGrowth) => (logGrowth > 0 ? logGrowth / 2 : logGrowth))],
  [
    'decay twice as fast: 2 gamma <= 2 log rho, for decay',
    bounded((logGrowth) => (logGrowth < 0 ? 2 * logGrowth : logGrowth)),
  ],
  ['typical runs never grow', bounded((logGrowth) => Math.min(0, logGrowth))],
  ['typical runs shrink by the growth: 2 gamma <= -log rho', bounded((logGrowth) => -Math.abs(logGrowth))],
]);

export const U11: ProblemTheorem<TypicalClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems with any alpha and sampling, step sizes on both sides of the exact threshold; problems of one parameter, where a wrong bound can be certified, below and above the critical mixing. ${FAR_WORDS}`,
  floors: {
    without: [],
    asked: FAR,
    near: [],
  },
  instances: reaching(
    fc.oneof(
      { weight: 4, arbitrary: drawn(alignedProblems({ mixing: 'any' }), exactSteps) },
      { weight: 1, arbitrary: drawn(scalarProblems('escaping'), naturalSteps) },
      { weight: 1, arbitrary: drawn(scalarProblems('held'), heldSteps) },
    ),
    drawn(reachingProblems(), exactSteps),
  ),
};
