/** Calls of `analyze` on files that end with exit code 2 and one line on stderr. */
import { Buffer } from 'node:buffer';
import { factors, labels, models } from './analyze-calls.mjs';
import * as make from './inputs.mjs';

const options = '--alpha 0.1 --eta 0.002 --batch-retain 3 --batch-forget 2 --sampling without-replacement'.split(' '); // prettier-ignore
const sets = 'analyze --retain R.npy --forget F.npy';
const without = (name) => options.filter((_, k) => k !== options.indexOf(name) && k !== options.indexOf(name) + 1).join(' '); // prettier-ignore
const changed = (name, value) => `${sets} ${without(name)} ${name} ${value}`;
const all = options.join(' ');
const withForget = (name, more = '') => `analyze --retain R.npy --forget ${name} ${all} ${more}`;
const oneRow = (at, x) => make.npy(Array.from({ length: 120 }, (_, k) => (k === at ? x : 1)), [3, 40]); // prettier-ignore

const files = {
  ...factors,
  'short.npy': make.npy(make.quarters(117), [3, 39]),
  'zero.npy': make.npy(new Array(120).fill(0), [3, 40]),
  'nan.npy': oneRow(47, NaN),
  'inf.npy': oneRow(47, -Infinity),
  'huge.npy': make.npy(new Array(120).fill(1e99), [3, 40]),
  'whole.npy': make.npy([1, 2, 3, 4], [2, 2], { type: 'i8' }),
  'vector.npy': make.npy([1, 2, 3, 4], [4]),
  'cut.npy': factors['F.npy'].subarray(0, -1),
  'long.npy': Buffer.concat([factors['F.npy'], Buffer.from([1])]),
  'magic.npy': Buffer.from('no numpy file at all'),
  'header.npy': Buffer.from(factors['F.npy'].toString('latin1').replace('fortran', 'kortran'), 'latin1'),
  'cut.npz': factors['all.npz'].subarray(0, -9),
  'empty.npz': make.zip([]),
  'locked.npz': make.zip([{ name: 'a.npy', data: factors['F.npy'], encrypted: true }]),
  'method.npz': make.zip([{ name: 'a.npy', data: factors['F.npy'], method: 12 }]),
  'crc.npz': make.zip([{ name: 'a.npy', data: factors['F.npy'], checksum: 1, deflated: true }]),
  'text.npz': Buffer.from('no archive'),
  'cut.safetensors': factors['all.safetensors'].subarray(0, -1),
  'text.safetensors': Buffer.from('{}'),
  'whole.safetensors': make.safetensors({ a: { numbers: [1, 2], shape: [1, 2], type: 'i8' } }),
  'F.csv': '1,2\n3,4\n',
  'ragged.csv': '1,2\n3\n',
  'words.csv': '1,2\n3,x\n',
  'blank.csv': '',
  'header.csv': 'a,b\n',
  'problem.json': '{}',
};
const ofFiles = [
  ...[
    'problem.json --retain R.npy --forget F.npy',
    'problem.json --eta 1',
    'problem.json --allow-zero-samples',
    'problem.json --model linear',
  ].map((more) => `analyze ${more}`),
  ...[`analyze --retain R.npy ${all}`, `analyze --forget F.npy ${all}`, sets],
  ...['--eta', '--alpha', '--batch-retain', '--batch-forget', '--sampling'].map(
    (name) => `${sets} ${without(name)}`,
  ),
  ...[
    changed('--eta', '0'),
    changed('--alpha', '1.1'),
    changed('--batch-retain', '0'),
    changed('--batch-retain', '7'),
  ],
  ...[changed('--batch-forget', '4'), changed('--sampling', 'bernouli')],
  ...[
    'F.pt',
    'F.npy#x',
    'none.npy',
    'short.npy',
    'zero.npy',
    'nan.npy',
    'inf.npy',
    'huge.npy',
    'whole.npy',
    'vector.npy',
  ].map((name) => withForget(name)),
  ...[
    'hole.npy',
    'cut.npy',
    'long.npy',
    'magic.npy',
    'header.npy',
    'all.npz',
    'all.npz#x',
    'cut.npz',
    'empty.npz',
  ].map((name) => withForget(name)),
  ...[
    'locked.npz',
    'method.npz',
    'crc.npz',
    'text.npz',
    'all.safetensors',
    'all.safetensors#x',
    'cut.safetensors',
  ].map((name) => withForget(name)),
  ...['text.safetensors', 'whole.safetensors', 'F.csv', 'folder.npy'].map((name) => withForget(name)),
  ...['F.csv', 'none.csv', 'ragged.csv', 'words.csv', 'blank.csv', 'header.csv'].map((name) =>
    withForget(name, '--model linear'),
  ),
  ...[
    withForget('F.npy', '--model linear --allow-zero-samples'),
    withForget('F.csv', '--model cubic'),
    withForget('F.npy', '--weights F.npy'),
  ],
];

