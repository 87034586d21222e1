import { multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { samplesNearKink } from '../network/activation-margin.js';
import { closedFormBackend } from '../network/gradient-backend.js';
import { gradientGram } from '../network/output-gradients.js';
import { filterCount, parameterCount, type PatchNetwork, preactivations } from '../network/patch-network.js';
import type { SignalPlusNoiseData } from '../network/signal-plus-noise.js';
import { drawnData, drawnNetwork } from './drawn-network.js';
import { type Examination, type ExaminationSettings, networkExamination } from './examination.js';
import type { GramClaim, GramFeatures, NetworkInstance } from './network-instance.js';

/** Entry (i, k) may differ by this share of |grad f_i| |grad f_k|: sums of up to a thousand products in float64. */
const TOLERANCE = 1e-12;

/**
 * The same for float32 gradients: each entry is a sum of up to P + 1 inputs rounded to 24 bits, so a
 * gradient has relative error (P + 2) 2^-24 and an inner product twice that; doubled once more for the
 * rounding of 1/m.
 */
function singleTolerance(patches: number): number {
  return 4 * (patches + 2) * 2 ** -24;
}

/**
 * Compares a claimed Gram matrix with that of the real gradients: of the network's closed form, of its
 * fast Gram matrix, and of automatic differentiation if a backend is given.
 */
export function examineGram(
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
  const claimed = claim.gram(features);
  const faults = [
    ...deviation('the closed-form gradients', claimed, real, n, TOLERANCE),
    ...deviation('the fast Gram matrix', claimed, gradientGram(network, weights, data), n, TOLERANCE),
  ];
  const comparable = backend !== null && samplesNearKink(network, weights, data).length === 0;
  if (backend && comparable) {
    const automatic = gramOfRows(backend.outputGradients(network, weights, data), network, data);
    faults.push(
      ...deviation('automatic differentiation', claimed, automatic, n, singleTolerance(data.patches)),
    );
  }
  return networkExamination({
    outcome: faults.length > 0 ? 'contradict' : 'agree',
    evidence:
      faults[0] ??
      `equal to the Gram matrix of ${n} gradients of ${parameterCount(network)} parameters${comparable ? ', and to that of automatic differentiation' : ''}`,
    samples: 0,
    certificates: 0,
    refuted: mutants.flatMap(({ id, claim: wrong }) =>
      wrong.kind === 'gram' && deviation('', wrong.gram(features), real, n, 1e3 * TOLERANCE).length > 0
        ? [id]
        : [],
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
