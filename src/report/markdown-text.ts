/** Text for a line or a table cell of Markdown, shown as it is. */
export function markdownText(text: string): string {
  return text.replace(/[\\`*_[\]<>|~]/g, (character) => `\\${character}`).replaceAll('\n', ' ');
}
