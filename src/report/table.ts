import { markup, type Content, type Markup } from './markup.js';

/** A table in plain text: left-aligned words, right-aligned numbers, two spaces between columns. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, c) => Math.max(title.length, ...rows.map((row) => row[c]!.length)));
  const numeric = header.map((_, c) => rows.length > 0 && rows.every((row) => /^[-<>\d.]/.test(row[c]!)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, c) => (numeric[c] ? cell.padStart(widths[c]!) : cell.padEnd(widths[c]!)))
      .join('  ')
      .trimEnd();
  return [line(header), ...rows.map(line)].join('\n');
}

/**
 * Lines of a table in Markdown.
 *
 * @param numeric indices of the columns of numbers, which are right-aligned.
 */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  numeric: readonly number[],
): string[] {
  const rule = header.map((_, c) => (numeric.includes(c) ? '---:' : '---'));
  return [header, rule, ...rows].map(markdownRow);
}

/** A line of a table in Markdown. */
export function markdownRow(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Text for a line or a table cell of Markdown, shown as it is. */
export function markdownText(text: string): string {
  return text.replace(/[\\`*_[\]<>|~]/g, (character) => `\\${character}`).replaceAll('\n', ' ');
}

/** A cell of a page's table with a class of its own, or over several columns. */
export class Cell {
  constructor(
    readonly content: Content,
    readonly className: string,
    readonly span = 1,
  ) {}
}

/** Title of a column of numbers. */
export function numeric(title: Content): Cell {
  return new Cell(title, 'number');
}

/** Style of a page's table. */
interface TableStyle {
  readonly caption: Content;
  /** True for a caption that is read aloud and not shown. */
  readonly unseen?: boolean;
  readonly className?: string;
  /** Index of the column whose cells name their rows; 0 if left out. */
  readonly rowHead?: number;
}

/** A table of a page. Columns under a title of numbers hold numbers; a title that is null leaves its place empty. */
export function htmlTable(
  header: readonly (Content | Cell)[],
  rows: readonly (readonly (Content | Cell)[])[],
  { caption, unseen = false, className, rowHead = 0 }: TableStyle,
): Markup {
  const titles = header.map((title) =>
    title === null
      ? markup`<td></td>`
      : title instanceof Cell
        ? markup`<th scope="col"${classOf(title)}>${title.content}</th>`
        : markup`<th scope="col">${title}</th>`,
  );
  const cellOf = (cell: Content | Cell, column: number): Markup => {
    const title = header[column];
    const { content, span, ...own } =
      cell instanceof Cell ? cell : new Cell(cell, title instanceof Cell ? title.className : '');
    const wide = span === 1 ? null : markup` colspan="${span}"`;
    return column === rowHead
      ? markup`<th scope="row"${classOf(own)}>${content}</th>`
      : markup`<td${classOf(own)}${wide}>${content}</td>`;
  };
  return markup`<table${classOf({ className: className ?? '' })}>
<caption${unseen ? markup` class="unseen"` : null}>${caption}</caption>
<thead><tr>${titles}</tr></thead>
<tbody>
${rows.map(
  (row) => markup`<tr>${row.map(cellOf)}</tr>
`,
)}</tbody>
</table>`;
}

function classOf({ className }: { readonly className: string }): Markup | null {
  return className === '' ? null : markup` class="${className}"`;
}

/** Names with their values below or beside them. */
export function factList(
  className: string,
  facts: readonly (readonly [name: Content, value: Content])[],
): Markup {
  return markup`<dl class="${className}">
${facts.map(
  ([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>
`,
)}</dl>`;
}

/** Content that may be wider than the page, to be scrolled with the keyboard as well. */
export function scrollable(label: string, content: Content, className = 'scroll'): Markup {
  return markup`<div class="${className}" role="region" aria-label="${label}" tabindex="0">${content}</div>`;
}
