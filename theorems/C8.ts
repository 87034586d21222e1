/**
 * # C8: critical mixing of incoherent sets
 *
 * Statement: alpha* -> 1/(1 + ((1 + h)/(1 - y_R))^2) if y_R < 1, h = sqrt(y_R + y_F - y_R y_F); alpha* = 0 if y_R > 1.
 * Definitions: both sets of rank one with independent h_i ~ N(0, I_d); y_g = d/n_g.
 * Hypotheses: standard normal samples of rank one; n_R, n_F, d large, their quotients fixed.
 * Source: Wachter, Ann. Statist. 8 (1980); Johnstone, Ann. Statist. 36 (2008).
 * Proof: alpha* = 1/(1 + mu), mu the largest eigenvalue of the F matrix Hbar_R^{-1} Hbar_F, which tends to the edge ((1 +
 * h)/(1 - y_R))^2 of Wachter's law; with n_R < d the retain set spans less than the forget set does, and U1 has alpha* = 0.
 * Notes: at finite sizes log mu lies below the log of the edge, by 1.27 of Johnstone's scales in the median; the tolerance is
 * his centre's distance from the limit with median and one standard deviation of Tracy-Widom, of order n^(-2/3). (n_R, n_F,
 * d) = (400, 200, 100): limit 0.1493, in 200 draws median 0.157, nine of ten from 0.145 to 0.169. Incoherent sets are the opposite of covered ones: what samples
 * share by chance is all that holds.
 */
import fc from 'fast-check';
import type { NetworkSetting } from '../src/harness/instance.js';
import type { LocationClaim } from '../src/harness/location-claim.js';
import type { Description, NetworkTheorem } from '../src/harness/theorem.js';
import { TRACY_WIDOM } from './C4.js';
import { PLAIN_SETTING, seeds } from './draws/network-settings.js';
import witnesses from './witnesses/C8.json' with { type: 'json' };
import { wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'C8',
  name: 'critical mixing of incoherent sets',
  statement:
    'alpha* -> 1/(1 + ((1 + h)/(1 - y_R))^2) if y_R < 1, h = sqrt(y_R + y_F - y_R y_F); alpha* = 0 if y_R > 1.',
  formula: String.raw`\alpha^* \;\to\; \frac{1}{1 + \Bigl(\dfrac{1+h}{1-y_R}\Bigr)^2} \ \text{ if } y_R < 1, \qquad h = \sqrt{y_R + y_F - y_R\,y_F}; \qquad \alpha^* = 0 \ \text{ if } y_R > 1`,
  hypotheses: ['standard normal samples of rank one', 'n_R, n_F, d large, their quotients fixed'],
  unneeded: {
    'standard normal samples of rank one': 'the setting: what the experiment draws',
    'n_R, n_F, d large, their quotients fixed':
      'a limit: at finite sizes the tolerance allows for the distance from it',
  },
  source: 'Wachter, Ann. Statist. 8 (1980); Johnstone, Ann. Statist. 36 (2008)',
  proof:
    "alpha* = 1/(1 + mu), mu the largest eigenvalue of the F matrix Hbar_R^{-1} Hbar_F, which tends to the edge ((1 + h)/(1 - y_R))^2 of Wachter's law; with n_R < d the retain set spans less than the forget set does, and U1 has alpha* = 0.",
};

/** y_R and y_F. */
interface Shapes {
  readonly ofRetain: number;
  readonly ofForget: number;
}

function shapesOf({ samples, forget, dimension: d }: NetworkSetting): Shapes {
  return { ofRetain: d / (samples - forget), ofForget: d / forget };
}

function spread({ ofRetain, ofForget }: Shapes): number {
  return Math.sqrt(ofRetain + ofForget - ofRetain * ofForget);
}

/** Limit of mu: Wachter's edge; Infinity if y_R >= 1. */
function edge(shapes: Shapes): number {
  return shapes.ofRetain < 1 ? ((1 + spread(shapes)) / (1 - shapes.ofRetain)) ** 2 : Infinity;
}

function tolerance(setting: NetworkSetting): number {
  const { samples, forget: n, dimension: p } = setting;
  const m = samples - n;
  if (p >= m) return 0;
  const mu = edge(shapesOf(setting));
  const { centre, scale } = ratioFluctuation(p, m, n);
  const shift = Math.log(mu) - (centre + Math.log(m / n));
  const lower = mu * Math.exp(-shift - (TRACY_WIDOM.median + TRACY_WIDOM.deviation) * scale);
  return 1 / (1 + lower) - 1 / (1 + mu);
}

