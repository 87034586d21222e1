/**
 * # C5: memorisation eases forgetting
 *
 * Statement: The extreme eigenvalues of D and K are those of [[c(ar -+ bq), a sqrt(r c tau), -+b sqrt(q c
 * tau)], [., a tau, 0], [., 0, -+b tau]], class by class; |lambda_min(D)|/lambda_1(K) does not rise with SNR.
 * Definitions: Gram = c [same class] + tau [i = k], c = A |mu|^2/m^2, tau = b sp^2 d/m^2, c/tau about SNR^2;
 * per class r retain and q forget samples; a = (1-alpha)/n_R, b = alpha/n_F.
 * Hypotheses: block model of the Gram matrix; networks at initialisation up to a tolerance in 1/sqrt(m) and
 * sqrt(n/d); for the ratio: alpha/n_F >= (1-alpha)/n_R.
 * Source: worked out for the network of Cao et al., arXiv 2202.06526, and Kou et al., arXiv 2303.04145.
 * Proof: A sample of the model is sqrt(c) e_class + sqrt(tau) e_i; D and K leave the span of e_class and of
 * the sums over R and F invariant, and are a tau and -+b tau across it. The ratio: in a class with tau = 1, l
 * = |lambda_min(D)| solves qb/(l-b) - ra/(l+a) = 1/c and m = lambda_1(K) solves ra/(m-a) + qb/(m-b) = 1/c;
 * differentiated in c, d log l/d log c <= 1 - b/l and d log m/d log c >= 1 - b/m if a <= b, and l <= m; over
 * the classes take maxima.
 * Notes: the ratio can be constant. That it falls in trained networks is a measured trend, no theorem. It
 * needs b >= a, a forget sample weighing no less than a retain sample. Without it the smallest counterexample
 * has three samples of one class: r = 1, q = 2, alpha = 0.28, where |lambda_min(D)|/lambda_1(K) rises from
 * 0.196 at SNR 0.1 to 0.213 at SNR 0.7.
 */
import fc from 'fast-check';
import type { BlockModel, BlockModelClaim, ClassCounts, SnrTrend } from '../src/harness/block-model-claim.js';
import type { NetworkSetting } from '../src/harness/instance.js';
import type { Description, NetworkTheorem } from '../src/harness/theorem.js';
import { symmetricEigen } from '../src/linalg/symmetric-eigen.js';
import { PLAIN_SETTING, seeds } from './draws/network-settings.js';
import { CAO_KOU } from './sources.js';
import witnesses from './witnesses/C5.json' with { type: 'json' };
import { withoutHypotheses, wrongVariants } from './wrong-variants.js';

const BLOCK_MODEL =
  'block model of the Gram matrix; networks at initialisation up to a tolerance in 1/sqrt(m) and sqrt(n/d)';

const HEAVIER_FORGET = 'for the ratio: alpha/n_F >= (1-alpha)/n_R';

const description: Description = {
  id: 'C5',
  name: 'memorisation eases forgetting',
  statement:
    'The extreme eigenvalues of D and K are those of [[c(ar -+ bq), a sqrt(r c tau), -+b sqrt(q c tau)], [., a tau, 0], [., 0, -+b tau]], class by class; |lambda_min(D)|/lambda_1(K) does not rise with SNR.',
  formula: String.raw`\lambda_{\min}(D),\ \lambda_1(K) \;\text{are extreme eigenvalues of}\; \begin{bmatrix} c(ar \mp bq) & a\sqrt{rc\tau} & \mp b\sqrt{qc\tau} \\ \cdot & a\tau & 0 \\ \cdot & 0 & \mp b\tau \end{bmatrix}; \qquad \frac{|\lambda_{\min}(D)|}{\lambda_1(K)} \text{ does not rise with SNR}`,
  hypotheses: [BLOCK_MODEL, HEAVIER_FORGET],
  unneeded: {
    [BLOCK_MODEL]: 'the setting: it says what D and K are, and how near networks are to it',
  },
  source: CAO_KOU,
  proof:
    'A sample of the model is sqrt(c) e_class + sqrt(tau) e_i; D and K leave the span of e_class and of the sums over R and F invariant, and are a tau and -+b tau across it. The ratio: in a class with tau = 1, l = |lambda_min(D)| solves qb/(l-b) - ra/(l+a) = 1/c and m = lambda_1(K) solves ra/(m-a) + qb/(m-b) = 1/c; differentiated in c, d log l/d log c <= 1 - b/l and d log m/d log c >= 1 - b/m if a <= b, and l <= m; over the classes take maxima.',
};

