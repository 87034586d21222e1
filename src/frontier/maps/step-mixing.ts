import { criticalMixing } from '../../curvature/critical-mixing.js';
import { problemFromSpec } from '../../curvature/problem-spec.js';
import { reduceSets } from '../../curvature/reduction.js';
import { InputError } from '../../data/problem-file.js';
import { assessedProblem } from '../assessed-problem.js';
import type { FrontierMap, MapDefinition, MapRequest, MapTools } from '../frontier-map.js';
import { linearValues, logValues, type MapAxis } from '../map-axis.js';
import { theoremLines } from '../theorem-thresholds.js';
import { problemWords, requestedProblem, variedProblem } from './given-problem.js';
import { linearCell } from './linear-cell.js';
import {
  EXACT_LINE,
  GROWTH_COLOUR,
  HEAVY_TAIL,
  OPEN_CERTIFICATE,
  samplingWords,
  shortNumber,
} from './map-labels.js';
import { naturalSteps } from './natural-steps.js';
import { perColumn } from './per-column.js';

const GRID = { columns: 48, rows: 44 };

/** How far beyond alpha* the axis reaches, and how far it goes where alpha* is 0. */
const BEYOND = 1.6;
const WITHOUT_CRITICAL = 0.5;

function build(request: MapRequest, tools: MapTools): FrontierMap {
  const spec = requestedProblem(request);
  if (spec.forget.length === 0) {
    throw new InputError('step-mixing needs a problem with forget samples; forget is empty');
  }
  const problemWith = variedProblem(spec);
  const { columns, rows } = request.grid ?? GRID;
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
  build,
};
