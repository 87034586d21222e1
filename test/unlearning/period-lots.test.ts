import { describe, expect, it } from 'vitest';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { PLAIN_PROCEDURE, type Procedure } from '../../src/theory/procedure.js';
import { factorSet, type ProblemSpec } from '../../src/theory/problem.js';
import { factorQuadratic } from '../../src/unlearning/factor-quadratic.js';
import {
  type MatrixLots,
  productsFrom,
  stepDirections,
  stepsFrom,
} from '../../src/unlearning/drawn-matrices.js';
import {
  linearisedProcess,
  unlearningProcess,
  type UnlearningProcess,
} from '../../src/unlearning/process.js';
import { LOT } from '../../src/unlearning/steps-together.js';
import { normalEntries, reducedFromSpec } from '../sample-problems.js';

/** Periods that are made in one call: none, parts of a lot, lots and more. */
const COUNTS = [0, 1, 2, LOT - 1, LOT, LOT + 1, 2 * LOT + 5];
const R = 5;
const M = 3;

const random = randomSource('period lots');
const rows = (count: number, factors: number): number[][][] =>
  Array.from({ length: count }, () =>
    Array.from({ length: factors }, () => Array.from(normalEntries(random, 1, R))),
  );
const minimum = normalEntries(random, 1, R);
const MODELS = {
  'samples of one factor': factorQuadratic(factorSet(rows(30, 1), R), minimum),
  'samples of none, one and two': factorQuadratic(
    factorSet([[], ...rows(14, 2), ...rows(15, 1)].reverse(), R),
    minimum,
  ),
};

function unlearned(
  retain: keyof typeof MODELS,
  procedure: Partial<Procedure>,
  sampling: 'bernoulli' | 'with-replacement' | 'reshuffled' = 'bernoulli',
): UnlearningProcess {
  const forget = MODELS['samples of none, one and two'];
  const settings = { retain: MODELS[retain], forget, alpha: 0.3, eta: 0.1, batch: { retain: 6, forget: 3 } };
  return unlearningProcess(
    { ...settings, procedure: { ...PLAIN_PROCEDURE, ...procedure } },
    sampling,
    minimum,
  );
}

/** A process whose minimum is said to be elsewhere: displacements are then from there. */
const movedTo = (process: UnlearningProcess, there: Float64Array): UnlearningProcess => ({
  ...process,
  minimum: there,
});

/** Samples that do not have the third parameter. */
const flat = (count: number): number[][][] =>
  rows(count, 1).map((sample) => sample.map((row) => row.map((x, j) => (j === 2 ? 0 : x))));

const preconditioner = Array.from({ length: R }, (_, a) => 1 + a);
const spanned = (rest: Partial<ProblemSpec> = {}) =>
  reducedFromSpec({
    ...{ retain: flat(3), forget: flat(2), alpha: 0.3, batch: { retain: 2, forget: 1 } },
    ...{ sampling: 'bernoulli', optimizer: { preconditioner }, ...rest },
  });
const SPANNED = spanned();
const IN_TURNS = spanned({
  ...{ schedule: { ascent: 1, descent: 2 }, optimizer: { momentum: 0.5, weightDecay: 0.1, preconditioner } },
});
const PROCESSES: Record<string, () => UnlearningProcess> = {
  'plain steps': () => unlearned('samples of one factor', {}),
  'samples with several terms': () => unlearned('samples of none, one and two', {}, 'with-replacement'),
  'momentum and decay': () => unlearned('samples of one factor', { momentum: 0.9, weightDecay: 0.1 }),
  'several steps a period': () =>
    unlearned('samples of one factor', { momentum: 0.3, schedule: { ascent: 1, descent: 2 } }, 'reshuffled'),
  'one state after the other': () => ({ ...unlearned('samples of one factor', {}), together: undefined }),
  'parameters of which a problem spans a part': () => linearisedProcess(SPANNED, 0.1),
  'several steps a period in such parameters': () => linearisedProcess(IN_TURNS, 0.1),
  'a minimum that is 0 in its first parameter': () =>
    movedTo(unlearned('samples of one factor', {}), Float64Array.of(0, 2, 0, 0, -1)),
};

/** The products that `stepDirections` gives, one period after the other. */
function oneByOne(
  process: UnlearningProcess,
  directions: Float64Array,
  { source, count, stride }: { source: RandomSource; count: number; stride: number },
): { matrices: Float64Array; sizes: string[] } {
  const matrices = new Float64Array(count * directions.length);
  const sizes: string[] = [];
  for (let k = 0; k < count; k++) {
    const own = matrices.subarray(k * directions.length, (k + 1) * directions.length);
    own.set(directions);
    for (let step = 0; step < stride; step++) {
      stepDirections(process, source, own, own);
      sizes.push(`${k} ${JSON.stringify(process.batchSizes())}`);
    }
  }
  return { matrices, sizes };
}

function expectSame(
  make: () => UnlearningProcess,
  lots: (p: UnlearningProcess, d: Float64Array) => MatrixLots,
  stride: number,
) {
  const [process, other] = [make(), make()];
  const directions = normalEntries(randomSource('directions'), M, process.minimum.length);
  const draw = lots(process, directions);
  const source = randomSource('lots', stride);
  const again = randomSource('lots', stride);
  const given = directions.slice();
  for (const count of COUNTS) {
    const out = new Float64Array((count + 1) * directions.length).fill(7);
    const room = count * directions.length;
    const sizes: string[] = [];
    draw(source, count, out.subarray(0, room), (k) =>
      sizes.push(`${k} ${JSON.stringify(process.batchSizes())}`),
    );
    const expected = oneByOne(other, directions, { source: again, count, stride });
    expect(out.subarray(0, room)).toEqual(expected.matrices);
    expect(sizes).toEqual(expected.sizes);
    expect(out.subarray(room)).toEqual(new Float64Array(directions.length).fill(7));
  }
  // What it starts from is not what it moved to, and no period is another one.
  expect(directions).toEqual(given);
  expect(source.bits()).toBe(again.bits());
}

describe.each(Object.entries(PROCESSES))('%s', (_, make) => {
  it('periods by lots are those one after the other, to the last bit', () => {
    expectSame(make, stepsFrom, 1);
  });

  it.each([1, 2, 4])('so are products of %d successive periods, each of which is told', (stride) => {
    expectSame(make, (process, directions) => productsFrom(process, directions, stride), stride);
  });

  it('two periods are not one, and do not begin where the one before ended', () => {
    const process = make();
    const directions = normalEntries(randomSource('directions'), M, process.minimum.length);
    const out = new Float64Array(2 * directions.length);
    stepsFrom(process, directions)(randomSource('two'), 2, out);
    const [first, second] = [out.subarray(0, directions.length), out.subarray(directions.length)];
    expect(second).not.toEqual(first);
    const other = make();
    const walk = directions.slice();
    const source = randomSource('two');
    for (let k = 0; k < 2; k++) stepDirections(other, source, walk, walk);
    expect(second).not.toEqual(walk);
  });
});
