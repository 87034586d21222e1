import { norm } from '../linalg/vectors.js';
import { normals, type RandomSource } from '../statistics/generator.js';
import { type PatchData, selectSamples } from './patch-network.js';

/** Parameters of the signal-plus-noise distribution. */
export interface SignalPlusNoise {
  /** d >= 2: with one dimension nothing is orthogonal to the signal. */
  readonly dimension: number;
  /** |mu| >= 0. */
  readonly signalNorm: number;
  /** sp > 0: standard deviation of the noise in every direction orthogonal to mu. */
  readonly noiseScale: number;
  /** Noise patches of a sample, >= 1; the signal patch comes first. */
  readonly noisePatches: number;
  /** Share of samples with label +1, in [0, 1]; the number is rounded, not drawn. */
  readonly positives: number;
}

/** Drawn samples with the signal that they carry. */
export interface SignalPlusNoiseData extends PatchData {
  /** mu: d numbers. */
  readonly signal: Float64Array;
}

/** Length |mu| of the signal at a signal-to-noise ratio SNR = |mu|/(sp sqrt d). */
export function signalNormOf(signalToNoise: number, noiseScale: number, dimension: number): number {
  return signalToNoise * noiseScale * Math.sqrt(dimension);
}

/** Distribution with a signal-to-noise ratio; by default one noise patch, noise of scale 1 and balanced classes. */
export function distributionOfSnr(
  signalToNoise: number,
  dimension: number,
  { noiseScale = 1, noisePatches = 1, positives = 0.5 }: Partial<SignalPlusNoise> = {},
): SignalPlusNoise {
  const signalNorm = signalNormOf(signalToNoise, noiseScale, dimension);
  return { dimension, signalNorm, noiseScale, noisePatches, positives };
}

/** @throws RangeError naming the first parameter out of range, its value and what is allowed. */
export function checkSignalPlusNoise(distribution: SignalPlusNoise): void {
  const { dimension, signalNorm, noiseScale, noisePatches, positives } = distribution;
  if (!Number.isInteger(dimension) || dimension < 2) {
    throw new RangeError(`dimension must be an integer >= 2; got ${dimension}`);
  }
  if (!(signalNorm >= 0) || !Number.isFinite(signalNorm)) {
    throw new RangeError(`signalNorm must be a number >= 0; got ${signalNorm}`);
  }
  if (!(noiseScale > 0) || !Number.isFinite(noiseScale)) {
    throw new RangeError(`noiseScale must be a number > 0; got ${noiseScale}`);
  }
  if (!Number.isInteger(noisePatches) || noisePatches < 1) {
    throw new RangeError(`noisePatches must be an integer >= 1; got ${noisePatches}`);
  }
  if (!(positives >= 0 && positives <= 1)) {
    throw new RangeError(`positives must be in [0, 1]; got ${positives}`);
  }
}

/** A signal mu of length `signalNorm` in a uniformly random direction: d numbers. */
export function drawSignal({ dimension, signalNorm }: SignalPlusNoise, random: RandomSource): Float64Array {
  const direction = unitDirection(dimension, random);
  return direction.map((x) => x * signalNorm);
}

/**
 * n samples x = (y mu, xi_1, .. xi_P), xi_p ~ N(0, sp^2 (I - mu mu^T/|mu|^2)) independent (Cao et al. 2022,
 * Kou et al. 2023). The labels are in random order. Without a signal (|mu| = 0) the noise is
 * orthogonal to a random direction all the same, so that SNR 0 is the limit of small SNR.
 *
 * @param signal mu to be used again, as for test samples; by default drawn first.
 * @throws RangeError for parameters out of range, or n < 1.
 */
