/** Width of the column of labels. */
const LABEL = 13;

/** Lines under one label, which stands beside the first: `growth       ..`. */
export function labelled(label: string, lines: readonly string[]): string[] {
  return lines.map((line, i) => `${(i === 0 ? label : '').padEnd(LABEL)}${line}`);
}
