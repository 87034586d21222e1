import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { rowsTimesVector } from '../linalg/row-products.js';
import { rankOneSet } from '../theory/problem.js';
import { factorQuadratic } from '../unlearning/factor-quadratic.js';
import { addBatchGradient } from '../unlearning/per-sample-model.js';
import type { CliContext } from './context.js';
import { UsageError } from './options.js';

/** A product whose rate is measured, and its multiplications. */
interface MeasuredProduct {
  readonly multiplications: number;
  readonly run: () => unknown;
}

/** A block of a Gram matrix. */
export function gramProduct(): MeasuredProduct {
  const [rows, columns] = [128, 512];
  const block = new Float64Array(rows * columns).fill(1);
  return {
    multiplications: rows * rows * columns,
    run: () => multiplyTransposed(block, rows, block, rows, columns),
  };
}

/** The gradients of a batch, as a simulated step has them: its operations are those of an analysis, four a factor's number. */
export function gradientProduct(): MeasuredProduct {
  const [samples, parameters] = [64, 256];
  const model = factorQuadratic(
    rankOneSet(new Float64Array(samples * parameters).fill(1), parameters),
    new Float64Array(parameters),
  );
  const batch = { indices: Int32Array.from({ length: samples }, (_, i) => i), size: samples };
  const [w, out] = [new Float64Array(parameters).fill(1), new Float64Array(parameters)];
  const run = (): void => addBatchGradient(model, w, batch, 1, out);
  // Loops that are not compiled yet are ten times slower.
  for (let k = 0; k < WARM_RUNS; k++) run();
  return { multiplications: 4 * samples * parameters, run };
}

const WARM_RUNS = 500;

/** Rows of a Jacobian times a vector, as a step of a forecast has it. */
export function stepProduct(): MeasuredProduct {
  const [rows, columns] = [128, 4096];
  const [block, vector] = [new Float32Array(rows * columns).fill(1), new Float64Array(columns).fill(1)];
  const out = new Float64Array(rows);
  return {
    multiplications: rows * columns,
    run: () => rowsTimesVector(block, 0, rows, vector, out, 0),
  };
}

/** Milliseconds of a measurement. */
const MEASURED = 30;

/** Most products of a measurement, whatever the clock says. */
const MOST_RUNS = 1000;

/** Fewer multiplications than that are done before anyone asks. */
const SHORT_WORK = 2e9;

/** Longer work is announced. */
const LONG_SECONDS = 20;

/** Work that takes so many times the limit is far above it: the estimate is about right, and the machine may be busy now. */
const FAR = 10;

/** Work of a command, before it begins. */
interface AnnouncedWork {
  /** Multiplications, about. */
  readonly work: number;
  /** Those that no limit interrupts. */
  readonly fixed: number;
  readonly timeLimit: number | undefined;
  /** What makes it end earlier, in words: without a limit, and in place of one that is too short. */
  readonly shorter: string;
  readonly instead: string;
}

/**
 * Says on stderr how long work will take, from a short measurement of the products that it is made of: of long work alone, and
 * nowhere in the results.
 *
 * @throws UsageError if what no limit interrupts is far above --time-limit.
 */
export function announceWork(
  { stderr, now }: Pick<CliContext, 'now' | 'stderr'>,
  { work, fixed, timeLimit, shorter, instead }: AnnouncedWork,
  product: () => MeasuredProduct,
): void {
  if (work < SHORT_WORK) return;
  const rate = measuredRate(now, product());
  if (timeLimit !== undefined && fixed / rate > FAR * timeLimit) {
    throw new UsageError(
      `--time-limit must be near the ${shown(fixed / rate)} s of work that it does not shorten, or left out (${instead}); got ${timeLimit}`,
    );
  }
  if (work / rate < LONG_SECONDS) return;
  const limited = timeLimit === undefined ? `; ${shorter}` : '';
  stderr.write(`About ${shown(work / rate)} s of work on one processor${limited}\n`);
}

/** Share of a limit that may be exceeded without a word. */
const LATE = 0.25;

/** Says that what no limit shortens took longer than --time-limit; null if it is over by LATE at most. No result has it: it is of a clock. */
export function unshortened(milliseconds: number, timeLimit: number): string | null {
  const seconds = milliseconds / 1000;
  if (seconds <= (1 + LATE) * timeLimit) return null;
  return `note: what --time-limit does not shorten took ${shown(seconds)} s; got ${timeLimit}\n`;
}

/** Multiplications a second. */
function measuredRate(now: () => number, { multiplications, run }: MeasuredProduct): number {
  run();
  const start = now();
  let [count, spent] = [0, 0];
  while (spent < MEASURED && count < MOST_RUNS) {
    run();
    count++;
    spent = now() - start;
  }
  return (1000 * count * multiplications) / spent;
}

/** Two digits: more are not known. */
function shown(seconds: number): string {
  return String(Number(Math.ceil(seconds).toPrecision(2)));
}
