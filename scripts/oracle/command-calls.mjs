/** Calls of `frontier`, `network`, `replay`, `theorems` and the help texts. */

const SMALL =
  'network --samples 16 --forget-count 4 --dimension 30 --width 4 --test 60 --retrained 2 --backend cpu';
const TINY = '--samples 2 --forget-count 1 --dimension 2 --width 1 --positives 1 --signal 0.5';

export function mapCalls(problem) {
  const files = { 'problem.json': problem };
  const small = (name, more) => ({ name, files, steps: [`frontier ${more} --workers 1 --out o`] });
  return [
    small('step-coherence', 'step-coherence --grid 6x9'),
    small('step-coherence-text', 'step-coherence --grid 20x24 --seed 4 --text'),
    small('step-coherence-json', 'step-coherence --grid 6x9 --seed 4 --json'),
    small('step-coherence-simulate', 'step-coherence --grid 3x8 --simulate'),
    small('step-batch', 'step-batch --grid 12x8'),
    small('step-batch-problem', 'step-batch --grid 9x6 --problem problem.json --text'),
    small('step-batch-options', 'step-batch --grid 5x5 --alpha 0.05 --sampling with-replacement'),
    small('step-mixing', 'step-mixing --grid 12x6'),
    small(
      'step-mixing-problem',
      'step-mixing --grid 8x8 --problem problem.json --sampling without-replacement',
    ),
    small('mixing-alignment', 'mixing-alignment --grid 8x8 --eta 0.3'),
    small('gradient-alignment', 'gradient-alignment'),
    small('hessian-grid', 'hessian-grid --grid 5x5 --alpha 0.1'),
    { ...small('hessian-grid-simulate', 'hessian-grid --grid 3x3 --simulate --text'), slow: true },
    { ...small('snr-samples', 'snr-samples --grid 3x3'), slow: true },
    { ...small('snr-mixing', 'snr-mixing --grid 2x3'), slow: true },
  ];
}

export function networkCalls() {
  const both = [
    '',
    '--batch-retain 3 --batch-forget 1',
    '--stop-at 1e-6',
    '--loss logistic',
    '--seed 2 --snr 2 --out o',
  ];
  const text = [
    ...[
      '--displacement 0.3 --factor 2',
      `${TINY} --seed 2 --forget most-memorised`,
      '--snr 0',
      '--forget-count 0 --alpha 0',
    ],
    ...[
      '--forget class:+1 --forget-count 15',
      '--alpha 1',
      '--retrained 0',
      '--eta 1e6',
      '--train mini-batch:4',
    ],
    ...[
      '--sampling bernoulli --batch-retain 3 --batch-forget 1',
      '--label-noise 0.2 --forget most-memorised',
    ],
    ...['--sampling with-replacement --batch-retain 3 --batch-forget 2 --steps 40', '--backend wasm'],
    ...[`${TINY} --seed 9`, `${TINY} --seed 9 --json`, `${TINY} --seed 2 --alpha 1 --forget least-memorised`],
    ...['--noise-patches 3 --noise-scale 0.5 --positives 0.7 --json', '--signal 3 --eta 0.05 --steps 60'],
  ];
  return [
    ...both.map((more, k) => ({ name: `both-${k}`, steps: [`${SMALL} ${more}`, `${SMALL} --json ${more}`] })),
    ...text.map((more, k) => ({ name: `text-${k}`, steps: [`${SMALL} ${more}`] })),
    { name: 'default', slow: true, steps: ['network --backend cpu', 'network --backend cpu --json --out o'] },
  ];
}

export function replayCalls(examples) {
  return Object.entries(examples).map(([id, record]) => ({
    name: id,
    files: { 'found.json': JSON.stringify(record) },
    steps: ['replay found.json'],
  }));
}

export function theoremCalls(ids) {
  return [
    { name: 'list', steps: ['theorems', 'theorems --json'] },
    ...ids.map((id) => ({ name: id, steps: [`theorems ${id}`, `theorems ${id.toLowerCase()} --json`] })),
  ];
}

export function helpCalls() {
  const commands = ['verify', 'merge', 'frontier', 'analyze', 'network', 'theorems', 'replay'];
  return [
    { name: 'program', steps: ['--help', '--version', '-V', 'help', ''] },
    ...commands.map((command) => ({ name: command, steps: [`${command} --help`, `help ${command}`] })),
  ];
}
