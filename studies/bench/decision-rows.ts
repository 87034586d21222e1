import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUDGETS } from '../../src/harness/budget.js';
import { decideSide } from '../../src/decision/decide-side.js';
import { examinedCase } from '../../src/harness/examination.js';
import { drawInstances } from '../../src/harness/run-instances.js';
import { randomSource } from '../../src/statistics/generator.js';
import { problemFromSpec } from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { U3 } from '../../theorems/U3.js';
import { ROOT } from '../shared/checkout.js';
import { median, type Row } from './measure.js';

const SEED = 1;
const INSTANCES = 300;
/** Of both programs in turn. */
const ROUNDS = 5;
/** Of one certificate, about that of `verify`. */
const ERROR = 1e-13;

/** What studies/bench/hypothesis_check.py answers. */
interface CheckAnswer {
  /** Of processor time. */
  readonly seconds: number;
  readonly sides: readonly (readonly [instance: number, side: 'diverges' | 'stable' | null])[];
}

/** Seconds of processor time of this process so far. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** U3's draw at its step sizes, without the stored instances outside its hypothesis. */
function cases() {
  const drawn = drawInstances(U3, SEED, 0, INSTANCES).filter(
    ({ problem }) => problem.sampling === 'bernoulli',
  );
  return drawn.map((instance) => {
    const { problem, eta } = examinedCase(instance, (reduced) => U3.claim.criticalStep(reduced));
    const critical = U3.claim.criticalStep(problem.reduced);
    return { spec: problem.spec, eta, claimed: critical !== null && eta > critical ? 'diverges' : null };
  });
}

/** Certificates of the same problems, from the drawn factors on. */
function ownSides(drawn: ReturnType<typeof cases>): (string | null)[] {
  return drawn.map(({ spec, eta }, k) => {
    const problem = reduceProblem(problemFromSpec(spec));
    const process = linearisedProcess(problem, eta);
    const { side } = decideSide(process, problem, eta, randomSource('bench', 'decisions', k), {
      errorProbability: ERROR,
      maxSamples: BUDGETS.quick.maxSamples,
    });
    return side === 'inconclusive' ? null : side;
  });
}

/**
 * Decisions a second of processor time on U3's draw, over those of a check by Hypothesis and vectorised NumPy of the
 * same problems, error probability and samples at most.
 *
 * @throws Error if the two certify opposite sides.
 */
export function decisionRow(folder: string): Row {
  const what =
    "decisions per second of processor time, U3's draw, over Hypothesis and vectorised NumPy at the same error probability";
  const promised = 'at least 3 x';
  if (spawnSync('python3', ['-c', 'import numpy, hypothesis']).status !== 0) {
    return { what, promised, measured: 'skipped: python3 with numpy and hypothesis is missing' };
  }
  const drawn = cases();
  const file = join(folder, 'instances.json');
  const batchOf = ({ batch }: (typeof drawn)[number]['spec']) => [batch.retain, batch.forget];
  writeFileSync(
    file,
    JSON.stringify(
      drawn.map(({ spec, eta, claimed }) => {
        const { retain, forget, alpha } = spec;
        return { retain, forget, alpha, batch: batchOf(spec), eta, claimed };
      }),
    ),
  );
  // A suite decides thousands: the code is compiled by then.
  const own = ownSides(drawn);
  const words = [`${ROOT}studies/bench/hypothesis_check.py`, file, ERROR, BUDGETS.quick.maxSamples];
  const env = { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' };
  const rounds = Array.from({ length: ROUNDS }, () => {
    const begin = processorSeconds();
    ownSides(drawn);
    const seconds = processorSeconds() - begin;
    const { status, stdout, stderr } = spawnSync('python3', words.map(String), { encoding: 'utf8', env });
    if (status !== 0) throw new Error(`hypothesis_check.py: ${stderr}`);
    return { seconds, their: JSON.parse(stdout) as CheckAnswer };
  });
  const { sides } = rounds[0]!.their;
  for (const [k, side] of sides) {
    if (side !== null && own[k] !== null && side !== own[k]) {
      throw new Error(`instance ${k}: ${own[k]} here, ${side} by the peer`);
    }
  }
  const seconds = median(rounds.map((round) => round.seconds));
  const theirSeconds = median(rounds.map(({ their }) => their.seconds));
  const decided = own.filter((side) => side !== null).length;
  const theirs = sides.filter(([, side]) => side !== null).length;
  const each = (total: number, count: number): string => `${((1000 * total) / count).toFixed(1)} ms`;
  const ratio = median(rounds.map((round) => (decided / round.seconds) * (round.their.seconds / theirs)));
  return {
    what,
    promised,
    measured: `${ratio.toFixed(1)} x (${decided} of ${own.length} decided at ${each(seconds, decided)} here, ${theirs} of ${sides.length} at ${each(theirSeconds, theirs)} there)`,
  };
}