const modelFiles = {
  ...models,
  'w2.csv': '1,2\n',
  'w4.csv': '1,2,3,4\n',
  'one.csv': make.csv(labels.retain.map(() => [1])),
  'onef.csv': make.csv(labels.forget.map(() => [1])),
  'three.csv': make.csv(labels.retain.map((_, i) => [i % 3])),
  'yf.csv': models['cf.csv'],
  'deep.npy': make.npy(new Array(36).fill(1), [6, 2, 3]),
  'short.csv': 'label,a\n1,2\n0,3\n1,4\n',
  'W.npy': make.npy(make.normals(21, 24), [6, 4]),
  'y1.csv': '0\n1\n',
  'y3.csv': make.csv(labels.retain.map((y) => [y + 2])),
  'half.csv': make.csv(labels.retain.map(() => [0.5, 0.4, 0.2])),
  'softmax/other.json': models['softmax/model.json'].replace('"class_name":"Dense"', '"class_name":"Sparse"'),
  'softmax/torn.json': models['softmax/model.json'].slice(0, 200),
  'softmax/lost.json': models['softmax/model.json'].replace('weights.bin', 'none.bin'),
};
const csvs = '--retain R.csv --forget F.csv';
const inputs = '--retain RX.npy --forget FX.csv --backend cpu';
const net = '--model softmax/model.json';
const ofModels = [
  ...['--retain RX.npy --forget FX.csv', `${csvs} --weights w2.csv`, `${csvs} --weights w4.csv --no-bias`],
  ...[
    `${csvs} --weights w4.csv --ridge 1`,
    `${csvs} --ridge -1`,
    `${csvs} --labels-retain one.csv --labels-forget onef.csv`,
  ],
  ...[
    `${csvs} --labels-retain three.csv --labels-forget yf.csv`,
    '--retain R.csv --forget deep.npy',
    '--retain R.csv --forget short.csv',
  ],
  ...[
    `${csvs} --loss squared`,
    '--retain wideR.npy --forget wideF.npy --labels-retain yr.csv --labels-forget yf.npy',
  ],
].map((more) => `${more} --model logistic`);
const ofNetworks = [
  ...[
    '--retain W.npy --forget FX.csv --loss cross-entropy',
    inputs,
    `${inputs} --loss hinge`,
    `${inputs} --loss squared --backend gpu`,
  ],
  ...[
    '--labels-forget yf.csv',
    '--labels-retain y1.csv --labels-forget yf.csv',
    '--labels-retain y3.csv --labels-forget yf.csv',
    '--labels-retain half.csv --labels-forget yf.csv',
    '--weights yf.csv',
    '--ridge 1',
  ].map((more) => `${inputs} --loss cross-entropy ${more}`),
  `${inputs} --loss squared --labels-retain y3.csv --labels-forget yf.csv`,
].map((more) => `${more} ${net}`);
const stored = ['softmax/other.json', 'softmax/torn.json', 'softmax/lost.json', 'none.json'].map((path) => `${inputs} --loss cross-entropy --model ${path}`); // prettier-ignore
const modelled = [...ofModels, ...ofNetworks, ...stored, `${csvs} --model logstic`].map((more) => `analyze ${more} ${all}`); // prettier-ignore

export function fileRefusals() {
  return [
    { name: 'files', files: { ...files, 'folder.npy/x.txt': 'x' }, steps: ofFiles },
    { name: 'models', files: modelFiles, steps: modelled },
  ];
}
