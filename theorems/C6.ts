/**
 * # C6: escape of the trained network
 *
 * Statement: From w* + delta_0, full-batch descent-ascent moves <v, delta_k> by the factor 1 - eta
 * lambda_min(D) a step while delta is small. Measured beside it, a trend and no theorem: the escape time rises
 * with SNR.
 * Definitions: w* interpolates (squared loss); D, K of the samples' gradients at w*; v the unit eigenvector of
 * lambda_min(D) < 0; delta_0 a small displacement inside U; eta = 0.5/lambda_1(K).
 * Hypotheses: squared loss, trained to interpolation; full batches; no activation flips within the
 * displacement; for the measured rise with SNR: alpha/n_F >= (1-alpha)/n_R.
 * Source: worked out for the network of Cao et al., arXiv 2202.06526, and Kou et al., arXiv 2303.04145.
 * Proof: f is piecewise linear in W: around w* each loss is a quadratic with Hessian grad f_i grad f_i^T; then
 * U12.
 * Notes: the rise of the escape time with SNR is a measured trend of networks drawn apart for every level, no
 * theorem. While no activation flips, f is linear in W, so the rate is exact, not a first order. The component
 * along v is followed, which corrects the escape time for how much of delta_0 lies along v.
 */
import fc from 'fast-check';
import type { NetworkEscapeClaim } from '../src/harness/network-escape-claim.js';
import type { Description, NetworkTheorem } from '../src/harness/theorem.js';
import { PLAIN_SETTING, seeds } from './draws/network-settings.js';
import { CAO_KOU } from './sources.js';
import witnesses from './witnesses/C6.json' with { type: 'json' };
import { wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'C6',
  name: 'escape of the trained network',
  statement:
    'From w* + delta_0, full-batch descent-ascent moves <v, delta_k> by the factor 1 - eta lambda_min(D) a step while delta is small. Measured beside it, a trend and no theorem: the escape time rises with SNR.',
  formula: String.raw`|\langle v, \delta_k\rangle| = \big(1 - \eta\,\lambda_{\min}(D)\big)^k\,|\langle v, \delta_0\rangle| \;\text{ while } \delta \text{ is small}; \qquad \text{measured: the escape time rises with SNR}`,
  hypotheses: [
    'squared loss, trained to interpolation',
    'full batches',
    'no activation flips within the displacement',
    'for the measured rise with SNR: alpha/n_F >= (1-alpha)/n_R',
  ],
  unneeded: {
    'squared loss, trained to interpolation': 'the setting; the proof uses that the gradient at w* is 0',
    'full batches': 'needed for the time, as U12 shows (U12-h1)',
    'no activation flips within the displacement':
      'only what the proof uses: the runs are kept so short that none flips',
    'for the measured rise with SNR: alpha/n_F >= (1-alpha)/n_R':
      'as in C5, which is wrong without it (C5-h1)',
  },
  source: CAO_KOU,
  proof:
    'f is piecewise linear in W: around w* each loss is a quadratic with Hessian grad f_i grad f_i^T; then U12.',
};

const claim: NetworkEscapeClaim = {
  kind: 'network-escape',
  growth: ({ lowestD }, eta) => Math.log1p(-eta * lowestD),
  stepSize: (highestK) => 0.5 / highestK,
  run: { tolerance: 1e-5, clearly: 10, nearInteger: 1e-4, factors: [1000, 100, 10], longest: 20_000 },
  rising: true,
  trend: { levels: [0.2, 0.8, 2, 4], factor: 100, longest: 20_000 },
};

/** The claim with another growth of log|<v, delta>| per step. */
function growing(growth: NetworkEscapeClaim['growth']): NetworkEscapeClaim {
  return { ...claim, growth };
}

const mutants = wrongVariants('C6', [
  ['the sign of lambda_min: 1 + eta lambda_min', growing(({ lowestD }, eta) => -Math.log1p(-eta * lowestD))],
  ['continuous time: eta |lambda_min| per step', growing(({ lowestD }, eta) => -eta * lowestD)],
  ['half the rate', growing(({ lowestD }, eta) => Math.log1p(-eta * lowestD) / 2)],
  ['lambda_min 5 % too large in size', growing(({ lowestD }, eta) => Math.log1p(-1.05 * eta * lowestD))],
  ['lambda_1(K) in place of |lambda_min(D)|', growing(({ highestK }, eta) => Math.log1p(eta * highestK))],
  ['the step size halved', growing(({ lowestD }, eta) => Math.log1p((-eta * lowestD) / 2))],
  ['the escape time falls as SNR rises', { ...claim, rising: false }],
]);

/** Samples of which the first are forgotten, small enough to train in a fraction of a second. */
const sizes = fc.constantFrom(
  { samples: 8, forget: 2, dimension: 30, width: 2 },
  { samples: 12, forget: 2, dimension: 60, width: 4 },
  { samples: 16, forget: 4, dimension: 50, width: 3 },
  { samples: 20, forget: 3, dimension: 80, width: 5 },
);

const singleRuns = fc
  .record({
    size: sizes,
    signalToNoise: fc.constantFrom(0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.4, 2, 3, 4),
    alpha: fc.constantFrom(0.1, 0.2, 0.3, 0.4, 0.5),
    noisePatches: fc.constantFrom(1, 1, 1, 2),
    seed: seeds,
  })
  .map(({ size, ...rest }) => ({
    experiment: 'escape',
    setting: { ...PLAIN_SETTING, ...size, ...rest },
  }));

const trends = fc.record({ seed: seeds }).map(({ seed }) => ({
  experiment: 'escape-trend',
  setting: {
    ...PLAIN_SETTING,
    samples: 12,
    forget: 2,
    dimension: 60,
    width: 8,
    alpha: 0.3,
    repeats: 12,
    seed,
  },
}));

export const C6: NetworkTheorem<NetworkEscapeClaim> = {
  ...description,
  claim,
  mutants,
  witnesses,
  drawing:
    'networks of 8 to 20 samples trained to interpolation at SNR 0.05 to 4 and unlearned by the real full-batch step; and 48 networks at four levels of SNR, whose escape times are ranked.',
  instances: fc.oneof({ weight: 14, arbitrary: singleRuns }, { weight: 1, arbitrary: trends }),
};
