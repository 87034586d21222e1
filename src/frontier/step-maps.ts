import { InputError } from '../input/input-error.js';
import { criticalMixing } from '../theory/critical-mixing.js';
import { problemFromSpec, type ReducedProblem } from '../theory/problem.js';
import { reduceSets } from '../theory/reduction.js';
import { assessedProblem, theoremLines } from './assessed-problem.js';
import {
  type AxisProblem,
  axisReducedProblem,
  axisTypicalGrowth,
  groupedFamily,
  representativeAxes,
} from './axis-problem.js';
import type { FrontierMap, MapDefinition, MapRequest, MapTools } from './frontier-map.js';
import {
  EXACT_LINE,
  GROWTH_COLOUR,
  HEAVY_TAIL,
  linearCell,
  OPEN_CERTIFICATE,
  perColumn,
  samplingWords,
  shortNumber,
} from './linear-map.js';
import { integerValues, linearValues, logValues, type MapAxis } from './map-axis.js';
import { naturalSteps, problemWords, requestedProblem, variedProblem } from './requested-problem.js';

/** The map's own grid; fewer columns where the retain set is smaller. */
const STEP_BATCH_GRID = { columns: 48, rows: 44 };

function stepBatchMap(request: MapRequest, tools: MapTools): FrontierMap {
  const spec = requestedProblem(request);
  const problemWith = variedProblem(spec);
  const { columns, rows } = request.grid ?? STEP_BATCH_GRID;
  const [most, mostForget] = [spec.retain.length, spec.forget.length];
  const sizes = integerValues(1, most, columns);
  const problemAt = (b: number): ReducedProblem =>
    problemWith({ batch: { retain: b, forget: Math.min(b, mostForget) } });
  const { low, high } = naturalSteps([problemAt(sizes[0]!), problemAt(sizes.at(-1)!)]);
  const x: MapAxis = {
    name: 'batch',
    title:
      spec.alpha > 0 && mostForget < most ? `batch size B (forget: at most ${mostForget})` : 'batch size B',
    unit: 'samples',
    scale: 'linear',
    values: sizes,
  };
  const y: MapAxis = {
    name: 'eta',
    title: 'step size η',
    unit: null,
    scale: 'log',
    values: logValues(low, high, rows),
  };
  const settings = { request, tools, cells: x.values.length * y.values.length };
  const column = perColumn((c: number) => {
    const sampled = problemAt(sizes[c]!);
    return { sampled, assessed: assessedProblem(tools.theorems, sampled) };
  });
  return {
    frame: {
      id: request.map,
      title: 'Escape from the old minimum over step size and batch size',
      setting: `${problemWords(request, spec)}; α = ${shortNumber(spec.alpha)}, ${samplingWords(spec.sampling)}`,
      x,
      y,
      colour: GROWTH_COLOUR,
      lines: [EXACT_LINE, ...theoremLines(tools.theorems)],
      marks: [HEAVY_TAIL, ...(request.simulate ? [OPEN_CERTIFICATE] : [])],
    },
    cell: (c, row) => linearCell({ ...column(c), eta: y.values[row]!, column: c, row }, settings),
  };
}

export const stepBatch: MapDefinition = {
  id: 'step-batch',
  summary: 'step size against batch size, on a planted or given problem',
  takes: ['problem', 'alpha', 'sampling'],
  build: stepBatchMap,
};

const STEP_MIXING_GRID = { columns: 48, rows: 44 };

/** How far beyond alpha* the axis reaches, and how far it goes where alpha* is 0. */
const BEYOND = 1.6;
const WITHOUT_CRITICAL = 0.5;

