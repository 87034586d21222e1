import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { fileText, reading } from './file-bytes.js';
import { lengths, parseJson, parseSchema } from './checked-json.js';
import { InputError } from './input-error.js';

/** A LayersModel as TensorFlow.js takes it from memory (`ModelArtifacts`). */
export interface LayersModelFiles {
  /** How messages call it: its path. */
  readonly name: string;
  readonly modelTopology: object;
  readonly weightSpecs: readonly WeightSpec[];
  readonly weightData: ArrayBuffer;
}

/** Bytes of one number. */
const NUMBER_BYTES = { float32: 4, int32: 4, bool: 1, float16: 2, uint8: 1, uint16: 2 } as const;

const weightSpec = z.looseObject({
  name: z.string('must be a word'),
  shape: lengths,
  dtype: z.enum(['float32', 'int32', 'bool'], 'must be one of float32, int32, bool'),
  quantization: z
    .looseObject({
      dtype: z.enum(['float16', 'uint8', 'uint16'], 'must be one of float16, uint8, uint16'),
    })
    .optional(),
});

type WeightSpec = z.infer<typeof weightSpec>;

const modelFile = z.looseObject({
  format: z.literal('layers-model', 'must be layers-model').optional(),
  modelTopology: z.looseObject({}, 'must be an object'),
  weightsManifest: z.array(
    z.looseObject({
      paths: z.array(z.string('must be a path'), 'must be a list of paths'),
      weights: z.array(weightSpec, 'must be a list of weights'),
    }),
    'must be a list of groups of weights',
  ),
});

/**
 * Reads `model.json` of a TensorFlow.js LayersModel and the weight files beside it, which it names.
 *
 * @throws InputError in one line: not of this format, a weight file that is missing, truncated or too long.
 */
export function readLayersModel(path: string): LayersModelFiles {
  const { modelTopology, weightsManifest } = parseSchema(modelFile, parseJson(fileText(path), path), path);
  const groups = weightsManifest.map(({ paths, weights }) => {
    const shards = paths.map((shard) => shardBytes(path, shard));
    const expected = weights.reduce((sum, weight) => sum + bytesOf(weight), 0);
    const size = shards.reduce((sum, { length }) => sum + length, 0);
    if (size !== expected) {
      const what = size < expected ? 'truncated' : 'the manifest says less';
      throw new InputError(
        `${path}: its weights must be ${expected} bytes in ${paths.join(', ')}; got ${size} (${what})`,
      );
    }
    return { shards, weights };
  });
  const data = Buffer.concat(groups.flatMap(({ shards }) => shards));
  return {
    name: path,
    modelTopology,
    weightSpecs: groups.flatMap(({ weights }) => weights),
    weightData: Uint8Array.from(data).buffer,
  };
}

function bytesOf({ shape, dtype, quantization }: WeightSpec): number {
  return shape.reduce((product, length) => product * length, NUMBER_BYTES[quantization?.dtype ?? dtype]);
}

/** A file in the folder of the model, or below it. */
function shardBytes(model: string, shard: string): Buffer {
  if (isAbsolute(shard) || shard.split(/[\\/]/).includes('..')) {
    throw new InputError(`${model}: weights must lie beside it; got the path ${shard}`);
  }
  const path = join(dirname(model), shard);
  return reading(path, () => readFileSync(path), `; ${model} names it`);
}
