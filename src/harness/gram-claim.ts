import { multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import {
  filterCount,
  parameterCount,
  type PatchNetwork,
  preactivations,
  samplesNearKink,
} from '../network/patch-network.js';
import { closedFormBackend } from '../network/gradient-backend.js';
import { gradientGram } from '../network/output-gradients.js';
import type { SignalPlusNoiseData } from '../network/signal-plus-noise.js';
import { drawnData, drawnNetwork } from './drawn-network.js';
import { withoutThreshold, type Examination } from './examination.js';
import type { NetworkInstance } from './instance.js';
import { type Claim, type ClaimKind, type ExaminationSettings, refutedVariants } from './theorem.js';

/** Quantities that a Gram identity may use: labels, |mu|^2, activations and inner products of the noise. */
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

/** How far a claimed entry (i, k) may be from a computed one, as a share of |grad f_i| |grad f_k|. */
export interface GramTolerance {
  /** With gradients in float64. */
  readonly double: number;
  /** With gradients in float32, for so many patches. */
  single(patches: number): number;
  /** Wrong variants must be off by so many times `double`. */
  readonly clearly: number;
}

/** An identity for the Gram matrix of the output gradients: n x n, row-major. */
export interface GramClaim extends Claim {
  readonly kind: 'gram';
  gram(features: GramFeatures): Float64Array;
  readonly tolerance: GramTolerance;
}

/** Claims of a Gram matrix: entry by entry against real gradients. */
export const gramClaims: ClaimKind<GramClaim, NetworkInstance> = {
  name: 'gram',
  about: 'network',
  wording: {
    testedAs: () =>
      'identity against the gradients of the network, in closed form and by automatic differentiation',
  },
  certificates: () => 0,
  examine: examineGram,
  experiments: ['gradient-gram'],
  usesBackend: true,
};

/**
 * Compares a claimed Gram matrix with that of the real gradients: of the network's closed form, of its
 * fast Gram matrix, and of automatic differentiation if a backend is given.
 */
function examineGram(
  claim: GramClaim,
  { setting }: NetworkInstance,
  { mutants, backend = null }: ExaminationSettings,
): Examination {
  const data = drawnData(setting);
  const { network, weights } = drawnNetwork(setting, 1 / Math.sqrt(setting.dimension));
  const z = preactivations(network, weights, data);
  const features = gramFeatures(network, z, data);
  const real = gramOfRows(closedFormBackend.outputGradients(network, weights, data), network, data);
  const n = data.sampleCount;
  const { tolerance } = claim;
  const claimed = claim.gram(features);
  const faults = [
    ...deviation('the closed-form gradients', claimed, real, n, tolerance.double),
    ...deviation('the fast Gram matrix', claimed, gradientGram(network, weights, data), n, tolerance.double),
  ];
  const comparable = backend !== null && samplesNearKink(network, weights, data).length === 0;
  if (backend && comparable) {
    const automatic = gramOfRows(backend.outputGradients(network, weights, data), network, data);
    faults.push(
      ...deviation('automatic differentiation', claimed, automatic, n, tolerance.single(data.patches)),
    );
  }
  return withoutThreshold({
    outcome: faults.length > 0 ? 'contradict' : 'agree',
    evidence:
      faults[0] ??
      `equal to the Gram matrix of ${n} gradients of ${parameterCount(network)} parameters${comparable ? ', and to that of automatic differentiation' : ''}`,
    samples: 0,
    certificates: 0,
    refuted: refutedVariants(
      mutants,
      claim,
      (wrong) =>
        deviation('', wrong.gram(features), real, n, tolerance.clearly * tolerance.double).length > 0,
    ),
  });
}

/** One line about the largest deviation beyond the tolerance; none if all entries are within it. */
function deviation(
  from: string,
  claimed: Float64Array,
  real: Float64Array,
  n: number,
  tolerance: number,
): string[] {
  let worst = 0;
  let place = '';
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const scale = Math.sqrt(real[i * n + i]! * real[k * n + k]!);
      const difference = Math.abs(claimed[i * n + k]! - real[i * n + k]!);
      const relative = difference === 0 ? 0 : difference / scale;
      if (relative <= Math.max(worst, tolerance)) continue;
      worst = relative;
      place = `entry (${i}, ${k}): claimed ${claimed[i * n + k]}, ${from} give ${real[i * n + k]}`;
    }
  }
  return place === '' ? [] : [place];
}

/** Gram matrix of n gradients, the rows of an n x 2md matrix. */
function gramOfRows(
  gradients: Float64Array,
  network: PatchNetwork,
  { sampleCount }: SignalPlusNoiseData,
): Float64Array {
  return multiplyTransposedSymmetric(gradients, gradients, sampleCount, parameterCount(network));
}

/** Labels, activations and inner products, each computed from the data alone. */
function gramFeatures(
  network: PatchNetwork,
  z: Float64Array,
  { sampleCount: n, patches, dimension: d, inputs, labels, signal }: SignalPlusNoiseData,
): GramFeatures {
  const filters = filterCount(network);
  const noisePatches = patches - 1;
  const active = z.map((value) => (value > 0 ? 1 : 0));
  const signalActive = new Float64Array(n * filters);
  const noiseActive = new Float64Array(n * noisePatches * filters);
  const noise = new Float64Array(n * noisePatches * d);
  for (let i = 0; i < n; i++) {
    const row = i * patches;
    signalActive.set(active.subarray(row * filters, (row + 1) * filters), i * filters);
    noiseActive.set(
      active.subarray((row + 1) * filters, (row + patches) * filters),
      i * noisePatches * filters,
    );
    noise.set(inputs.subarray((row + 1) * d, (row + patches) * d), i * noisePatches * d);
  }
  return {
    sampleCount: n,
    width: network.width,
    noisePatches,
    labels,
    signalSquare: signal.reduce((sum, x) => sum + x * x, 0),
    signalActive,
    noiseActive,
    noiseInner: multiplyTransposedSymmetric(noise, noise, n * noisePatches, d),
  };
}
