/** Calls that end with exit code 2 and one line on stderr. */
import { fileRefusals } from './file-refusals.mjs';

const good = {
  retain: [[[1, 0]], [[0, 1]], [[1, 1]]],
  forget: [[[1, 2]]],
  alpha: 0.05,
  eta: 0.2,
  batch: { retain: 2, forget: 1 },
  sampling: 'bernoulli',
};
const text = (more) => JSON.stringify({ ...good, ...more });
const sized = (size) => text({ retain: [[[size, 0]], [[0, size]], [[size, size]]] });

/** Texts of problem files. */
const problems = {
  'not-json': '{ "retain": [',
  number: '17',
  empty: '',
  'missing-eta': text({ eta: undefined }),
  'missing-all': '{}',
  'unknown-field': text({ etta: 1 }),
  'unknown-batch-field': text({ batch: { retain: 1, forget: 1, x: 1 } }),
  'alpha-above': text({ alpha: 1.5 }),
  'alpha-below': text({ alpha: -0.1 }),
  'alpha-text': text({ alpha: '0.1' }),
  'eta-0': text({ eta: 0 }),
  'eta-below': text({ eta: -1 }),
  'eta-infinite': text().replace('"eta":0.2', '"eta":1e999'),
  'batch-0': text({ batch: { retain: 0, forget: 1 } }),
  'batch-above': text({ batch: { retain: 2, forget: 2 } }),
  'batch-half': text({ batch: { retain: 1.5, forget: 1 } }),
  sampling: text({ sampling: 'poisson' }),
  ragged: text({ forget: [[[1, 2, 3]]] }),
  'text-number': text({ forget: [[[1, 'x']]] }),
  'null-number': text({ forget: [[[1, null]]] }),
  'infinite-number': text().replace('[1,2]', '[1,1e999]'),
  'no-factors': text({ forget: [[]] }),
  'no-numbers': text({ retain: [[[]]], batch: { retain: 1, forget: 1 } }),
  flat: text({ forget: [[1, 2]] }),
  zero: text({ forget: [[[0, 0]]] }),
  'no-retain': text({ retain: [] }),
  'no-forget': text({ forget: [] }),
  overflow: sized(1e200),
  underflow: sized(1e-200),
};

const general = [
  ...[
    'verify --theorem U33',
    'theorems Q5',
    'verify --runs 2.5',
    'verify --runs 0',
    'verify --seed abc',
    'verify --seed -1',
  ],
  ...[
    'verify --budget quik',
    'verify --workers 0',
    'verify --out /dev/null/reports',
    'verify --sed 1',
    'verfy',
    'analyze',
  ],
  ...[
    'verify --backend gpu',
    'verify --resume nowhere',
    'verify extra',
    'replay',
    'replay none.json',
    'theorems U3 U4',
  ],
  ...['0/3', '4/3', '1', 'a/b', '1/0'].map(
    (shard) => `verify --theorem U8 --runs 5 --shard ${shard} --out o`,
  ),
  ...['analyze none.json', 'analyze .', 'replay good.json', 'replay torn.json', 'replay .'],
  ...['analyze good.json --factor 1', 'analyze good.json --steps 9', 'analyze good.json --retain-share 0.2'],
  ...['analyze good.json --batches 2', 'analyze good.json --out good.json', 'analyze good.json extra.json'],
  ...['--steps 0', '--retain-share 1', '--batches 2,0', '--batches 2,,4', '--batches 2,7'].map(
    (more) => `analyze good.json --recommend ${more}`,
  ),
  ...[
    '--subset 5',
    '--subset 50 --confidence 1',
    '--subset x',
    '--subset 50 --seed -1',
    '--seed 1',
    '--confidence 0.9',
  ].map((more) => `analyze good.json ${more}`),
];

const frontier = [
  ...[
    'step-bach',
    'step-batch --seed x',
    'step-batch --workers 0',
    'step-batch --grid 40',
    'step-batch --grid 1x9',
  ],
  ...['step-batch --grid 9x401', 'step-batch --shard 3/2', 'step-batch --alpha 1.5', 'step-batch --alpha ""'],
  ...[
    'hessian-grid --eta 0',
    'hessian-grid --eta Infinity',
    'step-mixing --sampling poisson',
    'step-mixing --alpha 0.1',
  ],
  ...['step-coherence --problem p.json', 'hessian-grid --problem p.json', 'gradient-alignment --eta 1'],
  ...['gradient-alignment --grid 4x4', 'snr-mixing --simulate', 'mixing-alignment --problem p.json'],
  ...['step-batch --problem missing.json', 'step-batch --json --text', 'step-batch --frobnicate'],
  ...[
    'step-batch --problem often.json',
    'step-mixing --problem empty.json',
    'step-batch --problem empty.json --alpha 0.1',
  ],
];
const one = { retain: [[[1]]], forget: [], alpha: 0, eta: 1, batch: { retain: 1, forget: 0 } };
const frontierFiles = {
  'often.json': JSON.stringify({ ...one, sampling: 'often' }),
  'empty.json': JSON.stringify({ ...one, sampling: 'bernoulli' }),
};

const network = [
  ...[
    '--dimension 1',
    '--samples 1',
    '--forget-count 16',
    '--forget-count 0',
    '--forget class:-1 --positives 1',
  ],
  ...[
    '--forget clas:+1',
    '--batch-forget 5',
    '--batch-retain 17',
    '--snr -1',
    '--snr 1 --signal 2',
    '--alpha 1.1',
  ],
  ...[
    '--alpha x',
    '--alpha Infinity',
    '--eta 0',
    '--factor 1',
    '--displacement 0',
    '--stop-at 1',
    '--label-noise 2',
  ],
  ...[
    '--train mini-batch:17',
    '--train adam',
    '--loss hinge',
    '--width 9999 --dimension 2000',
    '--backend gpu',
  ],
  ...[
    '--out /dev/null/x',
    '--steps 0',
    '--retrained -1',
    '--test 0',
    '--noise-patches 0',
    '--noise-scale 0',
    '--width 0',
  ],
];

const small = 'network --samples 16 --forget-count 4 --dimension 30 --width 4 --test 60 --retrained 2';
const listed = (name, given, lines) => ({ name, files: given, steps: lines });

export function refusalCalls() {
  const torn = { 'good.json': text(), 'torn.json': '{"schemaVersion": 1,' };
  return [
    listed('general', torn, general),
    listed('frontier', frontierFiles, [
      ...frontier.map((more) => `frontier ${more} --out o`),
      'frontier',
      'frontier step-batch --resume nowhere',
    ]),
    listed('network', {}, network.map((more) => `${small} ${more}`)), // prettier-ignore
    ...fileRefusals(),
    ...Object.entries(problems).map(([name, content]) =>
      listed(`problem-${name}`, { 'problem.json': content }, ['analyze problem.json --json']),
    ),
  ];
}
