import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { quadraticForm } from '../../src/linalg/vectors.js';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import {
  bestMatrixStake,
  bestStake,
  MatrixMeanAboveOneTest,
  MeanAboveOneTest,
} from '../../src/statistics/betting-tests.js';
import { mostEvents } from '../goodness-of-fit.js';
import { entriesOf, randomRotation } from '../sample-problems.js';

/** Y = Q diag(y) Q^T in n dimensions, y_a = 0 mostly, else of the size that gives these means: rarely `largest`. */
function rareSampler(means: readonly number[], largest: number) {
  const n = means.length;
  const rotation = randomRotation(randomSource('rare axes', n), n);
  return (random: RandomSource): Float64Array => {
    const spectrum = means.map((mean) => (random.uniform() < mean / largest ? largest : 0));
    return entriesOf(rotation.mmul(Matrix.diag(spectrum)).mmul(rotation.transpose()));
  };
}

const ERROR = 0.2;
const RUNS = 400;
const STAKES = [0.05, 0.1, 0.2];

/** How many of RUNS runs certify lambda_min(E Y) > 1 at some time, looking after every tenth observation. */
function certificates(word: string, means: readonly number[], testOf = matrixTest): number {
  const draw = rareSampler(means, 3);
  let certified = 0;
  for (let run = 0; run < RUNS; run++) {
    const random = randomSource(word, run);
    const test = testOf(means.length);
    for (let k = 1; k <= 400; k++) {
      test.observe(draw(random));
      if (k % 10 === 0 && test.logEvidence() >= Math.log(1 / ERROR)) {
        certified++;
        break;
      }
    }
  }
  return certified;
}

function matrixTest(size: number): Pick<MatrixMeanAboveOneTest, 'observe' | 'logEvidence'> {
  return new MatrixMeanAboveOneTest(size, STAKES);
}

/** A sound test certifies at most this often, but with probability 1e-6. */
const MOST = mostEvents(RUNS, ERROR, 1e-6);

/** sum log(1 + stake (u^T Y u - 1)). */
const logCapitalAlong = (seen: readonly Float64Array[], u: Float64Array, stake: number): number =>
  seen.reduce((sum, y) => sum + Math.log1p(stake * (quadraticForm(y, u) - 1)), 0);

function unitVector(random: RandomSource, n: number): Float64Array {
  const raw = Float64Array.from({ length: n }, () => random.normal());
  return raw.map((x) => x / Math.hypot(...raw));
}

describe('MatrixMeanAboveOneTest', () => {
  it.each([[[1, 2]], [[1, 1]], [[0.5, 3]]])(
    'certifies a mean with eigenvalues %s, the least not above 1, at most as often as its error',
    (means) => {
      expect(certificates('false', means)).toBeLessThanOrEqual(MOST);
    },
  );

  it('certifies a mean well above 1 nearly always', () => {
    expect(certificates('true', [2, 1.6])).toBeGreaterThan(0.9 * RUNS);
  });

  it('the count of false certificates would catch the mean of all directions in place of the least', () => {
    const ofTrace = () => {
      const test = new MeanAboveOneTest(STAKES);
      return {
        observe: (y: Float64Array) => test.observe((y[0]! + y[3]!) / 2),
        logEvidence: () => test.logEvidence(),
      };
    };
    expect(certificates('planted', [0.5, 2.5], ofTrace)).toBeGreaterThan(MOST);
  });

  it('bounds the log capital of every direction from below, also for a heavy tail', () => {
    const random = randomSource('inequality above');
    for (let trial = 0; trial < 40; trial++) {
      const n = 1 + random.integer(4);
      const draw = rareSampler(
        Array.from({ length: n }, () => 1 + random.uniform()),
        10 ** random.integer(6) + 2,
      );
      const seen = Array.from({ length: 1 + random.integer(30) }, () => draw(random));
      for (const stake of [0.9, 0.3, 0.01]) {
        const test = new MatrixMeanAboveOneTest(n, [stake]);
        for (const y of seen) test.observe(y);
        for (let k = 0; k < 25; k++) {
          const along = logCapitalAlong(seen, unitVector(random, n), stake);
          expect(along).toBeGreaterThanOrEqual(test.logEvidence() - 1e-9);
        }
      }
    }
  });

  it('without the logarithm the bound would be wrong', () => {
    const seen = [0, 3, 0, 3].map((y) => Float64Array.of(y));
    const [stake, u] = [0.3, Float64Array.of(1)];
    const linear = seen.reduce((sum, y) => sum + stake * (y[0]! - 1), 0);
    expect(linear).toBeGreaterThan(logCapitalAlong(seen, u, stake) + 0.1);
    const test = matrixTest(1);
    for (const y of seen) test.observe(y);
    const evidence = test.logEvidence();
    const largest = Math.max(...STAKES.map((s) => logCapitalAlong(seen, u, s)));
    expect(Math.abs(evidence - (largest - Math.log(3)))).toBeLessThan(1e-12);
  });

  it('with the stakes of 1 x 1 matrices is the test of a number, which mixes its stakes better', () => {
    const random = randomSource('one by one');
    const values = Array.from({ length: 200 }, () => 3 * random.uniform());
    const number = new MeanAboveOneTest([0.2]);
    const matrix = new MatrixMeanAboveOneTest(1, [0.2]);
    for (const x of values) {
      number.observe(x);
      matrix.observe(Float64Array.of(x));
    }
    expect(Math.abs(number.logEvidence() - matrix.logEvidence())).toBeLessThan(1e-9);
  });

  it('takes an eigenvalue that rounding brings below 0 beside a large one for 0', () => {
    for (const below of [0, -1e-12, -0.5, -2]) {
      const test = new MatrixMeanAboveOneTest(2, [0.5]);
      test.observe(Float64Array.of(1e18, 0, 0, below));
      expect(test.logEvidence()).toBeCloseTo(Math.log(0.5), 12);
    }
  });

  it('takes stakes in (0, 1) alone', () => {
    for (const stake of [0, 1, -0.1, NaN]) {
      expect(() => new MatrixMeanAboveOneTest(1, [stake])).toThrow(`a stake must be in (0, 1); got ${stake}`);
    }
  });
});

describe('bestMatrixStake', () => {
  it('is close to the best stake of numbers where there is one direction', () => {
    const random = randomSource('best matrix stake');
    const values = Array.from({ length: 500 }, () => 2.4 * random.uniform());
    const found = bestMatrixStake(
      values.map((x) => Float64Array.of(x)),
      1,
    );
    const best = bestStake(values);
    expect(found.growth / best.growth).toBeGreaterThan(0.97);
    expect(found.growth / best.growth).toBeLessThan(1.03);
  });

  it('has no prospect where the least eigenvalue of the mean is not above 1', () => {
    const draw = rareSampler([0.9, 4], 5);
    const random = randomSource('no prospect');
    const { growth } = bestMatrixStake(
      Array.from({ length: 2000 }, () => draw(random)),
      2,
    );
    expect(growth).toBeLessThanOrEqual(0);
  });
});
