import { assessedProblem } from '../assessed-problem.js';
import { axisReducedProblem, representativeAxes, type AxisProblem } from '../axis-problem.js';
import { axisTypicalGrowth } from '../axis-typical-growth.js';
import type { FrontierMap, MapDefinition, MapRequest, MapTools } from '../frontier-map.js';
import { integerValues, logValues, type MapAxis } from '../map-axis.js';
import { theoremLines } from '../theorem-thresholds.js';
import { groupedFamily } from './grouped-family.js';
import { linearCell } from './linear-cell.js';
import { EXACT_LINE, GROWTH_COLOUR, HEAVY_TAIL, OPEN_CERTIFICATE, samplingWords } from './map-labels.js';
import { perColumn } from './per-column.js';

const SAMPLES = 48;
const BATCH_SIZE = 4;
const GRID = { columns: SAMPLES, rows: 44 };
const STEPS = { low: 0.08, high: 4 };

function build(request: MapRequest, tools: MapTools): FrontierMap {
  const { columns, rows } = request.grid ?? GRID;
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
  build,
};
