/**
 * # C1: Gram identity
 *
 * Statement: <grad f_i, grad f_k> = (1/m^2) [ y_i y_k |mu|^2 A_ik + <xi_i, xi_k> b_ik ], and A_ik = 0 for
 * opposite labels.
 * Definitions: A_ik, b_ik = number of filters, of 2m, active on both signal patches, on both noise patches.
 * Hypotheses: two-layer ReLU network, second layer fixed; signal-plus-noise data; no preactivation is 0.
 * Source: worked out for the network of Cao et al., arXiv 2202.06526, and Kou et al., arXiv 2303.04145.
 * Proof: grad_r f = (+-1/m) sum of the patches on which filter r is active; mu and xi are orthogonal; <w, mu> >
 * 0 and <w, -mu> > 0 exclude each other.
 * Notes: opposite labels never share an active signal filter, so A_ik = 0 there; with several noise patches the
 * noise part is a sum over pairs of patches. No gradient of 2md numbers is formed.
 */
import fc from 'fast-check';
import type { GramClaim, GramFeatures, GramTolerance } from '../src/harness/gram-claim.js';
import type { Description, NetworkTheorem } from '../src/harness/theorem.js';
import { PLAIN_SETTING, seeds } from './draws/network-settings.js';
import { CAO_KOU } from './sources.js';
import witnesses from './witnesses/C1.json' with { type: 'json' };
import { wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'C1',
  name: 'Gram identity',
  statement:
    '<grad f_i, grad f_k> = (1/m^2) [ y_i y_k |mu|^2 A_ik + <xi_i, xi_k> b_ik ], and A_ik = 0 for opposite labels.',
  formula: String.raw`\langle \nabla f_i, \nabla f_k\rangle = \frac{1}{m^2}\Big[\, y_i y_k\,|\mu|^2 A_{ik} + \langle \xi_i, \xi_k\rangle\, b_{ik} \,\Big], \qquad A_{ik} = 0 \;\text{ if } y_i \ne y_k`,
  hypotheses: [
    'two-layer ReLU network, second layer fixed',
    'signal-plus-noise data',
    'no preactivation is 0',
  ],
  unneeded: {
    'two-layer ReLU network, second layer fixed': 'the setting: it says what f is',
    'signal-plus-noise data': 'the setting; the proof uses that mu and xi are orthogonal',
    'no preactivation is 0': 'only what the statement needs: the gradient does not exist there',
  },
  source: CAO_KOU,
  proof:
    'grad_r f = (+-1/m) sum of the patches on which filter r is active; mu and xi are orthogonal; <w, mu> > 0 and <w, -mu> > 0 exclude each other.',
};

/** The two parts of one entry of the Gram matrix, before 1/m^2. */
interface Entry {
  readonly signal: number;
  readonly noise: number;
}

/** n x n matrix with entry(i, k) of both parts combined. */
function gramOf(features: GramFeatures, entry: (parts: Entry, i: number, k: number) => number): Float64Array {
  const { sampleCount: n } = features;
  return Float64Array.from({ length: n * n }, (_, ik) => {
    const i = Math.floor(ik / n);
    const k = ik % n;
    return entry({ signal: signalPart(features, i, k), noise: noisePart(features, i, k) }, i, k);
  });
}

/** y_i y_k |mu|^2 A_ik. */
function signalPart(
  { labels, signalSquare, signalActive, width }: GramFeatures,
  i: number,
  k: number,
): number {
  return labels[i]! * labels[k]! * signalSquare * common(signalActive, signalActive, i, k, width);
}

/** Sum over pairs of noise patches of <xi_ip, xi_kq> b_ik. */
function noisePart(
  { noisePatches: patches, noiseInner, noiseActive, sampleCount, width }: GramFeatures,
  i: number,
  k: number,
): number {
  const rows = sampleCount * patches;
  let sum = 0;
  for (let p = i * patches; p < (i + 1) * patches; p++) {
    for (let q = k * patches; q < (k + 1) * patches; q++) {
      sum += noiseInner[p * rows + q]! * common(noiseActive, noiseActive, p, q, width);
    }
  }
  return sum;
}

