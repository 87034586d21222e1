/**
 * # C7: random-matrix threshold and critical batch size
 *
 * Statement: eta* -> 2 nu/((1 + nu)(1 + nu y)) if nu >= 1/sqrt(y), else 2/(1 + sqrt(y))^2: batches above B_c = n/(1 +
 * sqrt(n/d)) cost nothing.
 * Definitions: descent alone, H_i = h_i h_i^T with h_i ~ N(0, I_d), y = d/n, nu = n/B - 1; eta_0 of U18 and eta*.
 * Hypotheses: bernoulli batches; standard normal samples of rank one; n, d large, d/n and B/n fixed.
 * Source: Baik, Ben Arous & Péché, arXiv math/0403022; Benaych-Georges & Nadakuditi, arXiv 0910.2120; Marchenko & Pastur
 * 1967; Johnstone, Ann. Statist. 29 (2001).
 * Proof: Of eta* <= limit: for one set U18 reads (nu/n) sum_a eta d_a/(2 - eta d_a) = 1 over the spectrum of H, nu y (2 G(2/
 * eta)/eta - 1) = 1 with the Cauchy transform G of Marchenko and Pastur, whose solution leaves (0, 2/edge) at nu =
 * 1/sqrt(y). That the limit is reached is measured.
 * Notes: proved for eta_0, an upper bound; eta* meets it as n grows (0.89 to 0.96, 0.96 to 0.98, 0.98 to 1.00 of the limit in 20, 6 and 2 draws at n = 100, 200, 400,
 * y = 1/2, B = 1), which is no theorem. Tolerance: up to twice the transition the fluctuation of the edge, of order n^(-2/3)
 * (Tracy-Widom), median and one standard deviation as room for the interval of the median; above it twice the relative
 * standard deviation sqrt(2/(nd)) of tr H, for bias and interval. For eta* the mean field takes the samples for equal:
 * sqrt(2/d) is added, the relative standard deviation of |h_i|^2, or 8/d, the relative variance of |h_i|^4, if that is
 * less: to first order their spread changes nothing.
 */
import fc from 'fast-check';
import type { NetworkSetting } from '../src/harness/instance.js';
import type { LocationClaim } from '../src/harness/location-claim.js';
import type { Description, NetworkTheorem } from '../src/harness/theorem.js';
import { edgeFluctuation, TRACY_WIDOM } from './C4.js';
import { PLAIN_SETTING, seeds } from './draws/network-settings.js';
import { RANDOM_MATRICES } from './sources.js';
import witnesses from './witnesses/C7.json' with { type: 'json' };
import { wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'C7',
  name: 'random-matrix threshold and critical batch size',
  statement:
    'eta* -> 2 nu/((1 + nu)(1 + nu y)) if nu >= 1/sqrt(y), else 2/(1 + sqrt(y))^2: batches above B_c = n/(1 + sqrt(n/d)) cost nothing.',
  formula: String.raw`\eta^* \;\to\; \begin{cases} \dfrac{2\nu}{(1+\nu)(1+\nu y)} & \nu \ge 1/\sqrt y \\[1.2ex] \dfrac{2}{(1+\sqrt y)^2} & \text{otherwise} \end{cases} \qquad y = \tfrac dn, \quad B_c = \frac{n}{1+\sqrt{n/d}}`,
  hypotheses: ['bernoulli batches', 'standard normal samples of rank one', 'n, d large, d/n and B/n fixed'],
  unneeded: {
    'bernoulli batches': 'the setting: what the experiment draws',
    'standard normal samples of rank one':
      'the setting; the proof uses the law of Marchenko and Pastur alone',
    'n, d large, d/n and B/n fixed': 'a limit: at finite sizes the tolerance allows for the distance from it',
  },
  source: RANDOM_MATRICES,
  proof:
    'Of eta* <= limit: for one set U18 reads (nu/n) sum_a eta d_a/(2 - eta d_a) = 1 over the spectrum of H, nu y (2 G(2/eta)/eta - 1) = 1 with the Cauchy transform G of Marchenko and Pastur, whose solution leaves (0, 2/edge) at nu = 1/sqrt(y). That the limit is reached is measured.',
};

/** Terms of the limit. */
interface Terms {
  readonly n: number;
  readonly d: number;
  /** d/n. */
  readonly y: number;
  /** n/B - 1. */
  readonly nu: number;
}

function termsOf({ samples: n, dimension: d, batch = 1 }: NetworkSetting): Terms {
  return { n, d, y: d / n, nu: n / batch - 1 };
}

/** Above the transition, where noise decides. */
function noisy({ nu, y }: Terms): number {
  return (2 * nu) / ((1 + nu) * (1 + nu * y));
}

/** Below it, where the largest curvature decides. */
function steep({ y }: Terms): number {
  return 2 / (1 + Math.sqrt(y)) ** 2;
}

/** nu at the transition. */
function transition({ y }: Terms): number {
  return 1 / Math.sqrt(y);
}

