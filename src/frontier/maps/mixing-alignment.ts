import { problemFromSpec } from '../../curvature/problem-spec.js';
import { reduceProblem } from '../../curvature/reduction.js';
import { assessedProblem } from '../assessed-problem.js';
import type { FrontierMap, MapDefinition, MapRequest, MapTools } from '../frontier-map.js';
import { linearValues, type MapAxis } from '../map-axis.js';
import { theoremLines } from '../theorem-thresholds.js';
import { crossingProblem } from './crossing-problem.js';
import { linearCell } from './linear-cell.js';
import {
  EXACT_LINE,
  GROWTH_COLOUR,
  HEAVY_TAIL,
  OPEN_CERTIFICATE,
  samplingWords,
  shortNumber,
} from './map-labels.js';

const GRID = { columns: 44, rows: 44 };
const LARGEST_ALPHA = 0.45;
const STEP_SIZE = 0.8;

function build(request: MapRequest, tools: MapTools): FrontierMap {
  const { columns, rows } = request.grid ?? GRID;
  const { eta = STEP_SIZE, sampling = 'bernoulli' } = request.settings;
  const spec = crossingProblem(request.seed, sampling);
  const x: MapAxis = {
    name: 'alignment',
    title: 'cross alignment: cosine between retain and forget direction',
    unit: null,
    scale: 'linear',
    values: linearValues(0, 1, columns),
  };
  const y: MapAxis = {
    name: 'alpha',
    title: 'mixing weight α of the ascent',
    unit: null,
    scale: 'linear',
    values: linearValues(0, LARGEST_ALPHA, rows),
  };
  const settings = { request, tools, cells: x.values.length * y.values.length };
  const { retain, forget, batch } = spec(0, 0);
  return {
    frame: {
      id: request.map,
      title: 'Escape from the old minimum over mixing weight and cross alignment',
      setting: `planted problem (seed ${request.seed}), ${retain.length} retain and ${forget.length} forget samples; η = ${shortNumber(eta)}, ${samplingWords(sampling)} of ${batch.retain} / ${batch.forget}`,
      x,
      y,
      colour: GROWTH_COLOUR,
      lines: [EXACT_LINE, ...theoremLines(tools.theorems)],
      marks: [HEAVY_TAIL, ...(request.simulate ? [OPEN_CERTIFICATE] : [])],
    },
    cell(column, row) {
      const sampled = reduceProblem(problemFromSpec(spec(x.values[column]!, y.values[row]!)));
      const assessed = assessedProblem(tools.theorems, sampled);
      return linearCell({ assessed, sampled, eta, column, row }, settings);
    },
  };
}

export const mixingAlignment: MapDefinition = {
  id: 'mixing-alignment',
  summary: 'mixing weight alpha against the alignment of retain and forget set, on a planted problem',
  takes: ['eta', 'sampling'],
  build,
};
