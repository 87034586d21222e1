import { describe, expect, it } from 'vitest';
import { decideSide } from '../../src/decision/decide-side.js';
import { randomSource } from '../../src/statistics/generator.js';
import { descentOnLine, reducedFromSpec } from '../sample-problems.js';
import { tapeProcess } from './tape-process.js';

/** Steps a I in so many dimensions, a^2 at most 4. */
const problem = (dimension: number) =>
  reducedFromSpec({
    retain: [0.1, Math.sqrt(3)].map((scale) =>
      Array.from({ length: dimension }, (_, a) =>
        Array.from({ length: dimension }, (__, b) => (a === b ? scale : 0)),
      ),
    ),
    forget: [],
    alpha: 0,
    batch: { retain: 1, forget: 0 },
    sampling: 'without-replacement',
  });

/** A draw of the first test: those before it are two pilots, of 100 and 400, and 300 trials. */
const TESTED = 820;

/** Mean length 0.75 by steps of 0.5 and 1, and one step of the test that has this square. */
function verdict(square: number, dimension: number) {
  const squares = (k: number): number => (k === TESTED ? square : k % 2 === 0 ? 0.5 : 1);
  const process = tapeProcess((k) => Math.sqrt(squares(k)), dimension);
  const options = { errorProbability: 1e-9, maxSamples: 20_000 };
  return {
    ...decideSide(process, problem(dimension), 1, randomSource('unused'), options),
    drawn: process.drawn(),
  };
}

describe.each([1, 2, 3])('in %d dimensions a step beyond the range is a fault', (dimension) => {
  it('from a relative excess of 1e-6 on, with the lot that it is drawn in', () => {
    const { side, fault, samples, drawn } = verdict(4 * (1 + 1.5e-6), dimension);
    expect(fault).toBe('a drawn step exceeds the range 4.00000 that the problem guarantees');
    expect(side).toBe('inconclusive');
    // Whole lots are drawn, and what was drawn counts.
    expect(samples).toBe(drawn);
    expect(samples).toBeGreaterThan(TESTED);
    expect(samples).toBeLessThanOrEqual(TESTED + 64);
  });

  it.each([4 * (1 + 5e-7), 4, 3.9])('and %d is none', (square) => {
    const { side, fault } = verdict(square, dimension);
    expect(fault).toBeNull();
    expect(side).toBe('stable');
  });
});

it.each([
  [1 + 1.5e-6, true],
  [1 + 5e-7, false],
])('a range far below 1 may be exceeded by as small a share: %d times is a fault: %s', (times, expected) => {
  // Steps of a hundredth and of half of that.
  const small = descentOnLine([0.99, 0.995], 1, 'without-replacement');
  const squares = (k: number): number => 1e-4 * (k === TESTED ? times : k % 2 === 0 ? 0.25 : 1);
  const process = tapeProcess((k) => Math.sqrt(squares(k)), 1);
  const options = { errorProbability: 1e-9, maxSamples: 20_000 };
  const { fault } = decideSide(process, small, 1, randomSource('unused'), options);
  expect(fault !== null).toBe(expected);
});

describe('the largest eigenvalue decides, not what bounds it', () => {
  /** Y with these eigenvalues, turned: rows of sum 4.2 and a Frobenius norm of 5 where they are 4 and 3. */
  const turned = (...values: [number, number]): number[] => {
    const [c, s] = [Math.cos(Math.PI / 8), Math.sin(Math.PI / 8)];
    const [a, b] = values.map(Math.sqrt) as [number, number];
    return [c * c * a + s * s * b, c * s * (a - b), c * s * (a - b), s * s * a + c * c * b];
  };

  it.each([
    [[4, 3], false],
    [[4.1, 3], true],
    // The sum of a row is below the range, the norm above it; and the other way round.
    [[4 * (1 + 5e-7), 3], false],
    [[3.9, 3.9], false],
    [[4.0001, 0], true],
  ] as [[number, number], boolean][])('eigenvalues %o: a fault is %o', (values, expected) => {
    const once = turned(...values);
    let k = -1;
    const process = {
      minimum: new Float64Array(2),
      drawBatches() {
        k++;
      },
      batchSizes: () => ({ retain: 1, forget: 0 }),
      applyStep(w: Float64Array) {
        const [x, y] = w as unknown as [number, number];
        const scale = Math.sqrt(k % 2 === 0 ? 0.5 : 1);
        if (k === TESTED) w.set([once[0]! * x + once[1]! * y, once[2]! * x + once[3]! * y]);
        else w.set([scale * x, scale * y]);
      },
    };
    const options = { errorProbability: 1e-9, maxSamples: 20_000 };
    const { fault } = decideSide(process, problem(2), 1, randomSource('unused'), options);
    expect(fault !== null).toBe(expected);
  });
});

it.each([0, 1])('NaN in coordinate %d alone is a fault, whatever the other does', (coordinate) => {
  const process = {
    ...tapeProcess(() => 0.5, 2),
    applyStep(w: Float64Array) {
      w.set([0.5 * w[0]!, 0.5 * w[1]!]);
      w[coordinate] = NaN;
    },
  };
  const options = { errorProbability: 1e-9, maxSamples: 20_000 };
  const { side, fault } = decideSide(process, problem(2), 1, randomSource('unused'), options);
  expect(side).toBe('inconclusive');
  expect(fault).toBe('a drawn step gives NaN');
});