/** How far past the transition the edge still decides: its eigenvalues are not yet apart. */
const SMEARED = 2;

function tolerance(setting: NetworkSetting, experiment: string): number {
  const terms = termsOf(setting);
  const { n, d, nu } = terms;
  const { centre, scale } = edgeFluctuation(n, d);
  const lowest = centre - (TRACY_WIDOM.median + TRACY_WIDOM.deviation) * scale;
  const ofEdge = (Math.sqrt(n) + Math.sqrt(d)) ** 2 / lowest - 1;
  const spread = nu <= SMEARED * transition(terms) ? ofEdge : 2 * Math.sqrt(2 / (n * d));
  const disorder = experiment === 'critical-step' ? Math.min(Math.sqrt(2 / d), 8 / d) : 0;
  return (spread + disorder) * limitOf(terms);
}

/** Transition and the two sides of the limit. */
interface Parts {
  noisy(terms: Terms): number;
  steep(terms: Terms): number;
  transition(terms: Terms): number;
}

function limitOf(terms: Terms, replaced: Partial<Parts> = {}): number {
  const parts: Parts = { noisy, steep, transition, ...replaced };
  return terms.nu >= parts.transition(terms) ? parts.noisy(terms) : parts.steep(terms);
}

/** The claim with another limit. */
function approaching(limit: (terms: Terms) => number): LocationClaim {
  return { kind: 'location', limit: (setting) => limit(termsOf(setting)), tolerance };
}

/** The claim with some parts of the limit replaced. */
function withParts(replaced: Partial<Parts>): LocationClaim {
  return approaching((terms) => limitOf(terms, replaced));
}

const claim = withParts({});

const mutants = wrongVariants('C7', [
  ['no transition: the edge at every nu', approaching(steep), 'quick'],
  ['the noise formula below the transition, too', approaching(noisy), 'quick'],
  ['the transition at nu = sqrt(y)', withParts({ transition: ({ y }) => Math.sqrt(y) }), 'quick'],
  [
    'the formulas on the wrong sides of the transition',
    approaching((terms) => (terms.nu >= transition(terms) ? steep(terms) : noisy(terms))),
    'quick',
  ],
  ['1 + nu in place of 1 + nu y', withParts({ noisy: ({ nu }) => (2 * nu) / (1 + nu) ** 2 }), 'quick'],
  ['sqrt(nu) in place of nu', withParts({ noisy: (t) => noisy({ ...t, nu: Math.sqrt(t.nu) }) }), 'quick'],
  ['the factor 2 left out', approaching((terms) => limitOf(terms) / 2), 'quick'],
  ['the limit 5 % too high', approaching((terms) => 1.05 * limitOf(terms)), 'quick'],
  ['the noise formula 5 % too low', withParts({ noisy: (terms) => 0.95 * noisy(terms) }), 'quick'],
  ['the lower edge', withParts({ steep: ({ y }) => 2 / (1 - Math.sqrt(y)) ** 2 }), 'quick'],
  ['y = n/d', approaching((terms) => limitOf({ ...terms, y: 1 / terms.y })), 'quick'],
  [
    'an error of order 1/n^2',
    { ...claim, tolerance: (setting) => claim.limit(setting) / setting.samples ** 2 },
    'quick',
  ],
]);

/** nu as a multiple of the transition: both sides and near it. */
const noises = fc.constantFrom(0.1, 0.3, 0.5, 0.8, 1, 1.3, 2.5, 4, 8, 30);

/** Settings of an experiment with n and d in ranges. */
function settings(experiment: string, n: readonly [number, number], d: readonly [number, number]) {
  return fc
    .record({
      samples: fc.integer({ min: n[0], max: n[1] }),
      dimension: fc.integer({ min: d[0], max: d[1] }),
      noise: noises,
      seed: seeds,
    })
    .map(({ samples, dimension, noise, seed }) => {
      const share = 1 / (1 + noise / Math.sqrt(dimension / samples));
      return {
        experiment,
        setting: {
          ...PLAIN_SETTING,
          samples,
          dimension,
          seed,
          batch: Math.max(1, Math.round(share * samples)),
          repeats: 250,
        },
      };
    });
}

export const C7: NetworkTheorem<LocationClaim> = {
  ...description,
  claim,
  mutants,
  witnesses,
  drawing:
    'eta_0 of U18 for 20 to 40 normal samples in 4 to 10 dimensions, seldom 20, and eta* for 16 to 24 in 6 to 9; batches on both sides of the critical size and at it; each instance draws 250 data sets and locates the median. Stored: 400 samples in 200 dimensions on either side, 120 in 60 for eta*.',
  instances: fc.oneof(
    { weight: 24, arbitrary: settings('mean-field-step', [20, 40], [4, 10]) },
    { weight: 2, arbitrary: settings('mean-field-step', [30, 60], [10, 20]) },
    { weight: 1, arbitrary: settings('critical-step', [16, 24], [6, 9]) },
  ),
};