/** Number of filters, of 2m, that are active in row i of one matrix and row k of the other. */
function common(a: Float64Array, b: Float64Array, i: number, k: number, width: number): number {
  const filters = 2 * width;
  let count = 0;
  for (let r = 0; r < filters; r++) count += a[i * filters + r]! * b[k * filters + r]!;
  return count;
}

/** How nearly computed gradients have the claimed Gram matrix. */
const tolerance: GramTolerance = {
  // Sums of up to a thousand products in float64.
  double: 1e-12,
  // Each entry is a sum of up to P + 1 inputs rounded to 24 bits, so a gradient has relative error (P + 2) 2^-24
  // and an inner product twice that; doubled once more for the rounding of 1/m.
  single: (patches) => 4 * (patches + 2) * 2 ** -24,
  clearly: 1e3,
};

const claim: GramClaim = {
  kind: 'gram',
  gram: (features) => gramOf(features, ({ signal, noise }) => (signal + noise) / features.width ** 2),
  tolerance,
};

/** The claim with another formula for an entry. */
function entry(formula: (parts: Entry, features: GramFeatures, i: number, k: number) => number): GramClaim {
  return {
    kind: 'gram',
    gram: (features) => gramOf(features, (parts, i, k) => formula(parts, features, i, k)),
    tolerance,
  };
}

const mutants = wrongVariants('C1', [
  ['1/m in place of 1/m^2', entry(({ signal, noise }, { width }) => (signal + noise) / width)],
  [
    'filters of F_+ and F_- subtracted: 1/(2m)^2',
    entry(({ signal, noise }, { width }) => (signal + noise) / (2 * width) ** 2),
  ],
  ['the noise part dropped', entry(({ signal }, { width }) => signal / width ** 2)],
  ['the signal part dropped', entry(({ noise }, { width }) => noise / width ** 2)],
  [
    '|mu| in place of |mu|^2',
    entry(
      ({ signal, noise }, { width, signalSquare }) =>
        (signal / Math.sqrt(signalSquare || 1) + noise) / width ** 2,
    ),
  ],
  [
    'every signal filter counted: opposite labels share them',
    entry(
      ({ noise }, { width, labels, signalSquare }, i, k) =>
        (labels[i]! * labels[k]! * signalSquare * width + noise) / width ** 2,
    ),
  ],
  [
    'filters active on the noise of i alone',
    entry(({ signal, noise }, features, i, k) => {
      const { noiseActive, width, noisePatches } = features;
      const both = common(noiseActive, noiseActive, i * noisePatches, k * noisePatches, width);
      const own = common(noiseActive, noiseActive, i * noisePatches, i * noisePatches, width);
      return (signal + (both > 0 ? (noise * own) / both : 0)) / width ** 2;
    }),
  ],
]);

export const C1: NetworkTheorem<GramClaim> = {
  ...description,
  claim,
  mutants,
  witnesses,
  drawing:
    'networks with random weights on random data: 2 to 10 samples, 1 to 3 noise patches, 1 to 8 filters of each sign, SNR 0 to 4, classes balanced and not.',
  instances: fc
    .record({
      samples: fc.integer({ min: 2, max: 10 }),
      dimension: fc.integer({ min: 2, max: 24 }),
      width: fc.integer({ min: 1, max: 8 }),
      signalToNoise: fc.oneof(
        fc.constant(0),
        fc.integer({ min: 1, max: 80 }).map((k) => k / 20),
      ),
      noiseScale: fc.constantFrom(1, 0.5, 3),
      noisePatches: fc.integer({ min: 1, max: 3 }),
      positives: fc.constantFrom(0.5, 0, 1, 0.25),
      seed: seeds,
    })
    .map((drawn) => ({ experiment: 'gradient-gram', setting: { ...PLAIN_SETTING, ...drawn } })),
};
