/**
 * # C4: transition of the spike
 *
 * Statement: lambda_1(aligned Gram) -> theta + theta/(theta - g) if theta > g + sqrt g, that is SNR^2 > 1/d +
 * 1/sqrt(nd), else the Marchenko-Pastur edge (1 + sqrt g)^2.
 * Definitions: aligned Gram = SNR^2 y y^T + Xi Xi^T/(sp^2 d); g = n/d; theta = n SNR^2.
 * Hypotheses: signal-plus-noise data; n, d large, g fixed.
 * Source: Baik, Ben Arous & Péché, arXiv math/0403022, for a spike added to noise: Benaych-Georges & Nadakuditi,
 * arXiv 0910.2120; Marchenko & Pastur 1967; Johnstone, Ann. Statist. 29 (2001).
 * Proof: W = Xi Xi^T/(sp^2 d) is a Wishart matrix whose law no rotation changes, with R-transform 1/(1 - g z);
 * adding theta times a unit projection moves lambda_1 to R(1/theta) + theta once 1/theta is below the Cauchy
 * transform of the law at its edge, 1/(g + sqrt g).
 * Notes: the error of the median is O(n^(-2/3)) up to the transition (Tracy-Widom) and O(n^(-1/2)) above it; the
 * constants are those of theory, and measured medians stay within 0.63 of the tolerance, through the transition
 * too, where the limit has a continuous derivative. Inner products of mu and xi_k are 0, so the spike is added
 * to the noise. With them (signal and noise in one vector, noise along mu, too) the Gram matrix would follow the
 * spiked covariance model, (1 + theta)(1 + g/theta) if theta > sqrt g, which these data refute.
 */
import fc from 'fast-check';
import type { NetworkSetting } from '../src/harness/instance.js';
import type { LocationClaim } from '../src/harness/location-claim.js';
import type { Description, NetworkTheorem } from '../src/harness/theorem.js';
import { spectrumSettings } from './draws/network-settings.js';
import { RANDOM_MATRICES } from './sources.js';
import witnesses from './witnesses/C4.json' with { type: 'json' };
import { wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'C4',
  name: 'transition of the spike',
  statement:
    'lambda_1(aligned Gram) -> theta + theta/(theta - g) if theta > g + sqrt g, that is SNR^2 > 1/d + 1/sqrt(nd), else the Marchenko-Pastur edge (1 + sqrt g)^2.',
  formula: String.raw`\lambda_1 \;\to\; \begin{cases} \theta + \dfrac{\theta}{\theta - g} & \theta > g + \sqrt g \;\;\big(\mathrm{SNR}^2 > \tfrac1d + \tfrac{1}{\sqrt{nd}}\big) \\[1ex] (1+\sqrt g)^2 & \text{otherwise} \end{cases} \qquad g = \tfrac nd,\; \theta = n\,\mathrm{SNR}^2`,
  hypotheses: ['signal-plus-noise data', 'n, d large, g fixed'],
  unneeded: {
    'signal-plus-noise data': 'the setting; the proof uses that no rotation changes the law of the noise',
    'n, d large, g fixed': 'a limit: at finite sizes the tolerance allows for the distance from it',
  },
  source: RANDOM_MATRICES,
  proof:
    'W = Xi Xi^T/(sp^2 d) is a Wishart matrix whose law no rotation changes, with R-transform 1/(1 - g z); adding theta times a unit projection moves lambda_1 to R(1/theta) + theta once 1/theta is below the Cauchy transform of the law at its edge, 1/(g + sqrt g).',
};

/** Terms of the limit. */
interface Terms {
  readonly n: number;
  readonly d: number;
  /** n/d. */
  readonly g: number;
  /** n SNR^2. */
  readonly theta: number;
}

function termsOf({ samples: n, dimension: d, signalToNoise }: NetworkSetting): Terms {
  return { n, d, g: n / d, theta: n * signalToNoise ** 2 };
}

/** Upper edge of the spectrum of the noise (Marchenko and Pastur). */
function edge(g: number): number {
  return (1 + Math.sqrt(g)) ** 2;
}

/** Where the spike leaves the spectrum of the noise. */
function transition(g: number): number {
  return g + Math.sqrt(g);
}

/** Location of the spike above the transition. */
function spike(theta: number, g: number): number {
  return theta + theta / (theta - g);
}

/** Median, in size, and standard deviation of the Tracy-Widom distribution for real noise (Johnstone 2001). */
export const TRACY_WIDOM = { median: 1.27, deviation: 1.27 };

