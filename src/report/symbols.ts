import temml from 'temml';
import { Markup, markup, withSymbols } from './markup.js';

/** LaTeX as MathML, which browsers show and screen readers read without a script. @throws if it does not parse. */
export function formula(latex: string, display: 'block' | 'inline' = 'inline'): Markup {
  const settings = { displayMode: display === 'block', throwOnError: true, strict: true };
  return new Markup(temml.renderToString(latex, settings));
}

/** Symbols of the statements and what they mean. */
const SYMBOLS: readonly (readonly [latex: string, meaning: string])[] = [
  [String.raw`R,\ F`, 'retain set and forget set, with n_R and n_F samples'],
  [String.raw`\alpha`, 'mixing weight of the ascent, in [0, 1]'],
  [String.raw`\eta,\ \eta^*`, 'step size, and the exact critical one: stable iff η < η*'],
  [String.raw`B,\ \nu = n/B - 1`, 'batch size, and batch noise factor'],
  [
    String.raw`H_i,\ \bar H`,
    'Hessian of the loss of sample i at the minimum, and the mean of a set (H = mean of the retain set)',
  ],
  [
    String.raw`K_i,\ K`,
    'weighted curvature of a sample, (1−α)/n_R or α/n_F times its Hessian, and their sum',
  ],
  [String.raw`D = (1-\alpha)\bar H_R - \alpha\bar H_F`, 'mean curvature of the step'],
  [String.raw`U,\ r`, 'sum of the ranges of all K_i, and its dimension'],
  [
    String.raw`T,\ \rho(T)`,
    'operator of the second moment, and its spectral radius: the growth of E|δ|² per step',
  ],
  [String.raw`N`, 'part of T that comes from batch noise, without η²'],
  [String.raw`\delta_k`, 'displacement from the minimum after k steps'],
  [String.raw`\gamma`, 'almost sure growth of log |δ| per step'],
  [
    String.raw`S_{ij} = \sqrt{\operatorname{tr}(K_i K_j)}`,
    'coherence matrix, with blocks of retain and forget samples',
  ],
  [String.raw`\sigma = \lambda_1(S)/\max_i \lambda_1(K_i)`, 'coherence'],
  [String.raw`\kappa = \operatorname{tr}(\bar H_R \bar H_F)/\lambda_1(\bar H_F)^2`, 'cross coherence'],
  [
    String.raw`\mu,\ \alpha^* = 1/(1+\mu)`,
    'largest eigenvalue of the forget curvature relative to the retain curvature, and the critical mixing',
  ],
  [String.raw`\omega`, 'largest eigenvalue of K relative to D'],
];

/** The list of symbols, folded. */
export function symbolList(): Markup {
  return markup`<details class="symbols"><summary><h3>Symbols</h3></summary>
<dl class="facts">${SYMBOLS.map(
    ([latex, meaning]) => markup`<div><dt>${formula(latex)}</dt><dd>${withSymbols(meaning)}</dd></div>
`,
  )}</dl>
<p>“Diverges”: E|δ|² grows without bound for some start, so that the model escapes the old minimum; that is not deletion. “Stable”: it stays bounded for every start.</p>
</details>`;
}