/** Weights of a retain and of a forget sample in the step: a = (1-alpha)/n_R, b = alpha/n_F. */
function weightsOf({ classes, alpha }: BlockModel): { a: number; b: number } {
  const total = (set: keyof ClassCounts): number => classes.reduce((sum, counts) => sum + counts[set], 0);
  return { a: (1 - alpha) / Math.max(1, total('retain')), b: alpha / Math.max(1, total('forget')) };
}

/** Relative rounding of the eigenvalues of two matrices of up to 24 rows. */
const EIGENVALUE_ROUNDING = 1e-10;

/** The fall of the relative escape rate with SNR, where b >= a. */
const fall: SnrTrend = {
  applies: ({ alpha, samples, forget }) => alpha / forget >= (1 - alpha) / (samples - forget),
  nextSnr: (signalToNoise) => (signalToNoise === 0 ? 0.05 : 1.25 * signalToNoise),
  levels: [0.1, 0.7, 1.5, 4],
};

/** A claim about the 3 x 3 matrices of a class, `sign` -1 for D and +1 for K. */
function fromMatrices(
  matrix: (model: BlockModel, counts: ClassCounts, sign: 1 | -1) => Float64Array,
  falling = true,
): BlockModelClaim {
  const extreme = (model: BlockModel, sign: 1 | -1): number[] =>
    model.classes.flatMap((counts) => [...symmetricEigen(matrix(model, counts, sign), 3).values]);
  return {
    kind: 'block-model',
    falling,
    fall,
    rounding: EIGENVALUE_ROUNDING,
    extremes: (model) => ({
      lowestD: Math.min(...extreme(model, -1)),
      highestK: Math.max(...extreme(model, 1)),
    }),
    tolerance,
  };
}

/**
 * D or K of one class on the span of its common direction, its retain and its forget samples:
 * [[c(ar -+ bq), a sqrt(r c tau), -+b sqrt(q c tau)], [., a tau, 0], [., 0, -+b tau]]; without samples of a
 * set its row is 0.
 */
function classMatrix(model: BlockModel, { retain: r, forget: q }: ClassCounts, sign: 1 | -1): Float64Array {
  const { shared: c, own: tau } = model;
  const { a, b } = weightsOf(model);
  const towardsRetain = a * Math.sqrt(r * c * tau);
  const towardsForget = sign * b * Math.sqrt(q * c * tau);
  // prettier-ignore
  return Float64Array.of(
    c * (a * r + sign * b * q), towardsRetain,         towardsForget,
    towardsRetain,              r > 0 ? a * tau : 0,   0,
    towardsForget,              0,                     q > 0 ? sign * b * tau : 0,
  );
}

/**
 * Deviation of a network at initialisation from the model, to first order: the shares of active filters
 * vary by 1/sqrt(2m), the Gram matrix of the noise by sqrt(n/d). Each enters with the same weight, scaled so that
 * n = 60, d = 1000, m = 50 gives 15 %.
 */
function tolerance({ samples, dimension, width }: NetworkSetting): number {
  return 0.075 * (Math.sqrt(50 / width) + Math.sqrt(samples / dimension / 0.06));
}

const claim = fromMatrices(classMatrix);

/** classMatrix with entries changed: each of the nine multiplied by a function of its place. */
function withFactors(factor: (row: number, column: number, sign: 1 | -1) => number): BlockModelClaim {
  return fromMatrices((model, counts, sign) =>
    classMatrix(model, counts, sign).map((x, k) => x * factor(Math.floor(k / 3), k % 3, sign)),
  );
}

/** One class of two retain and six forget samples with light forget samples: at low SNR the rate rises. */
const lightForget = fc.constant({
  experiment: 'block-model',
  setting: { ...PLAIN_SETTING, samples: 8, forget: 6, positives: 1, alpha: 0.3, signalToNoise: 0.1 },
});