/** Johnstone's centre and scale of the largest eigenvalue of X X^T, X n x d with standard normal entries. */
export function edgeFluctuation(n: number, d: number): { centre: number; scale: number } {
  const sum = Math.sqrt(n - 1) + Math.sqrt(d);
  return { centre: sum ** 2, scale: sum * Math.cbrt(1 / Math.sqrt(n - 1) + 1 / Math.sqrt(d)) };
}

/** Johnstone's centre and scale of the largest eigenvalue of noise alone, here in d - 1 dimensions and over d. */
function noiseEdge({ n, d }: Terms): { centre: number; scale: number } {
  const { centre, scale } = edgeFluctuation(n, d - 1);
  return { centre: centre / d, scale: scale / d };
}

/**
 * Bias, and one standard deviation as room for the interval of the median. Up to the transition both are of order
 * n^(-2/3): Tracy-Widom. Above it the standard deviation is sqrt(2 g/n) = sqrt(2/d) times theta/(theta - g) and
 * a factor below 1; the bias is 1/d for the missing dimension and 2/(3d) for the skewness of chi-square.
 */
function tolerance(setting: NetworkSetting): number {
  const terms = termsOf(setting);
  const { d, g, theta } = terms;
  if (theta > transition(g)) return ((2 / d + Math.sqrt(2 / d)) * theta) / (theta - g);
  const { centre, scale } = noiseEdge(terms);
  return edge(g) - centre + (TRACY_WIDOM.median + TRACY_WIDOM.deviation) * scale;
}

/** Edge, transition and spike, which the limit consists of. */
interface Parts {
  edge(g: number): number;
  transition(g: number): number;
  spike(theta: number, g: number): number;
}

function limitOf({ g, theta }: Pick<Terms, 'g' | 'theta'>, replaced: Partial<Parts> = {}): number {
  const parts: Parts = { edge, transition, spike, ...replaced };
  return theta > parts.transition(g) ? parts.spike(theta, g) : parts.edge(g);
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

const mutants = wrongVariants('C4', [
  [
    'as if <mu, xi_k> were not 0: (1 + theta)(1 + g/theta) if theta > sqrt g',
    withParts({ transition: Math.sqrt, spike: (theta, g) => (1 + theta) * (1 + g / theta) }),
    'quick',
  ],
  ['the transition at theta > g', withParts({ transition: (g) => g }), 'quick'],
  ['the spike at 1 + theta', withParts({ spike: (theta) => 1 + theta }), 'quick'],
  ['the spike on top of the edge', withParts({ spike: (theta, g) => edge(g) + theta }), 'quick'],
  ['no spike: the edge at every SNR', approaching(({ g }) => edge(g)), 'quick'],
  ['the edge 1 + sqrt g', withParts({ edge: (g) => 1 + Math.sqrt(g) }), 'quick'],
  ['the edge (1 + g)^2', withParts({ edge: (g) => (1 + g) ** 2 }), 'quick'],
  ['the lower edge', withParts({ edge: (g) => (1 - Math.sqrt(g)) ** 2 }), 'quick'],
  ['g = d/n', approaching(({ theta, g }) => limitOf({ theta, g: 1 / g })), 'quick'],
  [
    'SNR in place of SNR^2',
    approaching(({ n, g, theta }) => limitOf({ g, theta: Math.sqrt(n * theta) })),
    'quick',
  ],
  ['theta without n', approaching(({ n, g, theta }) => limitOf({ g, theta: theta / n })), 'quick'],
  [
    'an error of order 1/n at the edge',
    {
      ...claim,
      tolerance(setting) {
        const terms = termsOf(setting);
        return edge(terms.g) - noiseEdge(terms).centre;
      },
    },
    'quick',
  ],
]);

/** Strengths of the signal: theta as a multiple of the transition, both sides and near it. */
const strengths = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 30 }).map((k) => k / 10),
  fc.integer({ min: 10, max: 30 }).map((k) => k / 20),
  fc.constantFrom(5, 10, 30),
);

export const C4: NetworkTheorem<LocationClaim> = {
  ...description,
  claim,
  mutants,
  witnesses,
  drawing:
    'sizes and signals on both sides of the transition, at it and without a signal; each instance draws its data sets afresh and locates the median of the largest eigenvalue.',
  instances: spectrumSettings('largest-eigenvalue', strengths, (strength, n, d) =>
    Math.sqrt((strength * transition(n / d)) / n),
  ),
};
