import { textTable } from '../../src/report/table.js';

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
  const cells = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll('*', String.raw`\*`)));
  const widths = header.map((_, c) => Math.max(3, ...cells.map((row) => row[c]!.length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, c) => cell.padEnd(widths[c]!)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [`## ${title}`, '', note, '', line(cells[0]!), rule, ...cells.slice(1).map(line)].join('\n');
}
