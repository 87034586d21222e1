import { escapeXml } from '../escape-xml.js';

/** Text that is HTML already. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may be put into markup: strings and numbers are escaped, null is left out. */
export type Content = string | number | Markup | null | readonly Content[];

/** Template tag for HTML: whatever is put in that is not markup itself is escaped. */
export function markup(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(strings.map((text, k) => (k === 0 ? text : rendered(contents[k - 1]!) + text)).join(''));
}

function rendered(content: Content): string {
  if (content === null) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(rendered).join('');
  return escapeXml(String(content));
}
