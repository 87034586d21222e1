import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { Matrix } from 'ml-matrix';
import { rankOneSet, type UnlearningProblem } from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { multiplyTransposed } from '../../src/linalg/multiply-transposed.js';
import { type PanelProduct, panelProducts } from '../../src/linalg/panel-products.js';
import { largeProduct } from '../../src/linalg/product-team.js';
import { normals, randomSource } from '../../src/statistics/generator.js';
import type { AgreementReport } from '../../src/report/agreement.js';
import { denseCriticalStep } from '../../test/reference/dense-operator.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { markdownTable } from '../../src/report/table.js';
import { PROGRAM, ROOT } from '../shared/checkout.js';
import { noOptions, study, type StudyConsole } from '../shared/study.js';
import { median, ratio, seconds, type Row } from './measure.js';
import { writeNormalFile } from './normal-file.js';
import { networkRows } from './network-rows.js';
import { peerRows } from './peer-rows.js';
import { decisionRow } from './decision-rows.js';
import { stepRows } from './step-rows.js';
import { subsetRows } from './subset-rows.js';

/**
 * Measures the figures the project promises and writes studies/bench/RESULTS.md: npm run bench. Absolute times are of the
 * machine named there; comparisons are ratios of runs taken in turn within this one process.
 */
export default study({ name: 'bench', usage: '', options: noOptions, run: measureAll });

let folder = '';

function randomProblem(nRetain: number, nForget: number, p: number, alpha: number): UnlearningProblem {
  const random = randomSource('bench', nRetain, nForget, p);
  const set = (n: number) =>
    rankOneSet(
      Float64Array.from({ length: n * p }, (_, k) => random.normal() * Math.exp((-3 * (k % p)) / p)),
      p,
    );
  const batch = { retain: Math.ceil(nRetain / 25), forget: Math.ceil(nForget / 10) };
  return { retain: set(nRetain), forget: set(nForget), alpha, batch, sampling: 'without-replacement' };
}

function run(args: readonly string[]): { stdout: string; seconds: number } {
  const start = performance.now();
  const { stdout, status, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`${args.join(' ')} exited with ${status}: ${stderr}`);
  return { stdout, seconds: (performance.now() - start) / 1000 };
}

function verifyRow(budget: 'quick' | 'standard', promised: string): Row {
  const { stdout, seconds: wall } = run(['verify', '--budget', budget, '--out', folder, '--json']);
  const report = JSON.parse(stdout) as AgreementReport;
  const far = report.theorems.reduce((sum, { far }) => sum + far.tested, 0);
  const open = report.theorems.reduce((sum, { far }) => sum + far.inconclusive, 0);
  const instances = Math.min(...report.theorems.map(({ instances: n }) => n));
  return {
    what: `\`verify --budget ${budget}\``,
    measured: `${wall.toFixed(1)} s, ${report.timing.peakMemoryMegabytes} MB, ${instances} instances a theorem, ${open} of ${far} tested instances beyond 5 % inconclusive (${((100 * open) / far).toFixed(2)} %)`,
    promised,
  };
}

/** Two workers beside one, in turn; of work that is long beside the start of a worker. */
function workersRow(what: string, words: readonly string[], turns = 3): Row {
  const wall = (workers: number): number => run([...words, '--workers', String(workers)]).seconds;
  const ratios = Array.from({ length: turns }, () => wall(1) / wall(2));
  return {
    what: `${what}: one worker over two`,
    measured: `${median(ratios).toFixed(2)} x`,
    promised: 'at least 1.8 x',
  };
}

/** So many threads that each do the same arithmetic, without memory. */
const THREADS = `
const { Worker } = require('node:worker_threads');
const loop = '(() => { let x = 1; for (let k = 0; k < 2e8; k++) x = x * 0.999 + 1; if (x < 0) throw x; })()';
for (let k = 0; k < Number(process.argv[1]); k++) new Worker(loop, { eval: true });
`;

/** What the second processor is worth on this machine, where both may be one core: no program gains more by it. */
function processorsRow(): Row {
  const wall = (threads: number): number =>
    seconds(() => spawnSync(process.execPath, ['-e', THREADS, String(threads)]));
  const ratios = Array.from({ length: 5 }, () => (2 * wall(1)) / wall(2));
  return {
    what: 'plain arithmetic: two threads one after the other over both at once',
    measured: `${median(ratios).toFixed(2)} x`,
    promised: '-',
  };
}

/** Measurements of `studies/bench/gram.ts`. */
interface MeasuredGram {
  readonly seconds: number;
  readonly megabytes: number;
  readonly value: number;
  readonly file: string;
}

function measuredGram(columns: number): MeasuredGram {
  const words = [`${ROOT}dist/studies/run.js`, 'gram', folder, String(columns)];
  const { stdout, status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`gram exited with ${status}: ${stderr}`);
  return JSON.parse(stdout) as MeasuredGram;
}

function gramRow(columns: number, measured: MeasuredGram): Row {
  return {
    what: `Gram matrix of 2,000 samples in a float32 file, p = ${columns} (memory is the same for every p; \`studies/bench/gram.ts\`)`,
    measured: `${measured.seconds.toFixed(0)} s, ${measured.megabytes.toFixed(0)} MB`,
    promised: 'under 1.5 GB with p = 1,000,000',
  };
}

