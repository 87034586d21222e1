/**
 * # C3: coherence grows with the signal
 *
 * Statement: lambda_1(S)/mean(S_ii) = 1 + (n-1) E|N(SNR^2, 1/d)|/(1 + SNR^2) up to a share O(1/n + 1/d),
 * increasing for SNR >= 1/sqrt(d).
 * Definitions: aligned Gram = SNR^2 y y^T + Xi Xi^T/(sp^2 d), S_ij = |Gram_ij|; measured:
 * lambda_1(S)/mean(S_ii).
 * Hypotheses: signal-plus-noise data; S_ij = |<x_i, x_k>|/(sp^2 d).
 * Source: worked out for the network of Cao et al., arXiv 2202.06526, and Kou et al., arXiv 2303.04145.
 * Proof: Off the diagonal <x_i, x_k>/(sp^2 d) = y_i y_k SNR^2 + N(0, 1/d) nearly; S has mean row sum S_ii +
 * (n-1) E|N|, and its deviations move lambda_1 to second order. With x = SNR^2 sqrt d the derivative has the
 * sign of erf(x/sqrt 2) - sqrt(2/(pi d)) exp(-x^2/2) > 0 for x > 1/sqrt d.
 * Notes: the law of S does not depend on the labels, since y_i xi_i has that of xi_i. The error of the median is
 * O(1/n + 1/d) relative to the limit; the tolerance has its constants from second-order perturbation theory and
 * one standard deviation for the interval; measured medians stay within half of it. At SNR = 0 the limit is the
 * noise floor 1 + (n-1) sqrt(2/(pi d)). It increases from SNR = 1/sqrt(d), that is |mu| = sp, on. Below, it
 * first falls, by less than a share 1/(d+1) of its excess over 1: the signal raises S_ii to first order in
 * SNR^2, S_ij to second.
 */
import fc from 'fast-check';
import bundle from 'jstat';
import type { NetworkSetting } from '../src/harness/instance.js';
import type { LocationClaim } from '../src/harness/location-claim.js';
import type { Description, NetworkTheorem } from '../src/harness/theorem.js';
import { spectrumSettings } from './draws/network-settings.js';
import { CAO_KOU } from './sources.js';
import witnesses from './witnesses/C3.json' with { type: 'json' };
import { wrongVariants } from './wrong-variants.js';

const { jStat } = bundle;

const description: Description = {
  id: 'C3',
  name: 'coherence grows with the signal',
  statement:
    'lambda_1(S)/mean(S_ii) = 1 + (n-1) E|N(SNR^2, 1/d)|/(1 + SNR^2) up to a share O(1/n + 1/d), increasing for SNR >= 1/sqrt(d).',
  formula: String.raw`\frac{\lambda_1(S)}{\operatorname{mean}(S_{ii})} = 1 + (n-1)\,\frac{E\,|N(\mathrm{SNR}^2, \tfrac1d)|}{1+\mathrm{SNR}^2} \;\text{ up to a share } O\big(\tfrac1n + \tfrac1d\big), \quad \text{increasing for } \mathrm{SNR} \ge \tfrac{1}{\sqrt d}`,
  hypotheses: ['signal-plus-noise data', 'S_ij = |<x_i, x_k>|/(sp^2 d)'],
  unneeded: {
    'signal-plus-noise data':
      'the setting; the proof uses that the noise is nearly normal, not shown to be needed',
    'S_ij = |<x_i, x_k>|/(sp^2 d)': 'the definition of S',
  },
  source: CAO_KOU,
  proof:
    'Off the diagonal <x_i, x_k>/(sp^2 d) = y_i y_k SNR^2 + N(0, 1/d) nearly; S has mean row sum S_ii + (n-1) E|N|, and its deviations move lambda_1 to second order. With x = SNR^2 sqrt d the derivative has the sign of erf(x/sqrt 2) - sqrt(2/(pi d)) exp(-x^2/2) > 0 for x > 1/sqrt d.',
};

/**
 * Mean of |N(mean, variance)|, the folded normal distribution: s sqrt(2/pi) exp(-m^2/(2 s^2)) + m erf(m/(s sqrt 2)).
 *
 * @param variance > 0.
 */
export function foldedNormalMean(mean: number, variance: number): number {
  const ratio = mean / Math.sqrt(2 * variance);
  return Math.sqrt((2 * variance) / Math.PI) * Math.exp(-ratio * ratio) + mean * jStat.erf(ratio);
}

