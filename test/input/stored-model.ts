import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tfLayers from '@tensorflow/tfjs-layers';
import type { io } from '@tensorflow/tfjs-core';
import { readLayersModel } from '../../src/input/layers-model-files.js';
import type { RandomSource } from '../../src/statistics/generator.js';
import { buildLayersModel, type DifferentiableModel } from '../../src/input/layers-model.js';
import { type StartedTensorflow, startTensorflow } from '../../src/network/tfjs-backend.js';

export { tfLayers };

/** Writes a model as TensorFlow.js does, its weights in two files beside `model.json`. @returns the path of that. */
export async function storeModel(model: tfLayers.LayersModel, folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'model.json');
  const save = (artifacts: io.ModelArtifacts): Promise<io.SaveResult> => {
    const data = Buffer.from(artifacts.weightData as ArrayBuffer);
    const paths = ['group1-shard1of2.bin', 'group1-shard2of2.bin'];
    const half = Math.floor(data.length / 2);
    writeFileSync(join(folder, paths[0]!), data.subarray(0, half));
    writeFileSync(join(folder, paths[1]!), data.subarray(half));
    const { modelTopology, weightSpecs: weights } = artifacts;
    const document = { format: 'layers-model', modelTopology, weightsManifest: [{ paths, weights }] };
    writeFileSync(path, JSON.stringify(document));
    // The library wants to know when; nothing here does.
    const modelArtifactsInfo = { modelTopologyType: 'JSON' } as io.ModelArtifactsInfo;
    return Promise.resolve({ modelArtifactsInfo });
  };
  await model.save({ save });
  return path;
}

/** Gives a model weights between -1 and 1, in float32. */
export function drawWeights(
  { tf }: StartedTensorflow,
  model: tfLayers.LayersModel,
  random: RandomSource,
): void {
  const drawn = model.getWeights().map(({ shape, size }) =>
    tf.tensor(
      Float32Array.from({ length: size }, () => 2 * random.uniform() - 1),
      shape,
    ),
  );
  model.setWeights(drawn);
  for (const tensor of drawn) tensor.dispose();
}

/** A stored model as the command line builds it. */
export async function builtModel(
  path: string,
  loss: Parameters<typeof buildLayersModel>[3],
  backend: 'wasm' | 'cpu' = 'cpu',
): Promise<DifferentiableModel> {
  return buildLayersModel(await startTensorflow(backend), tfLayers, readLayersModel(path), loss);
}
