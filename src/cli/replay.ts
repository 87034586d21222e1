import {
  type Counterexample,
  type ProblemWithStep,
  replayCounterexample,
} from '../harness/counterexample.js';
import type { Examination } from '../harness/examination.js';
import { usesBackend } from '../harness/kinds.js';
import { InputError } from '../input/input-error.js';
import { randomSource } from '../statistics/generator.js';
import { instanceText } from '../report/agreement.js';
import { significant } from '../report/number-format.js';
import { sideOfGrowth } from '../theory/operator/exact-stability.js';
import { problemFromSpec } from '../theory/problem.js';
import { reduceProblem } from '../theory/reduction.js';
import { trajectory } from '../unlearning/growth.js';
import { linearisedProcess, type UnlearningImplementation } from '../unlearning/process.js';
import type { CliCommand } from './context.js';
import { readSavedFailure } from './agreement-files.js';

/** `replay FILE`: examines a saved contradiction again; 1 while it stands, 0 once it is gone, 3 if undecided. */
export const replayCommand: CliCommand = {
  argument: ['<file>', 'counterexample file'],
  options: {},
  async run({ context, words: [name] }) {
    const { implementation } = context;
    const file = name!;
    const { record, theorem } = readSavedFailure(file, context.theorems);
    const backend = usesBackend([theorem]) ? await context.loadBackend(null) : null;
    const examination = examinedAgain(file, () =>
      replayCounterexample(theorem, record, implementation, backend),
    );
    context.stdout.write(`${describeReplay(record, examination, implementation)}\n`);
    if (examination.outcome === 'contradict') return 1;
    return examination.outcome === 'inconclusive' ? 3 : 0;
  },
};

/** @throws InputError for numbers of the file that no check of its shape finds: those of a network that cannot be. */
function examinedAgain(file: string, examine: () => Examination): Examination {
  try {
    return examine();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError(`${file}: cannot be examined (${error.message})`);
  }
}

function describeReplay(
  record: Counterexample,
  now: Examination,
  implementation: UnlearningImplementation,
): string {
  const { theorem, problem } = record;
  const standing =
    now.outcome === 'contradict' ? 'the contradiction stands' : `no contradiction now (${now.outcome})`;
  return [
    `${theorem.id} ${theorem.name}: ${standing}`,
    `statement    ${theorem.statement}`,
    `instance     ${instanceText(record)}`,
    ...(now.logGrowth === null
      ? []
      : [
          `prediction   ${now.predicted} (critical step ${significant(now.criticalStep)})`,
          `exact        eta* ${significant(now.etaStar)}, log rho = ${significant(now.logGrowth)} per step: ${sideOfGrowth(now.logGrowth)}`,
        ]),
    `${now.logGrowth === null ? 'experiment' : 'simulation'}   ${now.evidence}`,
    ...(now.conflict ? [`conflict     ${now.conflict}`] : []),
    `found        predicted ${record.found.predicted}; ${record.found.evidence}`,
    ...(problem
      ? [
          '',
          'log10 |delta_k|^2 of four runs of the real step (columns: steps; rows: size):',
          growthPicture(sampleRuns(problem, record.decision.seed, implementation)),
        ]
      : []),
  ].join('\n');
}

/** Four trajectories from a fixed start. */
function sampleRuns(
  problem: ProblemWithStep,
  seed: number,
  implementation: UnlearningImplementation,
): Float64Array[] {
  const reduced = reduceProblem(problemFromSpec(problem));
  const start = new Float64Array(reduced.dimension).fill(1 / Math.sqrt(reduced.dimension));
  return [0, 1, 2, 3].map((run) =>
    trajectory(
      linearisedProcess(reduced, problem.eta, implementation),
      start,
      120,
      randomSource('replay', seed, run),
    ),
  );
}

const ROWS = 12;
const COLUMNS = 60;

/** Runs as a picture in text: log10 of the given positive series over their index; digits name the runs. */
function growthPicture(series: readonly Float64Array[]): string {
  const logs = series.map((values) => Array.from(values, (x) => Math.log10(Math.max(x, 1e-300))));
  const all = logs.flat();
  const low = Math.floor(Math.min(...all, -1));
  const high = Math.ceil(Math.max(...all, 1));
  const canvas = Array.from({ length: ROWS }, () => new Array<string>(COLUMNS).fill(' '));
  const rowOf = (value: number): number =>
    Math.min(ROWS - 1, Math.max(0, Math.round(((high - value) / (high - low)) * (ROWS - 1))));
  canvas[rowOf(0)]!.fill('-');
  logs.forEach((values, run) => {
    for (let column = 0; column < COLUMNS; column++) {
      const k = Math.round((column / (COLUMNS - 1)) * (values.length - 1));
      canvas[rowOf(values[k]!)]![column] = String((run + 1) % 10);
    }
  });
  return canvas
    .map((cells, row) => {
      const value = high - (row / (ROWS - 1)) * (high - low);
      return `${value.toFixed(1).padStart(8)} |${cells.join('').trimEnd()}`;
    })
    .join('\n');
}
