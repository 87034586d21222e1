const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '{\\textbackslash}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '{\\textasciicircum}',
  '~': '{\\textasciitilde}',
};

/** Plain text as LaTeX that is typeset as it stands. */
export function latexText(text: string): string {
  return `\\text{${text.replace(/[\\{}$&#%_^~]/g, (character) => ESCAPES[character]!)}}`;
}
