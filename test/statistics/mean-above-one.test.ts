import { describe, expect, it } from 'vitest';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { bestStake, MeanAboveOneTest } from '../../src/statistics/betting-tests.js';
import { relativeDifference } from '../closeness.js';
import { mostEvents } from '../goodness-of-fit.js';

const STAKES = [0.05, 0.2, 0.6];

/** x = mean u^{-1/2}/2: the mean is exact, the variance infinite. */
const heavyTailed =
  (mean: number) =>
  (random: RandomSource): number =>
    (mean * 0.5) / Math.sqrt(1 - random.uniform());

/** x = 20 with probability mean/20, else 0. */
const rare =
  (mean: number) =>
  (random: RandomSource): number =>
    random.uniform() < mean / 20 ? 20 : 0;

/** A coarse level, so that false rejections would be seen. */
const LEVEL = 0.05;
const RUNS = 2000;
const OBSERVATIONS = 300;

/** How many of RUNS runs reject at LEVEL at some time, looking after every observation. */
function rejections(word: string, draw: (random: RandomSource) => number): number {
  let rejected = 0;
  for (let run = 0; run < RUNS; run++) {
    const random = randomSource(word, run);
    const test = new MeanAboveOneTest(STAKES);
    for (let k = 0; k < OBSERVATIONS; k++) {
      test.observe(draw(random));
      if (test.logEvidence() >= Math.log(1 / LEVEL)) {
        rejected++;
        break;
      }
    }
  }
  return rejected;
}

/** A sound test rejects at most this often, but with probability 1e-6. */
const MOST = mostEvents(RUNS, LEVEL, 1e-6);

