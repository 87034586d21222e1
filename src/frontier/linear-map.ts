import { decideSide } from '../decision/decide-side.js';
import { FAMILY_ERROR } from '../harness/verify.js';
import { randomSource } from '../statistics/generator.js';
import { meanMemory, typicalOfMean } from '../theory/operator/growth-of-mean.js';
import type { ReducedProblem, Sampling, SamplingChoice } from '../theory/problem.js';
import { perronStart, TYPICAL_EFFORT } from '../unlearning/growth.js';
import { linearisedProcess, type UnlearningImplementation } from '../unlearning/process.js';
import { settledGrowth } from '../unlearning/settled-growth.js';
import {
  assessedProblem,
  type AssessedProblem,
  type Assessment,
  opposed,
  theoremLines,
  thresholdFields,
} from './assessed-problem.js';
import type {
  CellCertificate,
  FrontierCell,
  FrontierMap,
  LineDefinition,
  MapDefinition,
  MapFrame,
  MapRequest,
  MapTools,
  MarkDefinition,
} from './frontier-map.js';

/** The exact log growth rate as the colour. */
const GROWTH_COLOUR: MapFrame['colour'] = {
  field: 'logGrowth',
  title: 'exact growth log ρ of E|δ|² per step',
};

/** Zero of the exact log growth rate. */
const EXACT_LINE: LineDefinition = {
  id: 'exact',
  label: 'exact',
  kind: 'exact',
  field: 'logGrowth',
  coincides: 'etaStar',
};

const HEAVY_TAIL: MarkDefinition = {
  id: 'heavy-tail',
  label: 'heavy tail: E|δ|² grows, almost every run shrinks',
  style: 'hatch',
};

const OPEN_CERTIFICATE: MarkDefinition = {
  id: 'certificate-open',
  label: 'not decided by the sampled steps',
  style: 'dot',
};

const SAMPLING_WORDS: Readonly<Record<Sampling, string>> = {
  bernoulli: 'bernoulli batches',
  'with-replacement': 'batches with replacement',
  'without-replacement': 'batches without replacement',
  reshuffled: 'batches of epochs',
};

export function samplingWords(sampling: SamplingChoice): string {
  if (typeof sampling === 'string') return SAMPLING_WORDS[sampling];
  return `retain ${SAMPLING_WORDS[sampling.retain]}, forget ${SAMPLING_WORDS[sampling.forget]}`;
}

/** The problem of a cell. */
export interface CellProblem {
  /** The problem that theorems are asked about. */
  readonly problem: ReducedProblem;
  /** One with the same rho(T) and fewer axes, for the exact operator and the sampled steps; default: the same. */
  readonly representative?: ReducedProblem;
  /** Growth 2 gamma of single runs at a step size where it is known exactly; else it is measured. */
  readonly typical?: (eta: number) => number;
}

/** The place of a cell in its map. */
interface CellPlace {
  /** Value of its column. */
  readonly x: number;
  readonly column: number;
  readonly row: number;
  readonly eta: number;
}

/** Declaration of a map of linear problems: what is on its axes and which problem belongs to a cell. */
interface LinearMap extends Pick<MapFrame, 'title' | 'setting' | 'x' | 'y'> {
  /** The step size of all cells; null: the y axis is that of step sizes, and the problem depends on x alone. */
  readonly eta: number | null;
  problem(x: number, y: number): CellProblem;
  /** Lines between the exact one and those of the theorems. */
  readonly lines?: readonly LineDefinition[];
  /** Marks after that of the heavy tail. */
  readonly marks?: readonly MarkDefinition[];
  /** Adds to a cell what this map alone shows. */
  extended?(cell: FrontierCell, problem: AssessedProblem, place: CellPlace): FrontierCell;
}

/** The definition of a declared map: exact growth as the colour, the exact line, those of the theorems, heavy tails. */
export function linearMap(
  header: Omit<MapDefinition, 'build'>,
  declared: (request: MapRequest, tools: MapTools) => LinearMap,
): MapDefinition {
  return { ...header, build: (request, tools) => builtMap(declared(request, tools), request, tools) };
}

