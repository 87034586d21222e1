import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { multiplyTransposedSymmetric } from '../../src/linalg/multiply-transposed.js';
import { quadraticForm, transpose } from '../../src/linalg/vectors.js';
import { normals, randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { MatrixMeanBelowTest } from '../../src/statistics/matrix-mean-below.js';
import { relativeDifference } from '../closeness.js';
import { mostEvents } from '../goodness-of-fit.js';
import { entriesOf, randomRotation } from '../sample-problems.js';

const RANGE = 3;

/** The value 0.8 as level: the hypothesis is lambda_1(E Y) >= 0.8. */
const LEVEL = 0.8;

/**
 * Y = Q diag(y) Q^T in the plane, y_a = RANGE with probability means[a]/RANGE, else 0: the most variable
 * law of these means. Q turns a pair of axes, so that nothing is aligned with the coordinates.
 */
function twoPointSampler(means: readonly [number, number]) {
  const rotation = randomRotation(randomSource('two-point axes'), 2);
  const outcomes = [0, RANGE].flatMap((a) =>
    [0, RANGE].map((b) => entriesOf(rotation.mmul(Matrix.diag([a, b])).mmul(rotation.transpose()))),
  );
  return (random: RandomSource): Float64Array => {
    const [first, second] = means.map((mean) => (random.uniform() < mean / RANGE ? 1 : 0)) as [
      number,
      number,
    ];
    return outcomes[2 * first + second]!;
  };
}

/** A random symmetric 0 <= Y <= RANGE in n dimensions, at the ends of the range as often as not. */
function drawn(random: RandomSource, n: number): Float64Array {
  const rotation = randomRotation(random, n);
  const spectrum = Array.from(
    { length: n },
    () => RANGE * [0, 1, random.uniform(), random.uniform()][random.integer(4)]!,
  );
  return entriesOf(rotation.mmul(Matrix.diag(spectrum)).mmul(rotation.transpose()));
}

/** A coarse error probability, so that false certificates would be seen. */
const ERROR = 0.2;
const RUNS = 400;
const OBSERVATIONS = 400;
const STAKES = [0.02, 0.05, 0.1];

/** How many of RUNS runs certify lambda_1(E Y) < LEVEL at some time, looking after every tenth observation. */
function certificates(word: string, means: readonly [number, number], range = RANGE): number {
  const draw = twoPointSampler(means);
  let certified = 0;
  for (let run = 0; run < RUNS; run++) {
    const random = randomSource(word, run);
    const test = new MatrixMeanBelowTest(2, LEVEL, range);
    for (let k = 1; k <= OBSERVATIONS; k++) {
      test.observe(draw(random));
      if (k % 10 === 0 && test.logEvidence(STAKES) >= Math.log(1 / ERROR)) {
        certified++;
        break;
      }
    }
  }
  return certified;
}

/** A sound test certifies at most this often, but with probability 1e-6. */
const MOST = mostEvents(RUNS, ERROR, 1e-6);

describe('MatrixMeanBelowTest', () => {
  it.each([
    [LEVEL, 0.4],
    [LEVEL, LEVEL],
    [0.1, 1],
  ] as const)(
    'certifies a mean with eigenvalues %d, %d, not below the level, at most as often as its error',
    (a, b) => {
      expect(certificates('false certificates', [a, b])).toBeLessThanOrEqual(MOST);
    },
  );

  it('certifies a mean well below the level nearly always', () => {
    expect(certificates('true certificates', [0.4, 0.3])).toBeGreaterThan(0.95 * RUNS);
  });

  it('the count of false certificates would catch a level that is 0.6 in truth', () => {
    expect(certificates('planted', [0.6, 0.3])).toBeGreaterThan(MOST);
  });

  it('errs as often as its level where steps are small: neither more nor far less', () => {
    // y = 0 or twice the level, a stake of which the bounds lose little.
    const [level, runs] = [0.2, 800];
    let certified = 0;
    for (let run = 0; run < runs; run++) {
      const random = randomSource('attained', run);
      const test = new MatrixMeanBelowTest(1, LEVEL, 2 * LEVEL);
      for (let k = 1; k <= 2500; k++) {
        test.observe(Float64Array.of(2 * LEVEL * random.integer(2)));
        if (k % 8 === 0 && test.logEvidence([0.1]) >= Math.log(1 / level)) {
          certified++;
          break;
        }
      }
    }
    expect(certified).toBeLessThanOrEqual(mostEvents(runs, level, 1e-6));
    expect(certified).toBeGreaterThan(mostEvents(runs, 0.5 * level, 1e-6));
  });

  it('bounds the log capital of every direction from below, for stakes up to the largest', () => {
    const random = randomSource('inequality');
    for (let trial = 0; trial < 40; trial++) {
      const n = 1 + random.integer(4);
      const observations = Array.from({ length: 1 + random.integer(30) }, () => drawn(random, n));
      const test = new MatrixMeanBelowTest(n, LEVEL, RANGE);
      for (const y of observations) test.observe(y);
      for (const share of [1, 0.5, 0.1, 0.01]) {
        const stake = share * test.largestStake();
        const bound = test.logCapital(stake);
        for (let k = 0; k < 25; k++) {
          const u = unitVector(random, n);
          expect(logCapitalAlong(observations, u, stake)).toBeGreaterThanOrEqual(bound - 1e-9);
        }
      }
    }
  });

  it('the bound is not vacuous: for one-dimensional Y at the ends of the range it is attained', () => {
    const test = new MatrixMeanBelowTest(1, LEVEL, RANGE);
    const observations = [RANGE, RANGE, RANGE].map((y) => Float64Array.of(y));
    for (const y of observations) test.observe(y);
    const stake = 0.3;
    const attained = logCapitalAlong(observations, Float64Array.of(1), stake);
    expect(Math.abs(test.logCapital(stake) - attained)).toBeLessThan(1e-12);
  });

  it('without its quadratic part the bound would be wrong', () => {
    const observations = [0, RANGE, 0, 0].map((y) => Float64Array.of(y));
    const stake = 0.3;
    const linear = observations.reduce((sum, y) => sum + stake * (LEVEL - y[0]!), 0);
    const capital = logCapitalAlong(observations, Float64Array.of(1), stake);
    expect(linear).toBeGreaterThan(capital + 0.1);
    const test = new MatrixMeanBelowTest(1, LEVEL, RANGE);
    for (const y of observations) test.observe(y);
    expect(test.logCapital(stake)).toBeLessThanOrEqual(capital);
  });

  it('an observation above the range only weakens the evidence, compared with counting it as 0', () => {
    const [given, zero] = [0, 1].map(() => new MatrixMeanBelowTest(2, LEVEL, RANGE));
    const draw = twoPointSampler([0.5, 0.5]);
    const random = randomSource('oversize');
    for (let k = 0; k < 20; k++) {
      const y = draw(random);
      const oversize = Float64Array.of(3 * RANGE, 0, 0, 2 * RANGE);
      given!.observe(k % 7 === 0 ? oversize : y);
      zero!.observe(k % 7 === 0 ? new Float64Array(4) : y);
    }
    for (const stake of [0.01, 0.1, 0.3]) {
      expect(given!.logCapital(stake)).toBeLessThan(zero!.logCapital(stake));
    }
  });

  it('logEvidence is that of the best stake less the log of their number', () => {
    const test = new MatrixMeanBelowTest(1, LEVEL, RANGE);
    for (const y of [0.1, 0.2, 0.9, 0]) test.observe(Float64Array.of(y));
    const best = Math.max(...STAKES.map((stake) => test.logCapital(stake)));
    expect(Math.abs(test.logEvidence(STAKES) - (best - Math.log(3)))).toBeLessThan(1e-12);
  });

  it.each([3, 190])('takes Y = C C^T of order %d as it takes each Y by itself', (n) => {
    const random = randomSource('sandwiches', n);
    const matrices = normals(2 * n * n, random, 0.1 / n);
    const left = Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0));
    const [together, single] = [0, 1].map(() => new MatrixMeanBelowTest(n, LEVEL, RANGE));
    together!.observeSandwiches(matrices, 2, { left, right: null }, new Float64Array(2));
    for (const from of [0, n * n]) {
      const c = transpose(matrices.subarray(from, from + n * n), n, n);
      single!.observe(multiplyTransposedSymmetric(c, c, n, n));
    }
    const [found, expected] = [together!.bestStake(), single!.bestStake()];
    expect(found.stake).toBe(expected.stake);
    expect(expected.growth).toBeGreaterThan(0);
    expect(relativeDifference(found.growth, expected.growth)).toBeLessThan(1e-12);
  });

  it('bestStake is the fastest of its grid, below the largest stake', () => {
    const test = new MatrixMeanBelowTest(2, LEVEL, RANGE);
    const draw = twoPointSampler([0.4, 0.3]);
    const random = randomSource('best stake');
    for (let k = 0; k < 500; k++) test.observe(draw(random));
    const { stake, growth } = test.bestStake();
    expect(stake).toBeLessThanOrEqual(test.largestStake());
    expect(Math.abs(growth - test.logCapital(stake) / 500)).toBeLessThan(1e-12);
    expect(growth).toBeGreaterThan(0);
    for (const factor of [0.5, 2]) {
      if (factor * stake < test.largestStake())
        expect(test.logCapital(factor * stake)).toBeLessThan(500 * growth);
    }
  });

  it.each([
    // All of z = 3 is bounded by z - c2 z^2, all of z = 1/2 by z - z^2/2 + z^3/3 - c4 z^4: each time it is the larger bound.
    { order: 2, z: 3, known: 3 },
    { order: 4, z: 1 / 2, known: 1 / 2 - 1 / 8 + 1 / 24 },
  ])('c of order $order is the sum of zeta^k/($order + k), and 1/$order below 0', ({ order, z, known }) => {
    for (const zeta of [-2, -1e-5, 0, 1e-6, 3e-4, 0.02, 0.0999, 0.1, 0.1001, 0.5, 0.9, 0.95]) {
      // One observation of 0 and a stake of 1.
      const test = new MatrixMeanBelowTest(1, z, z + zeta);
      test.observe(Float64Array.of(0));
      const exact = Array.from({ length: 2000 }, (_, k) => Math.max(0, zeta) ** k / (order + k)).reduce(
        (a, b) => a + b,
        0,
      );
      const found = (known - test.logCapital(1)) / z ** order;
      expect(relativeDifference(found, exact), `zeta ${zeta}`).toBeLessThan(1e-11);
    }
  });

  it('the bound of fourth order counts where the range is far above Y, that of second order for large stakes', () => {
    const test = new MatrixMeanBelowTest(1, 1, 4);
    test.observe(Float64Array.of(0.5));
    for (const stake of [0.1, 0.2, test.largestStake()]) {
      const zeta = 3 * stake;
      const second = stake / 2 - (-Math.log(1 - zeta) - zeta) * (0.5 / 3) ** 2;
      const [found, capital] = [test.logCapital(stake), Math.log1p(stake / 2)];
      expect(found).toBeLessThanOrEqual(capital);
      // Nine tenths of what the second order misses.
      expect(found - second).toBeGreaterThan(0.9 * (capital - second));
    }
    // Z = 3 and -0.9: a fourth power of 3 outweighs all.
    const wide = new MatrixMeanBelowTest(1, 3, 3.9);
    wide.observe(Float64Array.of(0));
    wide.observe(Float64Array.of(3.9));
    const zeta = 0.9;
    const second = 3 - ((-Math.log(1 - zeta) - zeta) / zeta ** 2) * 9 + Math.log(1 - zeta);
    expect(relativeDifference(wide.logCapital(1), second)).toBeLessThan(1e-12);
  });

  it('the largest stake is 0.95 of what may be lost, and 950 where nothing may', () => {
    for (const [range, stake] of [
      [3, 0.95 / 2.2],
      [LEVEL + 1.9e-3, 500],
      [LEVEL + 1e-4, 950],
      [0.5, 950],
    ] as const) {
      expect(relativeDifference(new MatrixMeanBelowTest(1, LEVEL, range).largestStake(), stake)).toBeLessThan(
        1e-9,
      );
    }
    // Where every stake loses the smallest of 24 is taken, each 0.75 of the one before.
    const losing = new MatrixMeanBelowTest(1, LEVEL, RANGE);
    losing.observe(Float64Array.of(RANGE));
    expect(relativeDifference(losing.bestStake().stake, (0.95 / 2.2) * 0.75 ** 23)).toBeLessThan(1e-12);
  });

  it('keeps stake (range - level) below 1 up to the largest stake, also for a range below the level', () => {
    expect(new MatrixMeanBelowTest(1, LEVEL, RANGE).largestStake() * (RANGE - LEVEL)).toBeLessThan(1);
    const narrow = new MatrixMeanBelowTest(1, LEVEL, 0.5);
    for (let k = 0; k < 10; k++) narrow.observe(Float64Array.of(0.5));
    const stake = 1;
    expect(narrow.logCapital(stake)).toBeLessThanOrEqual(10 * Math.log1p(stake * 0.3));
    expect(narrow.logCapital(stake)).toBeGreaterThan(0);
  });
});

function unitVector(random: RandomSource, n: number): Float64Array {
  const raw = Float64Array.from({ length: n }, () => random.normal());
  return raw.map((x) => x / Math.hypot(...raw));
}

/** sum log(1 + stake (level - u^T Y u)). */
function logCapitalAlong(observations: readonly Float64Array[], u: Float64Array, stake: number): number {
  return observations.reduce((sum, y) => sum + Math.log1p(stake * (LEVEL - quadraticForm(y, u))), 0);
}
