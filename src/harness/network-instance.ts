/**
 * Parameters of one experiment on signal-plus-noise data or on a network trained on it; plain numbers,
 * so that instances shrink and travel in files. Every experiment uses some of them.
 */
export interface NetworkSetting {
  /** n = n_R + n_F. */
  readonly samples: number;
  /** n_F. */
  readonly forget: number;
  /** d. */
  readonly dimension: number;
  /** m: filters of each sign. */
  readonly width: number;
  /** SNR = |mu|/(sp sqrt d). */
  readonly signalToNoise: number;
  /** sp. */
  readonly noiseScale: number;
  readonly noisePatches: number;
  /** Share of samples with label +1. */
  readonly positives: number;
  /** Mixing weight of the ascent. */
  readonly alpha: number;
  /** Probability with which a high-probability statement may fail. */
  readonly delta: number;
  /** Independent draws of the data (and the network). */
  readonly repeats: number;
  /** Seed of the draws. */
  readonly seed: number;
}

/** The experiments; each network claim has its own. */
export const NETWORK_EXPERIMENTS = [
  'gradient-gram',
  'noise-inner-products',
  'noise-norms',
  'coherence',
  'largest-eigenvalue',
  'block-model',
  'initial-network',
  'trained-network',
  'escape',
  'escape-trend',
] as const;

export type NetworkExperiment = (typeof NETWORK_EXPERIMENTS)[number];

/** What a Gram identity may use: labels, |mu|^2, activations and inner products of the noise. */
export interface GramFeatures {
  readonly sampleCount: number;
  /** m. */
  readonly width: number;
  readonly noisePatches: number;
  /** y: n numbers +-1. */
  readonly labels: Float64Array;
  /** |mu|^2. */
  readonly signalSquare: number;
  /** n x 2m: 1 where the filter is active on the signal patch of the sample. */
  readonly signalActive: Float64Array;
  /** (n * noisePatches) x 2m: the same of the noise patches, sample by sample. */
  readonly noiseActive: Float64Array;
  /** (n * noisePatches) squared: inner products of the noise patches. */
  readonly noiseInner: Float64Array;
}

/** An identity for the Gram matrix of the output gradients: n x n, row-major. */
export interface GramClaim {
  readonly kind: 'gram';
  gram(features: GramFeatures): Float64Array;
}

/** Noise of one drawn data set. */
export interface NoiseFeatures {
  /** n >= 2. */
  readonly sampleCount: number;
  readonly dimension: number;
  readonly noiseScale: number;
  /** n x n: inner products <xi_i, xi_k>. */
  readonly inner: Float64Array;
}

/** A bound that holds with probability at least 1 - delta over the noise. */
export interface FrequencyClaim {
  readonly kind: 'frequency';
  /** True if the noise breaks the bound of the named experiment. */
  violated(experiment: NetworkExperiment, noise: NoiseFeatures, delta: number): boolean;
}

/** The median of a measured quantity lies at a limit, up to a tolerance that shrinks with the size. */
export interface LocationClaim {
  readonly kind: 'location';
  limit(setting: NetworkSetting): number;
  /** Half-width of the interval around the limit; the rate of convergence is its dependence on n and d. */
  tolerance(setting: NetworkSetting): number;
}

/** Extreme eigenvalues of D and K of a network's samples. */
export interface CurvatureExtremes {
  readonly lowestD: number;
  readonly highestK: number;
}

/** Retain and forget samples of one class. */
export interface ClassCounts {
  readonly retain: number;
  readonly forget: number;
}

/** Gram = c [same class] + tau [i = k], with the weights of the sets in the step. */
export interface BlockModel {
  /** c: inner product of two samples of one class. */
  readonly shared: number;
  /** tau > 0: what a sample has to itself. */
  readonly own: number;
  readonly classes: readonly ClassCounts[];
  readonly alpha: number;
}

/** Extreme eigenvalues of D and K of the block model, and how near real networks are to it. */
export interface BlockModelClaim {
  readonly kind: 'block-model';
  extremes(model: BlockModel): CurvatureExtremes;
  /** Relative tolerance of |lambda_min(D)|/lambda_1(K) of a network to that of the model. */
  tolerance(setting: NetworkSetting): number;
  /** True if the relative escape rate is claimed to fall as SNR rises; wrong variants may claim the opposite. */
  readonly falling: boolean;
}

/** Escape of a trained network from its interpolating minimum by full-batch descent-ascent. */
export interface NetworkEscapeClaim {
  readonly kind: 'network-escape';
  /** Growth of log|<v, delta>| per step, v the eigenvector of lambda_min(D). */
  growth(extremes: CurvatureExtremes, eta: number): number;
  /** True if the escape time is claimed to rise with SNR. */
  readonly rising: boolean;
}

export type NetworkClaim = GramClaim | FrequencyClaim | LocationClaim | BlockModelClaim | NetworkEscapeClaim;

/** One drawn test case of a theorem about data or networks. */
export interface NetworkInstance {
  readonly experiment: NetworkExperiment;
  readonly setting: NetworkSetting;
}
