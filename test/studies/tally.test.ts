import { describe, expect, it } from 'vitest';
import { tally, type JudgedVerdict } from '../../studies/calibration/tally.js';

const verdict = (side: JudgedVerdict['side'], samples: number): JudgedVerdict => ({
  truth: 'stable',
  side,
  samples,
});

describe('tally', () => {
  const ten = [
    ...[100, 300, 200, 500, 400].map((samples) => verdict('stable', samples)),
    verdict('diverges', 600),
    ...[900, 900, 900, 900].map((samples) => verdict('inconclusive', samples)),
  ];

  it('counts wrong verdicts and inconclusive ones apart', () => {
    expect(tally(ten)).toMatchObject({ decisions: 10, wrong: 1, inconclusive: 4 });
  });

  it('bounds the error by the p at which at most that many wrong verdicts have probability 1 %', () => {
    const { wrongBound: p } = tally(ten);
    expect((1 - p) ** 10 + 10 * p * (1 - p) ** 9).toBeCloseTo(0.01, 10);
    expect(tally(ten.slice(0, 5)).wrongBound).toBeCloseTo(1 - 0.01 ** (1 / 5), 12);
  });

  it('takes the samples within which a share of all decisions fell, and none where fewer fell', () => {
    expect(tally(ten).medianSamples).toBe(500);
    expect(tally(ten).ninthDecileSamples).toBeNull();
    expect(tally(ten.slice(0, 5))).toMatchObject({ medianSamples: 300, ninthDecileSamples: 500 });
  });

  it('refuses an empty list', () => {
    expect(() => tally([])).toThrow(/at least one verdict; got 0/);
  });
});
