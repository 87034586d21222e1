import { markup, type Content, type Markup } from './markup.js';

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

/** What is written in letters and what it stands for. */
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
