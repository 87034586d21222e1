import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomSource } from '../../src/statistics/generator.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { rankOneSet, type UnlearningProblem } from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { npyBytes } from '../../test/input/npy-bytes.js';
import { PROGRAM, ROOT } from '../shared/checkout.js';
import { median, type Row, seconds } from './measure.js';

/** What the peer program answers (studies/bench/peers.py). */
interface PeerAnswer {
  readonly seconds: number;
  readonly value: number;
  readonly megabytes: number;
}

/** Runs the peer program on two threads. @throws Error with what Python says */
export function peer(...words: readonly (string | number)[]): PeerAnswer {
  const env = { ...process.env, OPENBLAS_NUM_THREADS: '2', OMP_NUM_THREADS: '2' };
  const args = [`${ROOT}studies/bench/peers.py`, ...words.map(String)];
  const { status, stdout, stderr } = spawnSync('python3', args, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`peers.py ${words.join(' ')}: ${stderr}`);
  return JSON.parse(stdout) as PeerAnswer;
}

/** False where Python, NumPy or SciPy are missing. */
const hasPeer = (): boolean => spawnSync('python3', ['-c', 'import numpy, scipy']).status === 0;

/** Largest relative difference of two programs that compute the same. */
const SAME = 1e-6;

/** A ratio in one run, ours over theirs, after both gave the same value. @throws Error if they did not */
export function compared(
  what: string,
  goal: string,
  rounds: number,
  ours: () => { seconds: number; value: number },
  theirs: () => PeerAnswer,
): Row {
  if (!hasPeer())
    return { what, measured: 'skipped: python3 with numpy and scipy is missing', promised: goal };
  const ratios: number[] = [];
  let last = '';
  for (let k = 0; k < rounds; k++) {
    const other = theirs();
    const own = ours();
    if (!(Math.abs(own.value / other.value - 1) < SAME)) {
      throw new Error(`${what}: ${own.value} here, ${other.value} by the peer`);
    }
    ratios.push(own.seconds / other.seconds);
    last = `${own.seconds.toFixed(2)} s here, ${other.seconds.toFixed(2)} s there`;
  }
  return { what, measured: `${median(ratios).toFixed(1)} x (${last})`, promised: goal };
}

/** Runs before those that are measured: the engine compiles what is hot. */
const COMPILING = 8;

function etaStarRow(folder: string, r: number): Row {
  const [n, m] = [4 * r, Math.ceil(r / 3)];
  const random = randomSource('bench', 'eta star', r);
  const numbers = (count: number): Float64Array =>
    Float64Array.from({ length: count * r }, (_, k) => random.normal() * Math.exp((-2 * (k % r)) / r));
  const [retain, forget] = [numbers(n), numbers(m)];
  const batch = { retain: Math.ceil(n / 25), forget: Math.ceil(m / 10) };
  const alpha = 0.02;
  const [retainFile, forgetFile] = [join(folder, 'eta-retain.npy'), join(folder, 'eta-forget.npy')];
  writeFileSync(retainFile, npyBytes(retain, [n, r]));
  writeFileSync(forgetFile, npyBytes(forget, [m, r]));
  const sets = { retain: rankOneSet(retain, r), forget: rankOneSet(forget, r) };
  const problem: UnlearningProblem = { ...sets, alpha, batch, sampling: 'bernoulli' };
  let value = NaN;
  const own = (): number =>
    seconds(() => (value = exactStability(reduceProblem(problem)).criticalStep().value));
  const first = own();
  // The peer's loops are compiled when it starts.
  for (let k = 0; k < COMPILING; k++) own();
  const row = compared(
    `exact eta\\* from the data, rank one, r = ${r}, over SciPy's LinearOperator and eigsh on 2 threads`,
    'at most 1.0 x',
    5,
    () => {
      // To start a program is a fork: after it every page that is written is paid for once more.
      own();
      return { seconds: own(), value };
    },
    () => peer('eta-star', retainFile, forgetFile, alpha, batch.retain, batch.forget),
  );
  return { ...row, measured: `${row.measured}, the first of a process ${first.toFixed(2)} s` };
}

/** Start-up: seconds of a command over those of `node -e 0`, in turn. */
function startRow(what: string, goal: string, words: readonly string[]): Row {
  const wall = (args: readonly string[]): number => seconds(() => void spawnSync(process.execPath, args));
  const ratios = Array.from({ length: 9 }, () => wall([PROGRAM, ...words]) / wall(['-e', '0']));
  return { what: `${what} over \`node -e 0\``, measured: `${median(ratios).toFixed(1)} x`, promised: goal };
}

/** Comparisons with programs that others would use, and start-up. */
export function peerRows(folder: string, gram: { seconds: number; value: number; file: string }): Row[] {
  return [
    ...[100, 200, 500].map((r) => etaStarRow(folder, r)),
    compared(
      'Gram matrix of that file over NumPy in float64 by blocks, 2 threads',
      'at most 2 x',
      1,
      () => gram,
      () => peer('gram', gram.file),
    ),
    startRow('`--help`', 'at most 3.75 x', ['--help']),
    startRow('`analyze` of ten samples', 'at most 10 x', [
      'analyze',
      `${ROOT}examples/problem.json`,
      '--json',
    ]),
  ];
}
