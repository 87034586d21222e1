import { describe, expect, it } from 'vitest';
import { completed } from '../../src/jobs/interrupt.js';
import { falseAlarms, growingShare } from '../../studies/calibration/false-alarms.js';
import { descentOnLine } from '../sample-problems.js';

describe('exactly at the threshold, at level 0.05', () => {
  const runs = 60;
  const alarms = completed(falseAlarms(1, runs, 0.05));

  it('one look at the end keeps about its level', () => {
    expect(alarms.wilsonOnce).toBeLessThan(0.2 * runs);
  });

  it('repeated looks break it', () => {
    expect(alarms.wilsonRepeated).toBeGreaterThan(0.2 * runs);
    expect(alarms.meanRepeated).toBeGreaterThan(0.2 * runs);
  });

  it('the certificate says inconclusive', () => {
    expect(alarms.certificate).toBeLessThan(0.05 * runs);
  });
});

it('growingShare is the probability that a batch overshoots by more than the distance', () => {
  // n = 2, p = 1/2: A = 1 - eta k with k = 0, 1, 2 at probability 1/4, 1/2, 1/4.
  const problem = descentOnLine([1, 1], 1, 'bernoulli');
  expect(growingShare({ problem, eta: 1.5 })).toBeCloseTo(1 / 4, 12);
  expect(growingShare({ problem, eta: 2.5 })).toBeCloseTo(3 / 4, 12);
});
