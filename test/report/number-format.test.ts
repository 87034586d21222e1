import { describe, expect, test } from 'vitest';
import { markup } from '../../src/report/markup.js';
import { grouped, plainNumber, plainSteps, powerOfTen, written } from '../../src/report/number-format.js';

describe('numbers', () => {
  test('have raised powers of ten and thousands apart', () => {
    expect(markup`${written(3.28e-10)}`.text).toBe('3.28&#8239;×&#8239;10<sup>−10</sup>');
    expect([written(1.5), written(-0.05), written(0), written(null)]).toEqual(['1.5', '−0.05', '0', '–']);
    expect([7, 1234, 1234567].map(grouped)).toEqual(['7', '1\u202f234', '1\u202f234\u202f567']);
  });
});

describe('plain numbers', () => {
  test('need no markup', () => {
    expect([0, -1.5, 2.74312, 1e-4, -3.2e-7, 1e12].map(plainNumber)).toEqual([
      '0',
      '−1.5',
      '2.743',
      '10⁻⁴',
      '−3.2·10⁻⁷',
      '10¹²',
    ]);
    expect([-8, 0, 12].map(powerOfTen)).toEqual(['10⁻⁸', '10⁰', '10¹²']);
  });

  test('of steps are whole', () => {
    expect([0.2, 17.3, 9900.1, 123456.7].map(plainSteps)).toEqual(['1', '18', '9\u202f901', '1.23·10⁵']);
  });
});