function builtMap(map: LinearMap, request: MapRequest, tools: MapTools): FrontierMap {
  const { title, setting, x, y, lines = [], marks = [] } = map;
  const assessedAt = (column: number, row: number): AssessedCell => {
    const problem = map.problem(x.values[column]!, y.values[row]!);
    return { ...problem, assessed: assessedProblem(tools.theorems, problem.problem, problem.representative) };
  };
  // The cells of a column are asked for one after another: if they share a problem, it is assessed once.
  let known: { readonly column: number; readonly cell: AssessedCell } | null = null;
  const inColumn = (column: number): AssessedCell => {
    if (known?.column !== column) known = { column, cell: assessedAt(column, 0) };
    return known.cell;
  };
  const settings = { request, tools, cells: x.values.length * y.values.length };
  return {
    frame: {
      id: request.map,
      title,
      setting,
      x,
      y,
      colour: GROWTH_COLOUR,
      lines: [EXACT_LINE, ...lines, ...theoremLines(tools.theorems)],
      marks: [HEAVY_TAIL, ...marks, ...(request.simulate ? [OPEN_CERTIFICATE] : [])],
    },
    cell(column, row) {
      const problem = map.eta === null ? inColumn(column) : assessedAt(column, row);
      const place = { x: x.values[column]!, column, row, eta: map.eta ?? y.values[row]! };
      const cell = linearCell(problem, place, settings);
      return map.extended?.(cell, problem.assessed, place) ?? cell;
    },
  };
}

interface AssessedCell extends CellProblem {
  readonly assessed: AssessedProblem;
}

/** The cell of a linear problem: exact growth, theorems, heavy tail, and the sampled certificate if asked for. */
function linearCell(
  { problem, representative: sampled = problem, assessed, typical: exactTypical }: AssessedCell,
  { column, row, eta }: CellPlace,
  {
    request,
    tools,
    cells,
  }: { readonly request: MapRequest; readonly tools: MapTools; readonly cells: number },
): FrontierCell {
  const { growth, meanGrowth, exact, theorems, wrong } = assessed.at(eta);
  const words = [request.map, request.seed, column, row];
  const measured = (): number =>
    typicalOfMean(sampled, growth.logGrowth, meanGrowth) ??
    typicalRuns(sampled, eta, growth, tools.implementation, words);
  // Where the second moment shrinks so do single runs (U11).
  const typical = exact === 'diverges' ? (exactTypical?.(eta) ?? measured()) : null;
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

/** Pairs of batches that the certificate of one cell may take. */
const MAX_SAMPLES = 20_000;

/** A certificate, and whether the drawn steps are those of the problem. */
interface SampledCertificate extends CellCertificate {
  readonly fault: string | null;
}

/**
 * Decides the side of a cell by sampled steps of the real implementation. Over all cells of a map the
 * probability that any certificate is wrong is at most that of a run of `verify`.
 *
 * @param words name the cell in the random stream.
 */
function sampledCertificate(
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

/** Periods that a run of a cell may take where its procedure remembers for long: a cell takes a second then. */
const MOST_PERIODS = 12_000;

/**
 * Upper end of the interval of the measured growth 2 gamma of single runs, from starts along the Perron matrix.
 *
 * @param words name the cell in the random stream.
 */
function typicalRuns(
  problem: ReducedProblem,
  eta: number,
  { perron, logGrowth }: Assessment['growth'],
  implementation: UnlearningImplementation,
  words: readonly (string | number)[],
): number {
  const process = linearisedProcess(problem, eta, implementation);
  const { period = 1 } = process;
  const random = randomSource('frontier', 'typical', ...words);
  const effort = { ...TYPICAL_EFFORT.map, mostSteps: MOST_PERIODS / period };
  const { interval } = settledGrowth(process, random, effort, {
    start: perronStart(perron, process.minimum.length),
    memory: meanMemory(problem, eta) / period,
    ceiling: period * logGrowth,
  });
  return interval.high / period;
}