describe('MeanAboveOneTest', () => {
  it('has as capital the mean over the stakes of prod (1 + stake (x - 1))', () => {
    const test = new MeanAboveOneTest([0.25, 0.5]);
    // More than the 16 observations that are multiplied before a logarithm is taken.
    const values = Array.from({ length: 37 }, (_, k) => (k % 5) / 2);
    for (const x of values) test.observe(x);
    const capital = (stake: number): number =>
      values.reduce((product, x) => product * (1 + stake * (x - 1)), 1);
    const expected = Math.log((capital(0.25) + capital(0.5)) / 2);
    expect(Math.abs(test.logEvidence() - expected)).toBeLessThan(1e-12);
  });

  it('starts with capital 1, and asking does not change it', () => {
    const test = new MeanAboveOneTest(STAKES);
    expect(test.logEvidence()).toBe(0);
    test.observe(3);
    const evidence = test.logEvidence();
    expect(test.logEvidence()).toBe(evidence);
  });

  it.each([
    ['heavy-tailed', heavyTailed(1)],
    ['rare and large', rare(1)],
    ['constant', () => 1],
  ] as const)(
    'rejects mean exactly 1 at most as often as its level, looking all the time (%s)',
    (word, draw) => {
      expect(rejections(word, draw)).toBeLessThanOrEqual(MOST);
    },
  );

  it('the same count catches a mean of 1.1 taken for at most 1', () => {
    expect(rejections('heavy-tailed', heavyTailed(1.1))).toBeGreaterThan(MOST);
  });

  it('the same count catches looking all the time at a test of fixed size', () => {
    let rejected = 0;
    for (let run = 0; run < RUNS; run++) {
      const random = randomSource('peeking', run);
      let [sum, squares] = [0, 0];
      for (let n = 1; n <= OBSERVATIONS; n++) {
        const x = 2 * random.uniform();
        sum += x;
        squares += x * x;
        const variance = squares / n - (sum / n) ** 2;
        if (n >= 20 && (sum / n - 1) * Math.sqrt(n / variance) > 1.645) {
          rejected++;
          break;
        }
      }
    }
    expect(rejected).toBeGreaterThan(MOST);
  });

  it('rejects a mean of 1.2 at level 1e-9 within 2000 observations', () => {
    const random = randomSource('power');
    const test = new MeanAboveOneTest([0.3]);
    let n = 0;
    while (test.logEvidence() < Math.log(1e9)) {
      test.observe(1.2 * (0.5 + random.uniform()));
      n++;
    }
    expect(n).toBeLessThan(2000);
    expect(n).toBeGreaterThan(50);
  });

  it('takes infinite and NaN observations for overflow: enormous evidence, and finite', () => {
    for (const x of [Infinity, NaN, 1e300]) {
      const test = new MeanAboveOneTest(STAKES);
      for (let k = 0; k < 20; k++) test.observe(x);
      expect(test.logEvidence()).toBeGreaterThan(20 * 340);
      expect(Number.isFinite(test.logEvidence())).toBe(true);
    }
  });

  it('1e150 is the largest that counts, and capitals beyond all numbers are kept', () => {
    const [below, above] = [0.99e150, 1e151].map((x) => {
      const test = new MeanAboveOneTest([1]);
      test.observe(x);
      return test.logEvidence();
    });
    expect(relativeDifference(below!, Math.log(0.99e150))).toBeLessThan(1e-14);
    expect(relativeDifference(above!, Math.log(1e150))).toBeLessThan(1e-14);
    const test = new MeanAboveOneTest([0.5]);
    for (let k = 0; k < 400; k++) test.observe(1e7);
    expect(relativeDifference(test.logEvidence(), 400 * Math.log((1 + 1e7) / 2))).toBeLessThan(1e-12);
  });

  it('errs as often as its level where steps are small: neither more nor far less', () => {
    // x = 0 or 2: the capital moves by a tenth, so that it passes 1/level by little, and for ever or never.
    const [level, runs] = [0.2, 1500];
    let rejected = 0;
    for (let run = 0; run < runs; run++) {
      const random = randomSource('attained', run);
      const test = new MeanAboveOneTest([0.1]);
      for (let k = 0; k < 2500; k++) {
        test.observe(2 * random.integer(2));
        if (k % 8 === 7 && test.logEvidence() >= Math.log(1 / level)) {
          rejected++;
          break;
        }
      }
    }
    expect(rejected).toBeLessThanOrEqual(mostEvents(runs, level, 1e-6));
    // At a level of 0.12 so many would hardly ever be seen.
    expect(rejected).toBeGreaterThan(mostEvents(runs, 0.6 * level, 1e-6));
  });

  it('a stake of 1 is ruined for ever by one observation of 0', () => {
    const test = new MeanAboveOneTest([1]);
    test.observe(0);
    expect(test.logEvidence()).toBe(-Infinity);
    for (let k = 0; k < 100; k++) test.observe(1e12);
    expect(test.logEvidence()).toBe(-Infinity);
  });

  it.each([0, -0.5, 1.01, NaN])('throws RangeError for a stake of %d', (stake) => {
    expect(() => new MeanAboveOneTest([0.5, stake])).toThrow(RangeError);
    expect(() => new MeanAboveOneTest([0.5, stake])).toThrow(`a stake must be in (0, 1]; got ${stake}`);
  });
});

describe('bestStake', () => {
  it('finds the stake of the fastest growth on two-valued observations: p - (1-p) at odds 1', () => {
    // x = 2 or 0: 1 +- stake. Growth p log(1+s) + (1-p) log(1-s) is largest at s = 2p - 1.
    const observations = [...new Array<number>(700).fill(2), ...new Array<number>(300).fill(0)];
    const { stake, growth } = bestStake(observations);
    const growthAt = (s: number): number => 0.7 * Math.log1p(s) + 0.3 * Math.log1p(-s);
    expect(Math.abs(growth - growthAt(stake))).toBeLessThan(1e-12);
    expect(Math.abs(stake - 0.4)).toBeLessThan(0.1);
    expect(growth).toBeGreaterThan(0.95 * growthAt(0.4));
  });

  it('stakes everything if nothing is lost, next to nothing if the mean is below 1', () => {
    expect(bestStake([2, 3, 1.5])).toMatchObject({ stake: 1 });
    const losing = bestStake([0.5, 0.9, 1.1]);
    expect(losing.growth).toBeLessThan(0);
    expect(losing.stake).toBeLessThan(1e-4);
  });

  it('goes down to 0.7^32 of the largest stake', () => {
    expect(relativeDifference(bestStake([0.5]).stake, 0.7 ** 32)).toBeLessThan(1e-12);
  });

  it('counts overflow as 1e150', () => {
    expect(relativeDifference(bestStake([Infinity, 1]).growth, Math.log(1e150) / 2)).toBeLessThan(1e-12);
  });
});
