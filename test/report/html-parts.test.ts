import { describe, expect, test } from 'vitest';
import { dots } from '../../src/report/ratio-figures.js';
import { formula } from '../../src/report/symbols.js';
import { ratioAxis } from '../../src/report/axis.js';
import { markup, withSymbols } from '../../src/report/markup.js';
import { grouped, written } from '../../src/report/number-format.js';

describe('markup', () => {
  test('escapes strings, keeps markup, joins lists, leaves null out', () => {
    const list = ['<b>', 1, null, markup`<i>${'&'}</i>`];
    expect(markup`<p title="${'"'}">${list}</p>`.text).toBe('<p title="&quot;">&lt;b&gt;1<i>&amp;</i></p>');
  });
});

describe('formula', () => {
  test('is MathML without a script, and throws for what it cannot parse', () => {
    expect(formula(String.raw`\lambda_1(D) > 2`).text).toMatch(
      /^<math>.*<msub><mi>λ<\/mi><mn>1<\/mn><\/msub>/,
    );
    expect(formula('x', 'block').text).toContain('display="block"');
    expect(() => formula(String.raw`\frac{1}{`)).toThrow();
    expect(() => formula(String.raw`\unheardOf x`)).toThrow();
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

describe('numbers', () => {
  test('have raised powers of ten and thousands apart', () => {
    expect(markup`${written(3.28e-10)}`.text).toBe('3.28&#8239;×&#8239;10<sup>−10</sup>');
    expect([written(1.5), written(-0.05), written(0), written(null)]).toEqual(['1.5', '−0.05', '0', '–']);
    expect([7, 1234, 1234567].map(grouped)).toEqual(['7', '1\u202f234', '1\u202f234\u202f567']);
  });
});

/** Attributes of drawn circles as numbers. */
function circles(ratios: readonly number[], height: number) {
  return dots(ratios, ratioAxis(ratios), height).map(({ text }) => {
    const number = (name: string): number => Number(new RegExp(` ${name}="([\\d.]+)%?"`).exec(text)![1]);
    return { x: number('cx'), y: number('cy'), r: number('r') };
  });
}

describe('a logarithmic axis', () => {
  test.each([
    ['of one ratio, 1', [1]],
    ['of ratios above 1', [1, 1.3, 8]],
    ['of ratios below 1', [0.02, 0.9, 1]],
    ['of ratios far apart', [1e-6, 1e7]],
    ['without ratios', []],
  ])('%s keeps their order within its length, 1 among its at most 7 marks', (_, ratios) => {
    const { position, ticks } = ratioAxis(ratios);
    const places = [...ratios, ...ticks].sort((a, b) => a - b).map(position);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places.every((place) => place > 0 && place < 100)).toBe(true);
    expect(ticks).toContain(1);
    expect(ticks.length).toBeLessThanOrEqual(7);
  });

  test('has equal distances for equal factors', () => {
    const { position } = ratioAxis([0.25, 4]);
    expect(position(2) - position(1)).toBeCloseTo(position(1) - position(0.5), 1);
    expect(position(4) - position(2)).toBeCloseTo(position(2) - position(1), 1);
  });
});

describe('dots', () => {
  test('are one a ratio and inside the strip, however many have the same place', () => {
    for (const ratios of [[1], new Array<number>(101).fill(1), [0.5, 0.5001, 2, 7]]) {
      const drawn = circles(ratios, 34);
      expect(drawn).toHaveLength(ratios.length);
      for (const { y, r } of drawn) {
        expect(y - r).toBeGreaterThanOrEqual(0);
        expect(y + r).toBeLessThanOrEqual(34);
      }
    }
  });

  test('at the same place do not cover each other while there is room', () => {
    const heights = circles([1, 1, 1, 1, 1], 84).map(({ y }) => y);
    expect(new Set(heights).size).toBe(5);
  });
});
