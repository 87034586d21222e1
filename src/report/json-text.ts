/**
 * A document as JSON, indented by two spaces, with one entry a line of the lists that are named: what is long stays
 * small, and a change of one entry changes one line.
 */
export function jsonText(document: object, lists: readonly string[]): string {
  const fields = Object.entries(document).map(([name, value]) => {
    const text =
      lists.includes(name) && Array.isArray(value) && value.length > 0
        ? `[\n    ${value.map((entry) => JSON.stringify(entry)).join(',\n    ')}\n  ]`
        : JSON.stringify(value, null, 2).replaceAll('\n', '\n  ');
    return `  ${JSON.stringify(name)}: ${text}`;
  });
  return `{\n${fields.join(',\n')}\n}\n`;
}
