import { decideSide } from '../decision/decide-side.js';
import { FAMILY_ERROR } from '../harness/error-budget.js';
import { randomSource } from '../random/generator.js';
import type { Interval } from '../statistics/intervals.js';
import type { ReducedProblem, Sampling } from '../theory/problem.js';
import { perronStart, typicalGrowth } from '../unlearning/growth.js';
import { linearisedProcess, type UnlearningImplementation } from '../unlearning/process.js';
import { type AssessedProblem, opposed, thresholdFields } from './assessed-problem.js';
import type {
  CellCertificate,
  FrontierCell,
  LineDefinition,
  MapFrame,
  MapRequest,
  MapTools,
  MarkDefinition,
} from './frontier-map.js';

/** The exact log growth rate as the colour. */
export const GROWTH_COLOUR: MapFrame['colour'] = {
  field: 'logGrowth',
  title: 'exact growth log ρ of E|δ|² per step',
};

/** Where the exact log growth rate passes through zero. */
export const EXACT_LINE: LineDefinition = {
  id: 'exact',
  label: 'exact',
  kind: 'exact',
  field: 'logGrowth',
  coincides: 'etaStar',
};

export const HEAVY_TAIL: MarkDefinition = {
  id: 'heavy-tail',
  label: 'heavy tail: E|δ|² grows, almost every run shrinks',
  style: 'hatch',
};

export const OPEN_CERTIFICATE: MarkDefinition = {
  id: 'certificate-open',
  label: 'not decided by the sampled steps',
  style: 'dot',
};

const SAMPLING_WORDS: Readonly<Record<Sampling, string>> = {
  bernoulli: 'bernoulli batches',
  'with-replacement': 'batches with replacement',
  'without-replacement': 'batches without replacement',
};

export function samplingWords(sampling: Sampling): string {
  return SAMPLING_WORDS[sampling];
}

/** A number with four digits, for titles. */
export function shortNumber(x: number): string {
  return String(Number(x.toPrecision(4)));
}

/** A problem at a step size, as a cell shows it. */
export interface LinearCell {
  readonly assessed: AssessedProblem;
  /** The problem whose steps are sampled: the one assessed, or one with the same rho(T). */
  readonly sampled: ReducedProblem;
  readonly eta: number;
  /** Upper bound of the growth 2 gamma of single runs, if it is known exactly; else it is measured. */
  readonly typical?: number;
  readonly column: number;
  readonly row: number;
}

/** What all cells of a map share. */
export interface LinearCellSettings {
  readonly request: MapRequest;
  readonly tools: MapTools;
  /** Number of cells. */
  readonly cells: number;
}

/** The cell of a linear problem: exact growth, theorems, heavy tail, and the sampled certificate if asked for. */
export function linearCell(cell: LinearCell, { request, tools, cells }: LinearCellSettings): FrontierCell {
  const { assessed, sampled, eta, column, row } = cell;
  const { growth, exact, theorems, wrong } = assessed.at(eta);
  const words = [request.map, request.seed, column, row];
  // Where the second moment shrinks so do single runs (U11).
  const typical =
    exact === 'diverges'
      ? (cell.typical ?? typicalRuns(sampled, eta, growth.perron, tools.implementation, words).high)
      : null;
  const certificate = request.simulate
    ? sampledCertificate(sampled, eta, tools.implementation, cells, words)
    : null;
  const contradicted = certificate && (certificate.fault ?? opposed(certificate.side, exact));
  const heavyTail = typical !== null && typical < 0;
  const open = certificate?.side === 'inconclusive';
  return {
    exact,
    fields: {
      logGrowth: growth.logGrowth,
      eta,
      alpha: sampled.alpha,
      etaStar: assessed.etaStar,
      typicalGrowth: typical,
      ...thresholdFields(assessed),
    },
    theorems,
    marks: [...(heavyTail ? [HEAVY_TAIL.id] : []), ...(open ? [OPEN_CERTIFICATE.id] : [])],
    certificate: certificate && { side: certificate.side, samples: certificate.samples },
    wrong: contradicted ? [...wrong, 'certificate'] : wrong,
  };
}

/** The function, remembering its last value: the cells of a column, asked for one after another, share a problem. */
export function perColumn<Value>(of: (column: number) => Value): (column: number) => Value {
  let known: { readonly column: number; readonly value: Value } | null = null;
  return (column) => {
    if (known?.column !== column) known = { column, value: of(column) };
    return known.value;
  };
}

/** Pairs of batches that the certificate of one cell may take. */
const MAX_SAMPLES = 20_000;

/** A certificate, and whether the drawn steps are those of the problem. */
export interface SampledCertificate extends CellCertificate {
  readonly fault: string | null;
}

/**
 * Decides the side of a cell by sampled steps of the real implementation. Over all cells of a map the
 * probability that any certificate is wrong is at most that of a run of `verify`.
 *
 * @param words name the cell in the random stream.
 */
export function sampledCertificate(
  problem: ReducedProblem,
  eta: number,
  implementation: UnlearningImplementation,
  cells: number,
  words: readonly (string | number)[],
): SampledCertificate {
  const process = linearisedProcess(problem, eta, implementation);
  const random = randomSource('frontier', 'certificate', ...words);
  const options = { errorProbability: FAMILY_ERROR / cells, maxSamples: MAX_SAMPLES };
  const { side, samples, fault } = decideSide(process, problem, eta, random, options);
  return { side, samples, fault };
}

/** Enough to tell the sign of 2 gamma a cell or so from where it changes. */
const TYPICAL_RUNS = 12;
const TYPICAL_STEPS = 200;
const BURN_IN = 40;
const CONFIDENCE = 0.99;

/**
 * Measured growth 2 gamma of single runs, from starts along the Perron matrix, with its interval.
 *
 * @param words name the cell in the random stream.
 */
export function typicalRuns(
  problem: ReducedProblem,
  eta: number,
  perron: Float64Array,
  implementation: UnlearningImplementation,
  words: readonly (string | number)[],
): Interval {
  const process = linearisedProcess(problem, eta, implementation);
  const random = randomSource('frontier', 'typical', ...words);
  const start = perronStart(perron, problem.dimension);
  const options = {
    runs: TYPICAL_RUNS,
    steps: TYPICAL_STEPS,
    burnIn: BURN_IN,
    confidence: CONFIDENCE,
    start,
  };
  return typicalGrowth(process, random, options).interval;
}
