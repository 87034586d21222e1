import type { FrontierDocument, PlacedCell } from '../frontier/frontier-document.js';
import type { PanelDefinition } from '../frontier/frontier-map.js';
import type { Circumstances } from '../jobs/machine.js';
import { jsonText } from './json-text.js';
import { percent, plainNumber, plainSteps, significant } from './number-format.js';
import { textTable } from './table.js';
import pc from 'picocolors';

const VERDICT_SENTENCES: Readonly<Record<FrontierDocument['verdict'], string>> = {
  agree: 'No theorem is on the wrong side of the exact boundary.',
  contradicted: 'The exact operator contradicts cells:',
  interrupted: 'Interrupted: what was finished is below.',
};

/** The summary of a map, or of the part that is there, for a person. */
export function frontierText(document: FrontierDocument, files: readonly string[]): string {
  const { map, request, shard, summary, verdict } = document;
  const { cells, diverges, stable, boundary, theorems, marks, certificates, faults } = summary;
  const silent = theorems.filter((count) => count.diverges + count.stable === 0).map(({ id }) => id);
  const sides =
    diverges + stable > 0
      ? `: ${diverges} unstable (${percent(share(diverges, cells))}), ${stable} stable, ${boundary} ${map.undecided ?? 'on the boundary'}`
      : '';
  const seed = `Seed ${request.seed}.`;
  return [
    `${map.id}: ${map.title}`,
    map.setting,
    '',
    ...(verdict === 'interrupted' ? [VERDICT_SENTENCES.interrupted] : []),
    `cells        ${cells}${shard ? ` in shard ${shard.index}/${shard.count}` : ''}${sides}`,
    ...map.marks.map(({ id, label }) => `             ${marks[id] ?? 0}: ${label}`),
    ...(certificates
      ? [
          `simulation   ${certificates.diverges} certified to diverge, ${certificates.stable} stable, ${certificates.inconclusive} not decided; ${certificates.wrong} wrong`,
        ]
      : []),
    '',
    ...(map.panels ? [panelTable(document, map.panels), ''] : []),
    ...(theorems.length > silent.length
      ? [
          textTable(
            ['theorem', 'diverges', 'stable', 'decides', 'wrong'],
            theorems
              .filter(({ id }) => !silent.includes(id))
              .map((count) => [
                count.id,
                String(count.diverges),
                String(count.stable),
                percent(share(count.diverges + count.stable, cells)),
                String(count.wrong),
              ]),
          ),
        ]
      : []),
    ...(silent.length > 0 ? [`say nothing here: ${silent.join(', ')}`] : []),
    '',
    ...(verdict === 'interrupted'
      ? []
      : theorems.length === 0
        ? [seed]
        : [verdict === 'agree' ? `${VERDICT_SENTENCES.agree} ${seed}` : VERDICT_SENTENCES[verdict]]),
    ...faults.map((fault) => `  ${fault}`),
    `Files: ${files.join(', ')}`,
  ].join('\n');
}

/** Writes the values of a panel. */
const PANEL_VALUE: Readonly<Record<PanelDefinition['scale'], (value: number) => string>> = {
  'log-steps': (log) => plainSteps(Math.round(10 ** log)),
  log: (log) => plainNumber(10 ** log),
  share: (value) => plainNumber(value),
  cosine: (value) => plainNumber(value),
};

/** Least, median and largest value of each panel over the cells, and the medians on both sides of the map's border. */
function panelTable({ map, cells }: FrontierDocument, panels: readonly PanelDefinition[]): string {
  const { border } = map;
  const sides = border
    ? [-1, 1].map((sign) => ({
        title: `median ${sign < 0 ? 'below' : 'above'} ${border.label}`,
        cells: cells.filter(({ fields }) => sign * (fields[border.field] ?? 0) > 0),
      }))
    : [];
  const rows = panels.map(({ field, title, scale }) => {
    const at = (among: typeof cells, place: number): string => {
      const values = among.flatMap(({ fields }) => fields[field] ?? []).sort((a, b) => a - b);
      return values.length > 0 ? PANEL_VALUE[scale](values[Math.floor(place * (values.length - 1))]!) : '-';
    };
    return [
      title,
      ...[0, 0.5, 1].map((place) => at(cells, place)),
      ...sides.map((side) => at(side.cells, 0.5)),
    ];
  });
  return textTable(['', 'least', 'median', 'largest', ...sides.map(({ title }) => title)], rows);
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** MAP.json: one cell a line; timing and environment last. */
export function frontierJson(document: FrontierDocument, circumstances: Circumstances): string {
  return jsonText({ ...document, ...circumstances }, ['cells', 'lines']);
}

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
