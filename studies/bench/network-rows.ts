import { closedFormBackend, type GradientBackend } from '../../src/network/gradient-backend.js';
import { gradientGram } from '../../src/network/output-gradients.js';
import { initialWeights } from '../../src/network/patch-network.js';
import { drawSignalPlusNoise } from '../../src/network/signal-plus-noise.js';
import { loadBackend } from '../../src/network/tfjs-backend.js';
import { randomSource } from '../../src/statistics/generator.js';
import { medianSeconds, ratio, type Row } from './measure.js';

/** Steps of which one measurement consists: a single one takes about a millisecond. */
const STEPS = 10;
const ROUNDS = 15;

function problem(sampleCount: number, dimension: number, width: number) {
  const random = randomSource('bench', 'network', sampleCount, dimension, width);
  const distribution = { dimension, signalNorm: 2, noiseScale: 0.5, noisePatches: 1, positives: 0.5 };
  const network = { width, dimension };
  const data = drawSignalPlusNoise(distribution, sampleCount, random);
  return { network, weights: initialWeights(network, 0.1, random), data };
}

/** The network on the closed form and on TensorFlow.js: the cost of a training step, and of the Gram matrix. */
export async function networkRows(): Promise<Row[]> {
  const tensors = [await loadBackend('wasm'), await loadBackend('cpu')];
  return [...stepRows(tensors), gramRow()];
}

function stepRows(tensors: readonly GradientBackend[]): Row[] {
  const { network, weights, data } = problem(60, 200, 10);
  const steps = (backend: GradientBackend) => () => {
    for (let k = 0; k < STEPS; k++) backend.lossGradient(network, weights, data, 'logistic');
  };
  const closed = steps(closedFormBackend);
  // Before anything is measured every implementation is compiled.
  for (const backend of [closedFormBackend, ...tensors]) for (let k = 0; k < 3; k++) steps(backend)();
  const time = medianSeconds(ROUNDS, closed) / STEPS;
  return [
    {
      what: 'gradient of the loss of all samples, n = 60, d = 200, m = 10, closed form',
      measured: `${(1000 * time).toFixed(2)} ms`,
      promised: '-',
    },
    ...tensors.map((backend) => ({
      what: `the same by autodiff (${backend.version}) over the closed form`,
      measured: `${ratio(ROUNDS, steps(backend), closed).toFixed(1)} x`,
      promised: '-',
    })),
  ];
}

function gramRow(): Row {
  const { network, weights, data } = problem(200, 1000, 50);
  const time = medianSeconds(5, () => gradientGram(network, weights, data));
  return {
    what: 'Gram matrix of the output gradients, n = 200, d = 1000, m = 50',
    measured: `${time.toFixed(3)} s`,
    promised: 'under 1 s',
  };
}
