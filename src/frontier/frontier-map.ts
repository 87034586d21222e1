import type { PredictedSide } from '../harness/examination.js';
import type { Theorem } from '../harness/theorem.js';
import type { ProblemWithStep } from '../harness/counterexample.js';
import type { Sampling } from '../theory/problem.js';
import type { UnlearningImplementation } from '../unlearning/process.js';
import type { MapAxis } from './map-axis.js';

/** Settings of maps; each takes some of them. */
export interface MapSettings {
  readonly eta?: number;
  readonly alpha?: number;
  readonly sampling?: Sampling;
  readonly problem?: ProblemWithStep;
}

/** A map that is asked for: plain data, the same on every worker and in every file. */
export interface MapRequest {
  readonly map: string;
  readonly seed: number;
  /** Numbers of columns and rows; null: the map's own. */
  readonly grid: { readonly columns: number; readonly rows: number } | null;
  /** True if the side of every cell is decided by sampled steps too. */
  readonly simulate: boolean;
  readonly settings: MapSettings;
}

/** A line of the picture: where a number of the cells passes through zero. */
export interface LineDefinition {
  /** Id of the theorem, or of what the line is: exact. */
  readonly id: string;
  readonly label: string;
  /** What holds beyond the line; `exact`: the boundary itself; `other`: neither. */
  readonly kind: 'exact' | 'divergence' | 'stability' | 'both' | 'other';
  /** Field of the cells. */
  readonly field: string;
  /** The line is where this field equals `field`, both positive; without it, where `field` is zero. */
  readonly against?: string;
  /** The field (default: `field`) that says as a threshold of `against` (default: eta) whether two lines are one. */
  readonly coincides?: string;
}

/** Marks on cells that say something besides the colour. */
export interface MarkDefinition {
  readonly id: string;
  /** Meaning, as the legend says it. */
  readonly label: string;
  readonly style: 'hatch' | 'cross' | 'dot';
}

/** One of several pictures of the same cells. */
export interface PanelDefinition {
  /** Field of the cells. */
  readonly field: string;
  readonly title: string;
  /** `log` and `log-steps`: the field is a decimal logarithm; `share`: 0 to 1; `cosine`: -1 to 1. */
  readonly scale: 'log' | 'log-steps' | 'share' | 'cosine';
}

/** Everything about a map but its cells: plain data. */
export interface MapFrame {
  readonly id: string;
  /** Title of the picture. */
  readonly title: string;
  /** The setting, in a line. */
  readonly setting: string;
  readonly x: MapAxis;
  readonly y: MapAxis;
  /** The number that colours the cells; zero is the middle of the scale. */
  readonly colour: { readonly field: string; readonly title: string };
  readonly lines: readonly LineDefinition[];
  readonly marks: readonly MarkDefinition[];
  /** Drawn in place of one picture coloured by `colour`, two in a row. */
  readonly panels?: readonly PanelDefinition[];
}

/** Side of a cell that sampled steps decide. */
export interface CellCertificate {
  readonly side: 'diverges' | 'stable' | 'inconclusive';
  /** Pairs of batches drawn. */
  readonly samples: number;
}

/** One cell: plain data. */
export interface FrontierCell {
  /** Side by exact computation; undecided within rounding of the boundary. */
  readonly exact: PredictedSide;
  /** Numbers by name; null: there is none. */
  readonly fields: Readonly<Record<string, number | null>>;
  /** Side that each theorem takes, by its id. */
  readonly theorems: Readonly<Record<string, PredictedSide>>;
  /** Ids of the marks on this cell. */
  readonly marks: readonly string[];
  /** null if none was asked for. */
  readonly certificate: CellCertificate | null;
  /** Ids of theorems, or `certificate`, that exact computation contradicts here. Should be empty. */
  readonly wrong: readonly string[];
}

/** A map that can be computed. */
export interface FrontierMap {
  readonly frame: MapFrame;
  /** The cell of a column and a row, counted from 0; cells of one column are asked for one after another. */
  cell(column: number, row: number): FrontierCell;
}

/** The theorems and the implementation that maps are computed with. */
export interface MapTools {
  readonly theorems: readonly Theorem[];
  readonly implementation: UnlearningImplementation;
}

/** A map as the command line knows it. */
export interface MapDefinition {
  readonly id: string;
  /** Its axes and its problem, in a line. */
  readonly summary: string;
  readonly takes: readonly (keyof MapSettings)[];
  /** @throws InputError if the request cannot be met. */
  build(request: MapRequest, tools: MapTools): FrontierMap;
}
