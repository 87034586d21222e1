import { describe, expect, it } from 'vitest';
import { frequentDraws, replacedDraws } from '../../studies/calibration/planted-problems.js';
import { certificate, publishedVote } from '../../studies/calibration/procedures.js';
import { completed } from '../../src/jobs/interrupt.js';
import { FREQUENCY_LIMIT, samplerTrials } from '../../studies/calibration/sampler-trials.js';
import { randomSource } from '../../src/statistics/generator.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { populationGrowth } from '../../src/unlearning/growth.js';

const RUNS = 5;
const ours = certificate('quick');

describe.each([
  ['drawn with replacement', replacedDraws(), true],
  ['drawn too often', frequentDraws(), false],
] as const)('batches %s', (_, biased, passesFrequencies) => {
  const [correct, wrong] = completed(samplerTrials(biased, [ours, publishedVote], 1, RUNS));

  it('change the side', () => {
    expect([correct.truth, wrong.truth]).toEqual(['stable', 'diverges']);
  });

  it('have the law that is stated for them', () => {
    const process = linearisedProcess(biased.problem, biased.eta, biased.implementation);
    const { growth } = populationGrowth(process, randomSource('biased law'));
    expect(growth).toBeCloseTo(exactStability(biased.actual).growth(biased.eta).logGrowth, 1);
    expect(growth).toBeGreaterThan(0);
  });

  it('pass the vote of single runs, which says of both samplers that they are stable', () => {
    expect(correct.tallies.get(publishedVote.name)?.wrong).toBe(0);
    expect(wrong.tallies.get(publishedVote.name)?.wrong).toBe(RUNS);
  });

  it('are caught by the certificate, which has both sides right', () => {
    for (const { tallies } of [correct, wrong]) {
      expect(tallies.get(ours.name)).toMatchObject({ decisions: RUNS, wrong: 0, inconclusive: 0 });
    }
  });

  it(`${passesFrequencies ? 'pass' : 'fail'} a count of how often each sample is drawn`, () => {
    expect(correct.frequencyDeviation).toBeLessThanOrEqual(FREQUENCY_LIMIT);
    expect(wrong.frequencyDeviation <= FREQUENCY_LIMIT).toBe(passesFrequencies);
  });
});