/** Terms of the limit. */
interface Terms {
  readonly n: number;
  readonly d: number;
  readonly snr: number;
  /** SNR^2. */
  readonly square: number;
}

function termsOf({ samples, dimension, signalToNoise }: NetworkSetting): Terms {
  return { n: samples, d: dimension, snr: signalToNoise, square: signalToNoise ** 2 };
}

/** Mean and variance of an entry |N(SNR^2, 1/d)| of S off the diagonal. */
function entryMoments({ d, square }: Terms): { mean: number; variance: number } {
  const mean = foldedNormalMean(square, 1 / d);
  return { mean, variance: square ** 2 + 1 / d - mean ** 2 };
}

/**
 * Bias: to second order an entry's variance adds variance/mean to lambda_1(S) and that of the norms up to 2/d;
 * E|N(SNR^2, 1/d)| and SNR^2 + 1 are moments to 1/d. Spread: one standard deviation of the measured ratio, by
 * way of the entries and of the mean of S_ii, as room for the interval of the median.
 */
function tolerance(setting: NetworkSetting): number {
  const terms = termsOf(setting);
  const { n, d, square } = terms;
  const { mean, variance } = entryMoments(terms);
  const bias = variance / mean + (2 + (n - 1) * mean) / d;
  const spread = Math.sqrt(2 * variance) + ((n - 1) * mean * Math.sqrt(2 / (n * d))) / (1 + square);
  return (bias + spread) / (1 + square);
}

/** The claim with another limit. */
function approaching(limit: (terms: Terms) => number): LocationClaim {
  return { kind: 'location', limit: (setting) => limit(termsOf(setting)), tolerance };
}

const claim = approaching((terms) => 1 + ((terms.n - 1) * entryMoments(terms).mean) / (1 + terms.square));

const mutants = wrongVariants('C3', [
  [
    'the noise floor dropped: SNR^2 in place of E|N|',
    approaching(({ n, square }) => 1 + ((n - 1) * square) / (1 + square)),
    'quick',
  ],
  [
    'the noise floor added: SNR^2 + sqrt(2/(pi d)) in place of E|N|',
    approaching(({ n, d, square }) => 1 + ((n - 1) * (square + foldedNormalMean(0, 1 / d))) / (1 + square)),
    'quick',
  ],
  [
    'the root mean square of an entry in place of its mean size',
    approaching(({ n, d, square }) => 1 + ((n - 1) * Math.sqrt(square ** 2 + 1 / d)) / (1 + square)),
    'quick',
  ],
  [
    '1/d as standard deviation in place of the variance',
    approaching(({ n, d, square }) => 1 + ((n - 1) * foldedNormalMean(square, 1 / d ** 2)) / (1 + square)),
    'quick',
  ],
  [
    'the normalisation 1 + SNR^2 dropped',
    approaching((terms) => 1 + (terms.n - 1) * entryMoments(terms).mean),
    'quick',
  ],
  [
    'n in place of n-1',
    approaching((terms) => 1 + (terms.n * entryMoments(terms).mean) / (1 + terms.square)),
    'quick',
  ],
  [
    'SNR in place of SNR^2',
    approaching(({ n, d, snr }) => 1 + ((n - 1) * foldedNormalMean(snr, 1 / d)) / (1 + snr)),
    'quick',
  ],
  [
    'absolute values forgotten: half of the labels cancel the other half',
    approaching(({ n, d, square }) => 1 + ((n - 1) * foldedNormalMean(0, 1 / d)) / (1 + square)),
    'quick',
  ],
  [
    'an error of order 1/n^2 + 1/d^2',
    {
      ...claim,
      tolerance({ samples: n, dimension: d, ...rest }) {
        const size = claim.limit({ samples: n, dimension: d, ...rest }) - 1;
        return size * (1 / n ** 2 + 1 / d ** 2);
      },
    },
    'quick',
  ],
]);

export const C3: NetworkTheorem<LocationClaim> = {
  ...description,
  claim,
  mutants,
  witnesses,
  drawing:
    'sizes and SNR from 0 to 3; each instance draws its data sets afresh and locates the median of the coherence.',
  instances: spectrumSettings(
    'coherence',
    fc.oneof(
      fc.constant(0),
      fc.integer({ min: 1, max: 60 }).map((k) => k / 20),
    ),
    (level) => level,
  ),
};
