import { markdownRow, textTable } from '../../src/report/table.js';

/** A table with its heading, as terminal and document show it. */
export interface StudyTable {
  readonly title: string;
  /** What the table shows and how to read it; one paragraph of Markdown. */
  readonly note: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Title and table, without the note. */
export function tableAsText({ title, header, rows }: StudyTable): string {
  return `${title}\n${textTable(header, rows)}`;
}

/** Section with note and table, padded as Prettier does. */
export function tableAsMarkdown({ title, note, header, rows }: StudyTable): string {
  const escaped = (row: readonly string[]) => row.map((cell) => cell.replaceAll('*', String.raw`\*`));
  const cells = [header, ...rows].map(escaped);
  const widths = header.map((_, c) => Math.max(3, ...cells.map((row) => row[c]!.length)));
  const padded = (row: readonly string[]) => row.map((cell, c) => cell.padEnd(widths[c]!));
  const rule = widths.map((width) => '-'.repeat(width));
  return [
    `## ${title}`,
    '',
    note,
    '',
    ...[padded(cells[0]!), rule, ...cells.slice(1).map(padded)].map(markdownRow),
  ].join('\n');
}

/** The groups of a list by a key, in the order of first appearance. */
export function groupedBy<Item, Key>(
  items: readonly Item[],
  key: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
