import { describe, expect, test } from 'vitest';
import { markup, withSymbols } from '../../src/report/markup.js';

describe('markup', () => {
  test('escapes strings, keeps markup, joins lists, leaves null out', () => {
    const list = ['<b>', 1, null, markup`<i>${'&'}</i>`];
    expect(markup`<p title="${'"'}">${list}</p>`.text).toBe('<p title="&quot;">&lt;b&gt;1<i>&amp;</i></p>');
  });
});

describe('withSymbols', () => {
  test.each([
    ['eta lambda_1(D) > 2', 'η λ<sub>1</sub>(D) &gt; 2'],
    ['S_ij^2 <= sqrt(nu)', 'S<sub>ij</sub><sup>2</sup> ≤ √(ν)'],
    ['lambda_min(D on U) < 0  =>  diverges', 'λ<sub>min</sub>(D on U) &lt; 0  ⇒  diverges'],
    ['|K_i^{1/2} x|, alpha*', '|K<sub>i</sub><sup>1/2</sup> x|, α*'],
    ['range(Hbar_F), 1 - alpha', 'range(H\u0304<sub>F</sub>), 1 − α'],
    [
      '<grad f_i, grad f_k> >= 0 if x < 1, y > 2',
      '⟨∇f<sub>i</sub>, ∇f<sub>k</sub>⟩ ≥ 0 if x &lt; 1, y &gt; 2',
    ],
    ['grad_r f, sum_i H_i', '∇<sub>r</sub> f, ∑<sub>i</sub> H<sub>i</sub>'],
    ['the theta metal number, without snake', 'the theta metal number, without snake'],
  ])('writes %j with its symbols and changes no word', (text, expected) => {
    expect(withSymbols(text).text).toBe(expected);
  });
});