const mutants = [
  ...wrongVariants('C5', [
    ['the cross terms of signal and noise dropped', withFactors((i, j) => (i === j ? 1 : 0))],
    ['the shared signal 5 % too strong', withFactors((i, j) => (i + j === 0 ? 1.05 : 1))],
    ['the own noise 5 % too weak', withFactors((i, j) => (i === j && i > 0 ? 0.95 : 1))],
    [
      'the forget samples of the signal added in D, too',
      withFactors((i, j, sign) => (i + j === 0 ? -sign : 1)),
    ],
    [
      'alpha and 1 - alpha swapped',
      fromMatrices((model, counts, sign) => classMatrix({ ...model, alpha: 1 - model.alpha }, counts, sign)),
    ],
    [
      'retain and forget swapped',
      fromMatrices((model, { retain, forget }, sign) =>
        classMatrix(model, { retain: forget, forget: retain }, sign),
      ),
    ],
    ['sqrt(c tau) in place of sqrt(r c tau)', fromMatrices(withoutCounts)],
    ['the relative escape rate rises with SNR', { ...claim, falling: false }],
  ]),
  ...withoutHypotheses<BlockModelClaim>('C5', [
    [HEAVIER_FORGET, { ...claim, fall: { ...fall, applies: () => true } }, lightForget],
  ]),
];

function withoutCounts(model: BlockModel, counts: ClassCounts, sign: 1 | -1): Float64Array {
  const matrix = classMatrix(model, counts, sign);
  const single = classMatrix(model, { retain: 1, forget: 1 }, sign);
  for (const k of [1, 2, 3, 6]) matrix[k] = single[k]!;
  return matrix;
}

const counts = fc.record({
  samples: fc.integer({ min: 3, max: 24 }),
  share: fc.integer({ min: 1, max: 9 }),
  positives: fc.constantFrom(0.5, 0.3, 1),
});

/** Signal-to-noise ratios 0.05 .. 4, evenly on a log scale, and 0. */
const ratios = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  {
    weight: 12,
    arbitrary: fc.integer({ min: 0, max: 19 }).map((k) => Number((0.05 * 80 ** (k / 19)).toPrecision(3))),
  },
);

const alphas = fc.integer({ min: 1, max: 19 }).map((k) => k / 20);

/** The exact model: class counts from samples, forget samples and the share of positives. */
const models = fc
  .record({ counts, signalToNoise: ratios, alpha: alphas, seed: seeds })
  .map(({ counts: { samples, share, positives }, ...rest }) => ({
    experiment: 'block-model',
    setting: {
      ...PLAIN_SETTING,
      ...rest,
      samples,
      positives,
      forget: Math.max(1, Math.round((samples * share) / 10)),
    },
  }))
  .filter(({ setting }) => setting.forget < setting.samples);

/** Random networks large enough for the tolerance to mean something. */
const initialNetworks = fc
  .record({
    size: fc.constantFrom(
      { samples: 24, forget: 4, dimension: 400, width: 20 },
      { samples: 12, forget: 2, dimension: 300, width: 24 },
      { samples: 20, forget: 5, dimension: 200, width: 16 },
    ),
    signalToNoise: ratios,
    alpha: fc.constantFrom(0.3, 0.2, 0.5),
    seed: seeds,
  })
  .map(({ size, ...rest }) => ({
    experiment: 'initial-network',
    setting: { ...PLAIN_SETTING, ...size, ...rest, repeats: 110 },
  }));

/** Trained networks, small: their relative escape rate at four levels of SNR. */
const trainedNetworks = fc.record({ seed: seeds }).map(({ seed }) => ({
  experiment: 'trained-network',
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

export const C5: NetworkTheorem<BlockModelClaim> = {
  ...description,
  claim,
  mutants,
  witnesses,
  drawing:
    'block models of 3 to 24 samples with random class counts, mixing and SNR; networks at random initialisation, 110 an instance; trained networks at four levels of SNR, 48 an instance.',
  instances: fc.oneof(
    { weight: 16, arbitrary: models },
    { weight: 3, arbitrary: initialNetworks },
    { weight: 1, arbitrary: trainedNetworks },
  ),
};
