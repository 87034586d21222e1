/** Text for content and attributes of XML and HTML; characters that XML 1.0 forbids become U+FFFD. */
export function escapeXml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (character) => entities[character]!);
}

/** Text that is HTML already. */
export class Markup {
  constructor(readonly text: string) {}
}

/** Content of markup: strings and numbers are escaped, null is left out. */
export type Content = string | number | Markup | null | readonly Content[];

/**
 * Template tag for HTML: whatever is put in that is not markup itself is escaped.
 * By hand: a page that stands still needs no more of a template.
 */
export function markup(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(strings.map((text, k) => (k === 0 ? text : rendered(contents[k - 1]!) + text)).join(''));
}

/** A list with a dot before each entry. */
export function bullets(entries: readonly Content[], className?: string): Markup {
  return markup`<ul${className === undefined ? null : markup` class="${className}"`}>${entries.map((entry) => markup`<li>${entry}</li>`)}</ul>`;
}

/** Mark of what is not as it should be. */
export function alarm(content: Content): Markup {
  return markup`<strong class="mark contradicted">${content}</strong>`;
}

function rendered(content: Content): string {
  if (content === null) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(rendered).join('');
  return escapeXml(String(content));
}

const GREEK: Readonly<Record<string, string>> = {
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  Gamma: 'Γ',
  delta: 'δ',
  eta: 'η',
  kappa: 'κ',
  lambda: 'λ',
  mu: 'μ',
  nu: 'ν',
  xi: 'ξ',
  rho: 'ρ',
  sigma: 'σ',
  tau: 'τ',
  chi2: 'χ²',
  omega: 'ω',
};

/** Signs written in letters, and the symbols they stand for. */
const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/Hbar/g, 'H\u0304'],
  [/\bgrad ?(?=[_a-zA-Z])/g, '∇'],
  [/<(?![\s=])([^<>]*,[^<>]*)>/g, '⟨$1⟩'],
  [/\bsum(?=_)/g, '∑'],
  [/\bsqrt\(/g, '√('],
  [/<=/g, '≤'],
  [/>=/g, '≥'],
  [/=>/g, '⇒'],
  [/-\+/g, '∓'],
  [/\+-/g, '±'],
  [/ - /g, ' − '],
];

/** Index or power after a letter, a digit or a closing bracket. */
const RAISED_OR_LOWERED = /(?<=[\p{L}\p{M}\p{N})\]|*∇∑])([_^])(?:\{([^}]*)\}|(\p{L}+|\d+))/gu;

/** Text with formulas in letters, such as "eta lambda_1(D) > 2", with their symbols, indices and powers. */
export function withSymbols(text: string): Markup {
  const greek = text.replace(
    new RegExp(`(?<![A-Za-z])(${Object.keys(GREEK).join('|')})(?![A-Za-z])`, 'g'),
    (name) => GREEK[name]!,
  );
  const line = REPLACEMENTS.reduce((done, [from, to]) => done.replace(from, to), greek);
  const parts: Content[] = [];
  let end = 0;
  for (const match of line.matchAll(RAISED_OR_LOWERED)) {
    const [whole, sign, braced, plain] = match;
    const inner = braced ?? plain!;
    parts.push(
      line.slice(end, match.index),
      sign === '_' ? markup`<sub>${inner}</sub>` : markup`<sup>${inner}</sup>`,
    );
    end = match.index + whole.length;
  }
  return markup`${parts}${line.slice(end)}`;
}