function etaStarRow(): Row {
  const problem = randomProblem(800, 80, 200, 0.005);
  let r = 0;
  const wall = seconds(() => {
    const reduced = reduceProblem(problem);
    r = reduced.dimension;
    exactStability(reduced).criticalStep();
  });
  return {
    what: `exact eta\\* from the data, rank one, n_R = 800, n_F = 80, r = ${r}`,
    measured: `${wall.toFixed(2)} s`,
    promised: 'under 3 s',
  };
}

function analyzeRow(nRetain: number, nForget: number): Row {
  const random = randomSource('bench', 'analyze');
  const samples = (n: number) =>
    Array.from({ length: n }, () => [
      Array.from({ length: 20_000 }, () => Number(random.normal().toFixed(6))),
    ]);
  const file = join(folder, 'problem.json');
  const problem = {
    retain: samples(nRetain),
    forget: samples(nForget),
    alpha: 0.1,
    eta: 1e-4,
    batch: { retain: 32, forget: 8 },
    sampling: 'bernoulli',
  };
  writeFileSync(file, JSON.stringify(problem));
  const size = Math.round(readFileSync(file).length / 2 ** 20);
  const { seconds: wall } = run(['analyze', file, '--json']);
  return {
    what: `\`analyze\`, n = ${nRetain} + ${nForget}, p = 20,000 (${size} MB of JSON)`,
    measured: `${wall.toFixed(1)} s`,
    promised: 'under 10 s',
  };
}

/** A whole analysis of two files of float32 normal numbers, whose parameters are as many as the curvature has directions or more. */
function wholeAnalysisRow(columns: number, promised: string): Row {
  const files = { retain: 2000, forget: 166 };
  const words = Object.entries(files).flatMap(([name, rows]) => {
    const path = join(folder, `analysis-${name}.npy`);
    writeNormalFile(path, { rows, columns, fortran: false });
    return [`--${name}`, path];
  });
  const { seconds: wall } = run([
    'analyze',
    ...words,
    ...[
      '--alpha',
      '0.02',
      '--eta',
      '1e-4',
      '--batch-retain',
      '80',
      '--batch-forget',
      '17',
      '--sampling',
      'bernoulli',
    ],
    '--json',
  ]);
  const r = Math.min(columns, files.retain + files.forget);
  return {
    what: `whole \`analyze\`, n = ${files.retain} + ${files.forget}, p = ${columns}, r = ${r}`,
    measured: `${wall.toFixed(1)} s`,
    promised,
  };
}

function ratioRows(): Row[] {
  const random = randomSource('bench', 'product');
  const n = 300;
  const a = Float64Array.from({ length: n * n }, () => random.normal());
  const left = Matrix.from1DArray(n, n, Array.from(a));
  const product = ratio(
    7,
    () => left.mmul(left),
    () => multiplyTransposed(a, n, a, n, n),
  );
  const [rows, length] = [1000, 2000];
  const factors = normals(rows * length, random);
  const gram: PanelProduct = {
    ...{ a: factors, m: rows, b: factors, n: rows, k: length, shape: 'symmetric' },
    out: new Float64Array(rows * rows),
  };
  const team = ratio(
    7,
    () => panelProducts(gram),
    () => largeProduct(gram),
  );
  const small = reduceProblem(randomProblem(30, 6, 12, 0));
  const operator = ratio(
    5,
    () => denseCriticalStep(small),
    () => exactStability(small).criticalStep(),
  );
  return [
    {
      what: 'dense product n = 300: ml-matrix over `src/linalg`',
      measured: `${product.toFixed(1)} x`,
      promised: '-',
    },
    {
      what: `Gram matrix of ${rows} x ${length} in memory: one processor over ${cpus().length}`,
      measured: `${team.toFixed(2)} x`,
      promised: 'at least 1.8 x on two',
    },
    {
      what: 'eta\\* at r = 12: dense reference over matrix-free',
      measured: `${operator.toFixed(0)} x`,
      promised: '-',
    },
  ];
}

async function measureAll(_: object, console: StudyConsole): Promise<number> {
  folder = mkdtempSync(join(tmpdir(), 'unlearning-stability-bench-'));
  try {
    const gram = measuredGram(20_000);
    const rows = [
      verifyRow('quick', '-'),
      verifyRow('standard', 'at least 200 instances, under 1 GB, inconclusive under 2 %'),
      processorsRow(),
      workersRow('`verify --budget quick`', ['verify', '--budget', 'quick', '--out', folder], 1),
      workersRow('`frontier step-batch --simulate`', [
        ...['frontier', 'step-batch', '--simulate', '--out', join(folder, 'map')],
      ]),
      etaStarRow(),
      analyzeRow(270, 30),
      analyzeRow(150, 150),
      wholeAnalysisRow(500, 'under 8 s'),
      wholeAnalysisRow(20_000, 'under 90 s after the Gram matrix'),
      gramRow(20_000, gram),
      ...peerRows(folder, gram),
      ...stepRows(folder),
      decisionRow(folder),
      ...subsetRows(PROGRAM, folder),
      ...ratioRows(),
      ...(await networkRows()),
    ];
    const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`;
    const table = [
      '# Measured figures',
      '',
      `Written by \`npm run bench\` on: ${machine}.`,
      '',
      ...markdownTable(
        ['what', 'measured', 'promised'],
        rows.map(({ what, measured, promised }) => [what, measured, promised]),
        [],
      ),
    ].join('\n');
    writeFileSync(`${ROOT}studies/bench/RESULTS.md`, `${table}\n`);
    console.print(table);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
