import type { FrontierDocument } from '../frontier/frontier-document.js';
import type { PanelDefinition } from '../frontier/frontier-map.js';
import type { Circumstances } from '../jobs/machine.js';
import { jsonText } from './json-text.js';
import { percent, plainNumber, plainSteps } from './number-format.js';
import { textTable } from './table.js';

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