/** The claim with another limit of mu. */
function approaching(mu: (shapes: Shapes, setting: NetworkSetting) => number): LocationClaim {
  return { kind: 'location', limit: (setting) => 1 / (1 + mu(shapesOf(setting), setting)), tolerance };
}

/**
 * Johnstone's centre and scale of log lambda_1(A^{-1} B), A and B independent Wishart matrices of m >= p and n degrees of
 * freedom in p dimensions (Ann. Statist. 36, 2008: the logit of the largest root of a Jacobi ensemble).
 */
function ratioFluctuation(p: number, m: number, n: number): { centre: number; scale: number } {
  const total = m + n - 1;
  const angle = (degrees: number): number => 2 * Math.asin(Math.sqrt((degrees - 0.5) / total));
  const [gamma, phi] = [angle(Math.min(p, n)), angle(Math.max(p, n))];
  const sines = Math.sin(phi + gamma) ** 2 * Math.sin(phi) * Math.sin(gamma);
  return {
    centre: 2 * Math.log(Math.tan((phi + gamma) / 2)),
    scale: Math.cbrt(16 / (total ** 2 * sines)),
  };
}

const claim = approaching(edge);

const mutants = wrongVariants('C8', [
  ['as if the means were reached: mu = 1', approaching(() => 1), 'quick'],
  ['h left out', approaching(({ ofRetain: y }) => (y < 1 ? 1 / (1 - y) ** 2 : Infinity)), 'quick'],
  [
    '1 - y_R left out',
    approaching((shapes) => (shapes.ofRetain < 1 ? (1 + spread(shapes)) ** 2 : Infinity)),
    'quick',
  ],
  [
    'y_R y_F left out of h',
    approaching(({ ofRetain: r, ofForget: f }) =>
      r < 1 ? ((1 + Math.sqrt(r + f)) / (1 - r)) ** 2 : Infinity,
    ),
    'quick',
  ],
  ['the limit of mu 20 % too high', approaching((shapes) => 1.2 * edge(shapes)), 'quick'],
  ['the square left out', approaching((shapes) => Math.sqrt(edge(shapes))), 'quick'],
  [
    'the lower edge',
    approaching((shapes) =>
      shapes.ofRetain < 1 ? ((1 - spread(shapes)) / (1 - shapes.ofRetain)) ** 2 : Infinity,
    ),
    'quick',
  ],
  [
    'retain and forget swapped',
    approaching(({ ofRetain, ofForget }) => edge({ ofRetain: ofForget, ofForget: ofRetain })),
    'quick',
  ],
  [
    'the forget set alone: (1 + sqrt(y_F))^2',
    approaching(({ ofForget }) => (1 + Math.sqrt(ofForget)) ** 2),
    'quick',
  ],
  [
    'held though the retain set does not cover, with h = 1',
    approaching((shapes) => (2 / (1 - shapes.ofRetain)) ** 2),
    'quick',
  ],
  [
    'an error of order 1/n^2',
    { ...claim, tolerance: (setting) => claim.limit(setting) / setting.samples ** 2 },
    'quick',
  ],
]);

export const C8: NetworkTheorem<LocationClaim> = {
  ...description,
  claim,
  mutants,
  witnesses,
  drawing:
    '16 to 60 retain and 5 to 40 forget samples in 5 to 12 dimensions, sometimes 2 to 4 retain samples, fewer than dimensions; each instance draws 250 data sets and locates the median of the critical mixing. Stored: 640 and 320 samples in 160 dimensions.',
  instances: fc
    .record({
      retain: fc.oneof(
        { weight: 8, arbitrary: fc.integer({ min: 16, max: 60 }) },
        { weight: 1, arbitrary: fc.integer({ min: 2, max: 4 }) },
      ),
      forget: fc.integer({ min: 5, max: 40 }),
      dimension: fc.integer({ min: 5, max: 12 }),
      seed: seeds,
    })
    .map(({ retain, forget, dimension, seed }) => ({
      experiment: 'critical-mixing',
      setting: { ...PLAIN_SETTING, samples: retain + forget, forget, dimension, seed, repeats: 250 },
    })),
};
