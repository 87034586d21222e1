import temml from 'temml';
import { Markup } from './markup.js';

/** LaTeX as MathML, which browsers show and screen readers read without a script. @throws if it does not parse. */
export function formula(latex: string, display: 'block' | 'inline' = 'inline'): Markup {
  const settings = { displayMode: display === 'block', throwOnError: true, strict: true };
  return new Markup(temml.renderToString(latex, settings));
}
