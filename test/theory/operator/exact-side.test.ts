import { describe, expect, it } from 'vitest';
import { exactSide, sideOfGrowth } from '../../../src/theory/operator/exact-stability.js';

describe('exactSide', () => {
  it('takes no side within the stated error of the operator, on both sides of rho = 1', () => {
    expect([0, 1e-9, -1e-9].map(exactSide)).toEqual(['undecided', 'undecided', 'undecided']);
    expect([1.1e-9, -1.1e-9].map(exactSide)).toEqual(['diverges', 'stable']);
  });

  it('sideOfGrowth calls stable only what shrinks', () => {
    expect([-1e-300, 0, 1e-300].map(sideOfGrowth)).toEqual(['stable', 'diverges', 'diverges']);
  });
});
