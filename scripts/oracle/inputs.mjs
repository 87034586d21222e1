/** Input files of the calls, made in plain JavaScript and the same every time. */
import { Buffer } from 'node:buffer';
import { deflateRawSync } from 'node:zlib';

/** Numbers of a normal law from a linear congruential generator, in float32. */
export function normals(seed, count) {
  let state = seed;
  const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
  return Array.from({ length: count }, () =>
    Math.fround(Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())),
  );
}

/** Quarters between -8 and 8, which every float type holds exactly. */
export function quarters(count) {
  let state = 1;
  return Array.from({ length: count }, () => (((state = (state * 48271) % 2147483647) % 65) - 32) / 4);
}

export function rows(numbers, width) {
  return Array.from({ length: numbers.length / width }, (_, i) => numbers.slice(i * width, (i + 1) * width));
}

export function csv(table, header = '') {
  return header + table.map((row) => `${row.join(',')}\n`).join('');
}

function numberBytes(numbers, type, bigEndian = false) {
  const size = { f8: 8, f4: 4, bf16: 2, i8: 8 }[type];
  const bytes = Buffer.alloc(numbers.length * size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  numbers.forEach((x, k) => {
    if (type === 'f8') view.setFloat64(k * size, x, !bigEndian);
    else if (type === 'f4') view.setFloat32(k * size, x, !bigEndian);
    else if (type === 'i8') view.setBigInt64(k * size, BigInt(x), !bigEndian);
    else view.setUint16(k * size, new Uint32Array(Float32Array.of(x).buffer)[0] >>> 16, !bigEndian);
  });
  return bytes;
}

/** A .npy file; numbers in C order, stored in that order or, with `fortran`, first index fastest. */
export function npy(numbers, shape, { type = 'f8', bigEndian = false, fortran = false } = {}) {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const order = fortran ? 'True' : 'False';
  const text = `{'descr': '${bigEndian ? '>' : '<'}${type}', 'fortran_order': ${order}, 'shape': ${tuple}, }`;
  const header = Buffer.from(`${text}${' '.repeat(63 - ((10 + text.length) % 64))}\n`, 'latin1');
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  const stored = fortran ? fortranOrder(numbers, shape) : numbers;
  const magic = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  return Buffer.concat([magic, length, header, numberBytes(stored, type, bigEndian)]);
}

function fortranOrder(numbers, shape) {
  const [n, c, p] = shape.length === 3 ? shape : [shape[0], 1, shape[1]];
  const out = [];
  for (let j = 0; j < p; j++)
    for (let k = 0; k < c; k++) for (let i = 0; i < n; i++) out.push(numbers[(i * c + k) * p + j]);
  return out;
}

/** A .safetensors file of {name: {numbers, shape, type}}. */
export function safetensors(tensors) {
  const names = { f8: 'F64', f4: 'F32', bf16: 'BF16', i8: 'I64' };
  let end = 0;
  const header = { __metadata__: { format: 'pt' } };
  const data = Object.entries(tensors).map(([name, { numbers, shape, type }]) => {
    const bytes = numberBytes(numbers, type);
    header[name] = { dtype: names[type], shape, data_offsets: [end, (end += bytes.length)] };
    return bytes;
  });
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...data]);
}

/** A zip archive of [{name, data, deflated, encrypted, method, checksum}]. */
export function zip(entries) {
  const parts = [];
  const directory = [];
  let position = 0;
  for (const { name: called, data, deflated = false, encrypted = false, ...said } of entries) {
    const name = Buffer.from(called);
    const stored = deflated ? deflateRawSync(data) : data;
    const method = said.method ?? (deflated ? 8 : 0);
    const sizes = [0, said.checksum ?? crc32(data), stored.length, data.length, name.length];
    const flags = encrypted ? 1 : 0;
    const local = fields('4 2 2 2 4 4 4 4 2 2', [0x04034b50, 45, flags, method, ...sizes, 0]);
    const tail = [0, 0, 0, 0, 0, position];
    directory.push(
      fields('4 2 2 2 2 4 4 4 4 2 2 2 2 2 4 4', [0x02014b50, 45, 45, flags, method, ...sizes, ...tail]),
      name,
    );
    parts.push(local, name, stored);
    position += local.length + name.length + stored.length;
  }
  const size = Buffer.concat(directory).length;
  const count = entries.length;
  const end = fields('4 2 2 2 2 4 4 2', [0x06054b50, 0, 0, count, count, size, position, 0]);
  return Buffer.concat([...parts, ...directory, end]);
}

function fields(widths, values) {
  return Buffer.concat(
    widths.split(' ').map((width, k) => {
      const bytes = Buffer.alloc(Number(width));
      bytes.writeUIntLE(values[k], 0, Number(width));
      return bytes;
    }),
  );
}

function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

/** Files of a TensorFlow.js layers-model: [{class_name, config}], and [{name, shape}] of the weights. */
export function layersModel(folder, layers, weights, seed) {
  const counts = weights.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
  const numbers = normals(
    seed,
    counts.reduce((a, b) => a + b, 0),
  );
  const document = {
    format: 'layers-model',
    modelTopology: { class_name: 'Sequential', config: { name: 'sequential_1', layers } },
    weightsManifest: [
      { paths: ['weights.bin'], weights: weights.map((weight) => ({ ...weight, dtype: 'float32' })) },
    ],
  };
  return {
    [`${folder}/model.json`]: JSON.stringify(document),
    [`${folder}/weights.bin`]: numberBytes(numbers, 'f4'),
  };
}

/** A dense network of 3 inputs, 4 tanh units and 3 outputs. */
export function denseModel(folder, end) {
  const dense = (name, units, activation, more = {}) => ({
    class_name: 'Dense',
    config: { name, units, activation, use_bias: true, trainable: true, ...more },
  });
  const layers = [
    dense('dense_1', 4, 'tanh', { batch_input_shape: [null, 3], dtype: 'float32' }),
    dense('dense_2', 3, end),
  ];
  const weights = [
    { name: 'dense_1/kernel', shape: [3, 4] },
    { name: 'dense_1/bias', shape: [4] },
    { name: 'dense_2/kernel', shape: [4, 3] },
    { name: 'dense_2/bias', shape: [3] },
  ];
  return layersModel(folder, layers, weights, 11);
}

/** A convolution of 3 x 3 images, flattened into one output. */
export function convolutionModel(folder) {
  const layers = [
    {
      class_name: 'Conv2D',
      config: {
        ...{ name: 'conv', filters: 2, kernel_size: [2, 2], strides: [1, 1], padding: 'valid' },
        ...{ data_format: 'channels_last', dilation_rate: [1, 1], activation: 'linear', use_bias: true },
        ...{ batch_input_shape: [null, 3, 3, 1], dtype: 'float32', trainable: true },
      },
    },
    { class_name: 'Flatten', config: { name: 'flat', trainable: true } },
    {
      class_name: 'Dense',
      config: { name: 'out', units: 1, activation: 'linear', use_bias: true, trainable: true },
    },
  ];
  const weights = [
    { name: 'conv/kernel', shape: [2, 2, 1, 2] },
    { name: 'conv/bias', shape: [2] },
    { name: 'out/kernel', shape: [8, 1] },
    { name: 'out/bias', shape: [1] },
  ];
  return layersModel(folder, layers, weights, 12);
}