function stepMixingMap(request: MapRequest, tools: MapTools): FrontierMap {
  const spec = requestedProblem(request);
  if (spec.forget.length === 0) {
    throw new InputError('step-mixing needs a problem with forget samples; forget is empty');
  }
  const problemWith = variedProblem(spec);
  const { columns, rows } = request.grid ?? STEP_MIXING_GRID;
  const { retain, forget } = problemFromSpec(spec);
  const sets = reduceSets([retain, forget]).sets;
  const alphaStar = criticalMixing(sets[0]!, sets[1]!);
  const reach = alphaStar > 0 ? Math.min(1, BEYOND * alphaStar) : WITHOUT_CRITICAL;
  const alphas = linearValues(0, Number(reach.toPrecision(2)), columns);
  const held = alphas.filter((alpha) => alpha < 0.9 * alphaStar);
  const ends = held.length > 0 ? [held[0]!, held.at(-1)!] : [alphas[0]!];
  const { low, high } = naturalSteps(ends.map((alpha) => problemWith({ alpha })));
  const x: MapAxis = {
    name: 'alpha',
    title: 'mixing weight α of the ascent',
    unit: null,
    scale: 'linear',
    values: alphas,
  };
  const y: MapAxis = {
    name: 'eta',
    title: 'step size η',
    unit: null,
    scale: 'log',
    values: logValues(low, high, rows),
  };
  const settings = { request, tools, cells: x.values.length * y.values.length };
  const column = perColumn((c: number) => {
    const sampled = problemWith({ alpha: alphas[c]! });
    return { sampled, assessed: assessedProblem(tools.theorems, sampled) };
  });
  const { batch, sampling } = spec;
  return {
    frame: {
      id: request.map,
      title: 'Escape from the old minimum over step size and mixing weight',
      setting: `${problemWords(request, spec)}; ${samplingWords(sampling)} of ${batch.retain} / ${batch.forget}, α* = ${shortNumber(alphaStar)}`,
      x,
      y,
      colour: GROWTH_COLOUR,
      lines: [EXACT_LINE, ...theoremLines(tools.theorems)],
      marks: [HEAVY_TAIL, ...(request.simulate ? [OPEN_CERTIFICATE] : [])],
    },
    cell: (c, row) => linearCell({ ...column(c), eta: y.values[row]!, column: c, row }, settings),
  };
}

export const stepMixing: MapDefinition = {
  id: 'step-mixing',
  summary: 'step size against mixing weight alpha, on a planted or given problem',
  takes: ['problem', 'sampling'],
  build: stepMixingMap,
};

const SAMPLES = 48;
const BATCH_SIZE = 4;
const STEP_COHERENCE_GRID = { columns: SAMPLES, rows: 44 };
const STEPS = { low: 0.08, high: 4 };

function stepCoherenceMap(request: MapRequest, tools: MapTools): FrontierMap {
  const { columns, rows } = request.grid ?? STEP_COHERENCE_GRID;
  const sampling = request.settings.sampling ?? 'bernoulli';
  const x: MapAxis = {
    name: 'sigma',
    title: 'coherence σ: size of the groups of identical samples',
    unit: null,
    scale: 'linear',
    values: integerValues(1, SAMPLES, columns),
  };
  const y: MapAxis = {
    name: 'eta',
    title: 'step size η λ₁(H)',
    unit: null,
    scale: 'log',
    values: logValues(STEPS.low, STEPS.high, rows),
  };
  const settings = { request, tools, cells: x.values.length * y.values.length };
  const column = perColumn((c: number) => {
    const samples = groupedFamily(x.values[c]!, SAMPLES);
    const problem: AxisProblem = { samples, alpha: 0, batchSize: BATCH_SIZE, sampling };
    const sampled = axisReducedProblem(problem, representativeAxes(samples));
    const assessed = assessedProblem(tools.theorems, axisReducedProblem(problem), sampled);
    return { problem, sampled, assessed };
  });
  return {
    frame: {
      id: request.map,
      title: 'Instability of descent over step size and coherence',
      setting: `groups of σ identical samples on orthogonal axes, n = ${SAMPLES}, ${samplingWords(sampling)} of ${BATCH_SIZE}, α = 0, λ₁(H) = 1`,
      x,
      y,
      colour: GROWTH_COLOUR,
      lines: [EXACT_LINE, ...theoremLines(tools.theorems)],
      marks: [HEAVY_TAIL, ...(request.simulate ? [OPEN_CERTIFICATE] : [])],
    },
    cell(c, row) {
      const { problem, sampled, assessed } = column(c);
      const eta = y.values[row]!;
      const typical = axisTypicalGrowth(problem, eta);
      return linearCell({ assessed, sampled, eta, typical, column: c, row }, settings);
    },
  };
}

export const stepCoherence: MapDefinition = {
  id: 'step-coherence',
  summary: 'step size against coherence sigma, on groups of sigma identical samples',
  takes: ['sampling'],
  build: stepCoherenceMap,
};
