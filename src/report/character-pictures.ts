import pc from 'picocolors';
import type { FrontierDocument, PlacedCell } from '../frontier/frontier-document.js';
import { significant } from './number-format.js';

interface HeatMapOptions {
  readonly coloured: boolean;
  /** Columns of characters that there are. */
  readonly width: number;
}

/** Width of the values of rows. */
const MARGIN = 10;

/** Sizes of the growth per step from which a cell gets the next character. */
const STEPS = [0.03, 0.3];
const STABLE = ['.', ':', '='] as const;
const DIVERGES = ['+', '*', '#'] as const;

/**
 * The map in characters: stable cells . : = and unstable ones + * #, by how fast E|delta|^2 shrinks or grows; cells with a
 * mark have its letter. A map with a colour of its own has it in place of the growth. Columns that do not fit are left out evenly.
 */
export function heatMapText({ axes, map, cells }: FrontierDocument, options: HeatMapOptions): string {
  const { x, y } = axes;
  const colours = pc.createColors(options.coloured);
  const stride = Math.ceil(x.values.length / Math.max(1, options.width - MARGIN - 2));
  const columns = x.values.filter((_, column) => column % stride === 0);
  const byPlace = new Map(cells.map((cell) => [`${cell.x} ${cell.y}`, cell]));
  const rows = y.values.toReversed().map((value) => {
    const texts = columns.map((column) => {
      const cell = byPlace.get(`${column} ${value}`);
      if (!cell) return ' ';
      const character = characterOf(cell, map);
      if (cell.exact === 'diverges') return colours.yellow(character);
      return cell.exact === 'stable' ? colours.blue(character) : character;
    });
    return `${significant(value).padStart(MARGIN)} |${texts.join('')}`;
  });
  const ends = [columns[0]!, columns.at(-1)!].map(significant);
  const gap = Math.max(1, columns.length - ends.join('').length);
  const marked = map.marks.map(({ label }, k) => `${MARK_LETTERS[k] ?? '?'} ${label}`);
  return [
    `${y.name} (upwards) against ${x.name}`,
    ...rows,
    `${' '.repeat(MARGIN)} +${'-'.repeat(columns.length)}`,
    `${' '.repeat(MARGIN + 2)}${ends[0]}${' '.repeat(gap)}${ends[1]}`,
    legendOf(map.colour),
    ...(marked.length > 0 ? [marked.join('; ')] : []),
  ].join('\n');
}

/** Letters of the marks of a map, in their order. */
const MARK_LETTERS = ['h', 'x', 'o'];

function legendOf({ title, words }: FrontierDocument['map']['colour']): string {
  const [below, above] = [STABLE, DIVERGES].map((characters) => characters.join(' '));
  return words
    ? `${below}  ${words.below}, by less than ${STEPS.join(', ')}, more;  ${above}  ${words.above} likewise (${title})`
    : `${below}  shrinks by less than ${STEPS.join(', ')}, more;  ${above}  grows likewise (log per step)`;
}

function characterOf(
  { exact, fields, marks }: PlacedCell,
  { colour, marks: known }: FrontierDocument['map'],
): string {
  const mark = known.findLastIndex(({ id }) => marks.includes(id));
  if (mark >= 0) return MARK_LETTERS[mark] ?? '?';
  const value = fields[colour.field] ?? 0;
  // A colour with words of its own is no growth: its sign is the side.
  const isAbove = colour.words ? value > 0 : exact === 'diverges';
  if (exact === 'undecided' && !colour.words) return '0';
  const level = STEPS.filter((step) => Math.abs(value) >= step).length;
  return (isAbove ? DIVERGES : STABLE)[level] ?? '?';
}

const ROWS = 12;
const COLUMNS = 60;

/** Runs as a picture in text: log10 of the given positive series over their index; digits name the runs. */
export function growthPicture(series: readonly Float64Array[]): string {
  const logs = series.map((values) => Array.from(values, (x) => Math.log10(Math.max(x, 1e-300))));
  const all = logs.flat();
  const low = Math.floor(Math.min(...all, -1));
  const high = Math.ceil(Math.max(...all, 1));
  const canvas = Array.from({ length: ROWS }, () => new Array<string>(COLUMNS).fill(' '));
  const rowOf = (value: number): number =>
    Math.min(ROWS - 1, Math.max(0, Math.round(((high - value) / (high - low)) * (ROWS - 1))));
  canvas[rowOf(0)]!.fill('-');
  logs.forEach((values, run) => {
    for (let column = 0; column < COLUMNS; column++) {
      const k = Math.round((column / (COLUMNS - 1)) * (values.length - 1));
      canvas[rowOf(values[k]!)]![column] = String((run + 1) % 10);
    }
  });
  return canvas
    .map((cells, row) => {
      const value = high - (row / (ROWS - 1)) * (high - low);
      return `${value.toFixed(1).padStart(8)} |${cells.join('').trimEnd()}`;
    })
    .join('\n');
}
