import { describe, expect, it } from 'vitest';
import { testStability } from '../../src/decision/side-tests.js';
import { problemLaw } from '../../src/decision/period-law.js';
import { StateMoment } from '../../src/decision/state-moment.js';
import { stateSubspaces } from '../../src/decision/state-subspaces.js';
import { periodRange } from '../../src/decision/period-range.js';
import { randomSource } from '../../src/statistics/generator.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { reducedFromSpec } from '../sample-problems.js';
import { countedProcess } from './tape-process.js';

/** Bernoulli batches of one in 40, with momentum: a sample may take several periods. */
const PROBLEM = reducedFromSpec({
  ...{ retain: Array.from({ length: 40 }, () => [[1]]), forget: [], alpha: 0 },
  ...{ batch: { retain: 1, forget: 0 }, sampling: 'bernoulli', optimizer: { momentum: 0.5 } },
});
const ETA = 0.3;
const TRIALS = 300;

/**
 * A test of products of two periods, with one period that is far too long and says that it has so many samples, and one
 * that has 30.
 */
function tested(when: number, size: number, oversized = -1) {
  const real = linearisedProcess(PROBLEM, ETA);
  const random = randomSource('watched products');
  const pilot = new StateMoment(stateSubspaces(PROBLEM, 2), 2);
  pilot.draw(real, random, 2000);
  const radius = pilot.perron().value;
  const process = countedProcess(real, (drawn) => ({
    batchSizes() {
      if (drawn() === when) return { retain: size, forget: 0 };
      return drawn() === oversized ? { retain: 30, forget: 0 } : real.batchSizes();
    },
    applyStep(state) {
      real.applyStep(state);
      if (drawn() === when) state.set(state.map((x) => 1000 * x));
    },
  }));
  // The pilot has no P for the six that are tried of single periods.
  let asked = 0;
  const moment = { resolvent: (c: number) => (++asked <= 6 ? null : pilot.resolvent(c)) };
  const context = { process, law: problemLaw(PROBLEM, ETA, 1), random, threshold: Math.log(1e8) };
  const roots = pilot.resolvent(radius + 0.5 * (1 - radius))!;
  const { sizeLimit } = periodRange(PROBLEM, ETA, roots, 0.05 * (1 - radius), 2);
  return { ...testStability(context, moment, radius, TRIALS, 1e5), sizeLimit, drawn: process.drawn() };
}

describe('of products of two periods', () => {
  it('each period counts among the samples', () => {
    const { samples, drawn, logEvidence, fault } = tested(-1, 0);
    expect(fault).toBeNull();
    expect(logEvidence).toBeGreaterThan(Math.log(1e8));
    expect(samples).toBe(drawn);
    // Whole products: 64 of them, and 15 % more at each look.
    expect((samples - TRIALS) % 2).toBe(0);
    expect(samples).toBeGreaterThanOrEqual(TRIALS + 2 * 64);
  });

  it.each([1, 2, 3, 4])('each period is watched for its size: number %d', (period) => {
    const when = TRIALS + 20 + period;
    const within = tested(when, 1);
    expect(within.fault).toMatch(/^a drawn step exceeds the range/);
    // With its whole lot.
    expect(within.samples).toBe(TRIALS + 2 * 64);
    expect(within.samples).toBe(within.drawn);
    expect(tested(when, within.sizeLimit.retain).fault).not.toBeNull();
    expect(within.sizeLimit.retain).toBeLessThan(30);
    expect(tested(when, 30).fault).toBeNull();
  });

  it('a batch beyond the limit excuses its own product, not that in its place of the next lot', () => {
    const first = TRIALS + 1;
    expect(tested(first, 30, first).fault).toBeNull();
    expect(tested(first + 2 * 64, 1, first).fault).toMatch(/^a drawn step exceeds the range/);
  });
});
