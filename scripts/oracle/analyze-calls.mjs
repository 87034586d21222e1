/** Calls of `analyze`: problem files, matrices, models, recommendations, subsets. */
import * as make from './inputs.mjs';

const setting = '--alpha 0.1 --eta 0.2 --batch-retain 3 --batch-forget 2 --sampling without-replacement';
const small = setting.replace('0.2', '0.002');

const retain = make.quarters(6 * 2 * 40);
/** Forget sample i lies between the retain factors 2i and 2i + 1. */
const forget = Array.from(
  { length: 3 * 40 },
  (_, k) => (retain[2 * k - (k % 40)] + retain[2 * k - (k % 40) + 40]) / 4,
);

/** Factors in files of every kind, and damaged ones. */
export const factors = {
  'R.npy': make.npy(retain, [6, 2, 40], { type: 'f4', fortran: true }),
  'F.npy': make.npy(forget, [3, 40], { bigEndian: true }),
  'all.npz': make.zip([
    { name: 'retain.npy', data: make.npy(retain, [6, 2, 40]), deflated: true },
    { name: 'forget.npy', data: make.npy(forget, [3, 1, 40]) },
  ]),
  'one.npz': make.zip([
    { name: 'forget.npy', data: make.npy(forget, [3, 40], { type: 'f4' }), deflated: true },
  ]),
  'all.safetensors': make.safetensors({
    retain: { numbers: retain, shape: [6, 2, 40], type: 'bf16' },
    forget: { numbers: forget, shape: [3, 1, 40], type: 'f4' },
  }),
  'hole.npy': make.npy(make.quarters(120).map((x, k) => (k >= 40 && k < 80 ? 0 : x)), [3, 40]), // prettier-ignore
};

const features = {
  retain: make.rows(make.normals(3, 36), 3),
  forget: make.rows(make.normals(4, 18), 3),
};
export const labels = { retain: [0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0], forget: [1, 0, 0, 1, 1, 0] };
const labelled = (set) => make.csv(features[set].map((row, i) => [labels[set][i], ...row]), 'label,a,b,c\n'); // prettier-ignore

/** Features, labels, weights and stored models. */
export const models = {
  'R.csv': labelled('retain'),
  'F.csv': labelled('forget'),
  'RX.npy': make.npy(features.retain.flat(), [12, 3], { type: 'f4' }),
  'FX.npy': make.npy(features.forget.flat(), [6, 3], { type: 'f4' }),
  'FX.csv': make.csv(features.forget),
  'w.csv': '0.5,-1,0.25,0.3\n',
  'w3.csv': '0.5,-1,0.25\n',
  'yr.csv': make.csv(labels.retain.map((y) => [y === 1 ? 7 : -2])),
  'yf.npy': make.npy(labels.forget.map((y) => (y === 1 ? 7 : -2)), [6, 1], { type: 'i8' }), // prettier-ignore
  'cr.csv': make.csv(labels.retain.map((y, i) => [(y + i) % 3])),
  'cf.csv': make.csv(labels.forget.map((y) => [y])),
  'pr.npy': make.npy(make.normals(5, 36), [12, 3]),
  'pf.npy': make.npy(make.normals(6, 18), [6, 3]),
  'wideR.npy': make.npy(make.normals(7, 480), [12, 40], { type: 'f4' }),
  'wideF.npy': make.npy(make.normals(8, 240), [6, 40], { type: 'f4' }),
  'imagesR.npy': make.npy(make.normals(9, 36), [4, 3, 3], { type: 'f4' }),
  'imagesF.npy': make.npy(make.normals(10, 27), [3, 9], { type: 'f4' }),
  ...make.denseModel('linear', 'linear'),
  ...make.denseModel('softmax', 'softmax'),
  ...make.convolutionModel('convolution'),
};

const many = { retain: make.normals(13, 800), forget: make.normals(14, 120) };
const problemOf = (set, more) =>
  JSON.stringify({
    retain: make.rows(set.retain, 4).map((row) => [row]),
    forget: make.rows(set.forget, 4).map((row) => [row]),
    ...{ alpha: 0.1, batch: { retain: 8, forget: 4 }, sampling: 'bernoulli' },
    ...more,
  });
const subsets = {
  'many.json': problemOf(many, { eta: 0.1 }),
  'far.json': problemOf(many, { eta: 3 }),
  'near.json': problemOf(many, { eta: 0.45 }),
  'R.npy': make.npy(many.retain, [200, 4], { type: 'f4', fortran: true }),
  'F.npy': make.npy(many.forget, [30, 4], { type: 'f4' }),
};
const big = make.normals(15, 8190 * 2);
const large = { 'R.npy': make.npy(big, [8190, 2]), 'F.npy': make.npy(big.slice(0, 6), [3, 2]) };

const ofSubset = '--alpha 0.1 --eta 0.1 --batch-retain 8 --batch-forget 4 --sampling bernoulli';
const trained = (folder, loss, more = '') =>
  `analyze --retain RX.npy --forget FX.csv --backend cpu --model ${folder}/model.json --loss ${loss} ${setting} ${more}`;
