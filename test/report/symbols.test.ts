import { describe, expect, test } from 'vitest';
import { formula } from '../../src/report/theorem-section.js';

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
