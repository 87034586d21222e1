import type { ReducedProblem } from '../../curvature/problem.js';
import { thresholdFields, type AssessedProblem } from '../assessed-problem.js';
import { opposed } from '../exact-side.js';
import type { FrontierCell, MapRequest, MapTools } from '../frontier-map.js';
import { sampledCertificate } from '../sampled-certificate.js';
import { typicalRuns } from '../typical-runs.js';
import { HEAVY_TAIL, OPEN_CERTIFICATE } from './map-labels.js';

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
