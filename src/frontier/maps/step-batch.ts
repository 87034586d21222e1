import type { ReducedProblem } from '../../curvature/problem.js';
import { assessedProblem } from '../assessed-problem.js';
import type { FrontierMap, MapDefinition, MapRequest, MapTools } from '../frontier-map.js';
import { integerValues, logValues, type MapAxis } from '../map-axis.js';
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

/** The map's own grid; fewer columns where the retain set is smaller. */
const GRID = { columns: 48, rows: 44 };

function build(request: MapRequest, tools: MapTools): FrontierMap {
  const spec = requestedProblem(request);
  const problemWith = variedProblem(spec);
  const { columns, rows } = request.grid ?? GRID;
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
  build,
};
