import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { norm } from '../../src/linalg/vectors.js';
import { networkModel } from '../../src/network/network-model.js';
import { LOSSES } from '../../src/network/losses.js';
import { initialWeights, type PatchData } from '../../src/network/patch-network.js';
import { drawSignalPlusNoise } from '../../src/network/signal-plus-noise.js';
import { normals, randomSource } from '../../src/statistics/generator.js';
import { rankOneSet } from '../../src/theory/problem.js';
import { factorQuadratic } from '../../src/unlearning/factor-quadratic.js';
import { unlearningProcess } from '../../src/unlearning/process.js';
import type { PerSampleModel } from '../../src/unlearning/per-sample-model.js';
import { npyBytes } from '../../test/input/npy-bytes.js';
import type { Row } from './measure.js';
import { compared, peer } from './peer-rows.js';

const ALPHA = 0.2;

/** Steps with full batches, so that both programs must arrive at the same parameters. */
interface StepRun {
  readonly retain: PerSampleModel;
  readonly forget: PerSampleModel;
  readonly start: Float64Array;
  readonly eta: number;
  readonly steps: number;
}

function finalNorm({ retain, forget, start, eta, steps }: StepRun): { seconds: number; value: number } {
  const batch = { retain: retain.sampleCount, forget: forget.sampleCount };
  const settings = { retain, forget, alpha: ALPHA, eta, batch };
  const process = unlearningProcess(settings, 'without-replacement', new Float64Array(start.length));
  const random = randomSource('bench', 'steps');
  const w = start.slice();
  const before = performance.now();
  for (let k = 0; k < steps; k++) {
    process.drawBatches(random);
    process.applyStep(w);
  }
  return { seconds: (performance.now() - before) / 1000, value: norm(w) };
}

function leastSquaresRow(folder: string, n: number, d: number, steps: number): Row {
  const random = randomSource('bench', 'least squares', n, d);
  const [retain, forget, start] = [normals(n * d, random), normals((n / 5) * d, random), normals(d, random)];
  const files = ['retain', 'forget', 'start'].map((name) => join(folder, `squares-${name}.npy`));
  writeFileSync(files[0]!, npyBytes(retain, [n, d]));
  writeFileSync(files[1]!, npyBytes(forget, [n / 5, d]));
  writeFileSync(files[2]!, npyBytes(start, [d]));
  const eta = 0.1 / d;
  const origin = new Float64Array(d);
  const run: StepRun = {
    retain: factorQuadratic(rankOneSet(retain, d), origin),
    forget: factorQuadratic(rankOneSet(forget, d), origin),
    ...{ start, eta, steps },
  };
  return compared(
    `${steps} real steps of least squares, full batches of ${n} and ${n / 5}, d = ${d}, over vectorised NumPy`,
    '-',
    3,
    () => finalNorm(run),
    () => peer('squares-steps', ...files, ALPHA, eta, steps),
  );
}

function networkRow(folder: string, n: number, d: number, steps: number, goal: string): Row {
  const random = randomSource('bench', 'network steps', n, d);
  const network = { width: 10, dimension: d };
  const distribution = { dimension: d, signalNorm: 2, noiseScale: 0.5, noisePatches: 1, positives: 0.5 };
  const [retain, forget] = [n, n / 5].map((count) => drawSignalPlusNoise(distribution, count, random));
  const start = initialWeights(network, 0.1, random);
  const file = (name: string, numbers: Float64Array, shape: number[]): string => {
    const path = join(folder, `network-${name}.npy`);
    writeFileSync(path, npyBytes(numbers, shape));
    return path;
  };
  const filesOf = (name: string, data: PatchData) => [
    file(name, data.inputs, [data.sampleCount, data.patches, d]),
    file(`${name}-labels`, data.labels, [data.sampleCount]),
  ];
  const files = [
    ...filesOf('retain', retain!),
    ...filesOf('forget', forget!),
    file('start', start, [2 * network.width, d]),
  ];
  const eta = 0.01;
  const run: StepRun = {
    retain: networkModel(network, retain!, LOSSES.logistic),
    forget: networkModel(network, forget!, LOSSES.logistic),
    ...{ start, eta, steps },
  };
  return compared(
    `${steps} real steps of the network, full batches of ${n} and ${n / 5}, d = ${d}, m = ${network.width}, over vectorised NumPy`,
    goal,
    3,
    () => finalNorm(run),
    () => peer('network-steps', ...files, ALPHA, eta, steps),
  );
}

/** Real unlearning steps beside programs in NumPy that make the same ones. */
export function stepRows(folder: string): Row[] {
  return [
    leastSquaresRow(folder, 20, 8, 20_000),
    leastSquaresRow(folder, 1000, 2000, 50),
    networkRow(folder, 20, 50, 10_000, 'at most 0.33 x'),
    networkRow(folder, 1000, 2000, 50, 'at most 1.4 x'),
  ];
}
