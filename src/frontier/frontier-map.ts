import type { PredictedSide } from '../harness/examination.js';
import type { Theorem } from '../harness/theorem.js';
import type { ProblemWithStep } from '../harness/counterexample.js';
import type { Sampling } from '../theory/problem.js';
import type { UnlearningImplementation } from '../unlearning/process.js';

/** One axis of a map. */
export interface MapAxis {
  /** Name of the quantity in files: eta. */
  readonly name: string;
  /** What the axis says, with the symbol: "step size η". */
  readonly title: string;
  /** null: a number without unit. */
  readonly unit: string | null;
  readonly scale: 'linear' | 'log';
  /** Centres of the cells, ascending. */
  readonly values: readonly number[];
}

/** An axis whose cells are equally wide. */
export function linearAxis(
  name: string,
  title: string,
  values: readonly number[],
  unit: string | null = null,
): MapAxis {
  return { name, title, unit, scale: 'linear', values };
}

/** An axis whose cells have equal ratios. */
export function logAxis(name: string, title: string, values: readonly number[]): MapAxis {
  return { name, title, unit: null, scale: 'log', values };
}

/** `count` values at the centres of equal parts of [low, high]. */
export function linearValues(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => rounded(low + ((high - low) * (k + 0.5)) / count));
}

/** `count` values at the centres of parts of [low, high] of equal ratio; 0 < low < high. */
export function logValues(low: number, high: number, count: number): number[] {
  const ratio = Math.log(high / low);
  return Array.from({ length: count }, (_, k) => rounded(low * Math.exp((ratio * (k + 0.5)) / count)));
}

/** At most `count` of the integers low .. high, evenly spread, ends included. */
export function integerValues(low: number, high: number, count: number): number[] {
  const all = high - low + 1;
  if (count >= all) return Array.from({ length: all }, (_, k) => low + k);
  if (count === 1) return [Math.round((low + high) / 2)];
  return Array.from({ length: count }, (_, k) => Math.round(low + ((high - low) * k) / (count - 1)));
}

/**
 * Value at a position in cells, of which 0.5 is the centre of the first: interpolated on the scale of the axis.
 */
export function valueAtPosition({ scale, values }: MapAxis, position: number): number {
  const k = Math.min(Math.max(0, Math.floor(position - 0.5)), Math.max(0, values.length - 2));
  const share = position - 0.5 - k;
  const [low, high] = [values[k]!, values[k + 1] ?? values[k]!];
  return scale === 'log' ? low * (high / low) ** share : low + (high - low) * share;
}

/** Eight digits: what a person can read again, and the same in every file. */
function rounded(x: number): number {
  return Number(x.toPrecision(8));
}

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

/** The number that colours the cells of a map. */
interface MapColour {
  readonly field: string;
  readonly title: string;
  /** What a cell below 0 does, and one above; default: it shrinks, it grows, by so much a step. */
  readonly words?: { readonly below: string; readonly above: string };
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
  readonly colour: MapColour;
  readonly lines: readonly LineDefinition[];
  readonly marks: readonly MarkDefinition[];
  /** Drawn in place of one picture coloured by `colour`, two in a row. */
  readonly panels?: readonly PanelDefinition[];
  /** What is true of cells without a side, in words; default: they are on the boundary. */
  readonly undecided?: string;
  /** Where the summary parts the cells: below it the field is negative, above it positive. */
  readonly border?: { readonly field: string; readonly label: string };
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