const logistic = `analyze --retain R.csv --forget F.csv --model logistic ${setting}`;
const recommending = 'analyze problem.json --recommend --retain-share 0.5 --steps 200 --factor 50';

/** The calls on the stored vectors: `vectors` as in test/fixtures/vectors.json. */
export function vectorCalls(vectors) {
  const files = Object.fromEntries(vectors.map(({ problem }, k) => [`v${k}.json`, JSON.stringify(problem)]));
  return vectors.flatMap(({ name }, k) => [
    { name: `vector-${name}`, files, steps: [`analyze v${k}.json`, `analyze v${k}.json --json`] },
    ...(k % 4 === 0
      ? [{ name: `vector-${name}-recommend`, files, steps: [`analyze v${k}.json --recommend`] }]
      : []),
  ]);
}

/** Each call as text and as JSON. */
const both = (name, files, line) => ({ name, files, steps: [line, `${line} --json`] });

export function analyzeCalls({ problem, pytorch }) {
  const example = { 'problem.json': problem };
  return [
    both('problem', example, 'analyze problem.json'),
    both('factor', example, 'analyze problem.json --factor 50'),
    both('recommend', example, recommending),
    both('recommend-blocked', example, 'analyze problem.json --recommend'),
    both('recommend-batches', example, `${recommending} --batches 2,4`),
    both('out', example, 'analyze problem.json --out new/deep'),
    both('out-recommend', example, `${recommending} --out new`),
    both('npy', factors, `analyze --retain R.npy --forget F.npy ${small}`),
    both('npz', factors, `analyze --retain all.npz#retain --forget all.npz#forget ${small}`),
    both('npz-one', factors, `analyze --retain R.npy --forget one.npz ${small} --recommend`),
    both(
      'safetensors',
      factors,
      `analyze --retain all.safetensors#retain --forget all.safetensors#forget ${small}`,
    ),
    both(
      'zero-samples',
      factors,
      `analyze --retain R.npy --forget hole.npy ${small} --allow-zero-samples --out o`,
    ),
    both('files-subset', subsets, `analyze --retain R.npy --forget F.npy ${ofSubset} --subset 50`),
    both('subset', subsets, 'analyze many.json --subset 100 --seed 3'),
    both('subset-far', subsets, 'analyze far.json --subset 50 --confidence 0.9 --factor 20'),
    both('subset-near', subsets, 'analyze near.json --subset 50'),
    both('subset-whole', subsets, 'analyze many.json --subset 200'),
    both('subset-out', subsets, 'analyze many.json --subset 50 --out o'),
    both('csv-linear', models, `analyze --retain R.csv --forget FX.csv --model linear ${setting}`),
    both('npy-linear', models, `analyze --retain RX.npy --forget FX.npy --model linear ${setting} --out o`),
    both('logistic-fit', models, logistic),
    both('logistic-out', models, `${logistic} --recommend --out o`),
    both('logistic-weights', models, `${logistic} --weights w.csv`),
    both(
      'logistic-no-labels',
      models,
      `analyze --retain RX.npy --forget FX.npy --model logistic --weights w3.csv ${setting}`,
    ),
    both('logistic-no-bias', models, `${logistic} --no-bias --ridge 0.1`),
    both(
      'logistic-labels',
      models,
      `analyze --retain RX.npy --forget FX.npy --model logistic --labels-retain yr.csv --labels-forget yf.npy ${setting}`,
    ),
    both(
      'logistic-wide',
      models,
      `analyze --retain wideR.npy --forget wideF.npy --model logistic --labels-retain yr.csv --labels-forget yf.npy --ridge 0.01 ${setting}`,
    ),
    both('model-cross-entropy', models, trained('linear', 'cross-entropy')),
    both(
      'model-softmax',
      models,
      trained('softmax', 'cross-entropy', '--labels-retain cr.csv --labels-forget cf.csv'),
    ),
    both(
      'model-squared',
      models,
      trained('linear', 'squared', '--labels-retain pr.npy --labels-forget pf.npy --out o'),
    ),
    both(
      'model-convolution',
      models,
      `analyze --retain imagesR.npy --forget imagesF.npy --backend cpu --model convolution/model.json --loss squared ${setting}`,
    ),
    {
      name: 'model-wasm',
      files: models,
      steps: [
        `analyze --retain imagesR.npy --forget imagesF.npy --backend wasm --model convolution/model.json --loss squared ${setting}`,
      ],
    },
    ...Object.entries(pytorch).map(([name, files]) =>
      both(
        `pytorch-${name}`,
        files,
        `analyze --retain retain.npy --forget forget.npy --alpha 0.05 --eta 0.01 --batch-retain 4 --batch-forget 2 --sampling bernoulli --recommend`,
      ),
    ),
    {
      ...both(
        'large-subset',
        large,
        `analyze --retain R.npy --forget F.npy ${ofSubset.replace('forget 4', 'forget 2')} --subset 30`,
      ),
    },
    {
      name: 'large-default',
      slow: true,
      files: large,
      steps: [`analyze --retain R.npy --forget F.npy ${ofSubset.replace('forget 4', 'forget 2')} --json`],
    },
  ];
}