export function drawSignalPlusNoise(
  distribution: SignalPlusNoise,
  sampleCount: number,
  random: RandomSource,
  signal?: Float64Array,
): SignalPlusNoiseData {
  checkSignalPlusNoise(distribution);
  if (!Number.isInteger(sampleCount) || sampleCount < 1) {
    throw new RangeError(`the number of samples must be an integer >= 1; got ${sampleCount}`);
  }
  const { dimension: d, noiseScale, noisePatches } = distribution;
  const mu = signal ?? drawSignal(distribution, random);
  const length = norm(mu);
  const axis = length > 0 ? mu.map((x) => x / length) : unitDirection(d, random);
  const patches = 1 + noisePatches;
  const labels = shuffledLabels(sampleCount, distribution.positives, random);
  const inputs = new Float64Array(sampleCount * patches * d);
  for (let i = 0; i < sampleCount; i++) {
    const first = i * patches * d;
    for (let a = 0; a < d; a++) inputs[first + a] = labels[i]! * mu[a]!;
    for (let p = 1; p < patches; p++) fillNoise(inputs, first + p * d, axis, noiseScale, random);
  }
  return { sampleCount, patches, dimension: d, inputs, labels, signal: mu };
}

/** Writes one draw of N(0, sp^2 (I - u u^T)) to inputs[from ..], u the unit vector `axis`. */
function fillNoise(
  inputs: Float64Array,
  from: number,
  axis: Float64Array,
  noiseScale: number,
  random: RandomSource,
): void {
  let along = 0;
  for (let a = 0; a < axis.length; a++) {
    const x = noiseScale * random.normal();
    inputs[from + a] = x;
    along += x * axis[a]!;
  }
  for (let a = 0; a < axis.length; a++) inputs[from + a]! -= along * axis[a]!;
}

function unitDirection(dimension: number, random: RandomSource): Float64Array {
  const direction = normals(dimension, random);
  const length = norm(direction);
  return direction.map((x) => x / length);
}

/** round(positives * n) labels +1 and the rest -1, in random order (Fisher and Yates). */
function shuffledLabels(n: number, positives: number, random: RandomSource): Float64Array {
  const count = Math.round(positives * n);
  const labels = Float64Array.from({ length: n }, (_, i) => (i < count ? 1 : -1));
  for (let i = n - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const held = labels[i]!;
    labels[i] = labels[j]!;
    labels[j] = held;
  }
  return labels;
}

/**
 * Samples that were never trained on, with which the forget set can be compared: for every forget sample the
 * same number, at least `count` together, of its true class, with flipped label if its label was flipped. With
 * other proportions a network would tell the sets apart by class, whether it has seen them or not.
 *
 * @param labels of the forget set as trained on.
 * @param flipped of each forget sample: true if its label was flipped.
 * @param signal mu of the training data.
 */
export function freshSamples(
  distribution: SignalPlusNoise,
  labels: Float64Array,
  flipped: readonly boolean[],
  count: number,
  random: RandomSource,
  signal: Float64Array,
): PatchData {
  const n = labels.length;
  const patches = 1 + distribution.noisePatches;
  if (n === 0) {
    return { ...emptySamples, patches, dimension: distribution.dimension };
  }
  const copies = Math.max(1, Math.ceil(count / n));
  const positive = labels.reduce((sum, y, j) => sum + ((y === 1) !== flipped[j] ? 1 : 0), 0);
  const drawn = drawSignalPlusNoise({ ...distribution, positives: positive / n }, n * copies, random, signal);
  const byClass = { 1: indicesOf(drawn.labels, 1), '-1': indicesOf(drawn.labels, -1) };
  const chosen = Array.from(labels, (y, j) => {
    const trueClass = flipped[j] ? -y : y;
    return byClass[trueClass === 1 ? 1 : '-1'].splice(0, copies);
  });
  const fresh = selectSamples(drawn, chosen.flat());
  chosen.flat().forEach((_, k) => {
    if (flipped[Math.floor(k / copies)]) fresh.labels[k]! *= -1;
  });
  return fresh;
}

const emptySamples = { sampleCount: 0, inputs: new Float64Array(0), labels: new Float64Array(0) };

function indicesOf(labels: Float64Array, label: 1 | -1): number[] {
  return Array.from(labels.keys()).filter((i) => labels[i] === label);
}
