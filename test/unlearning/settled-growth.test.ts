import { Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { randomSource } from '../../src/statistics/generator.js';
import { meanMemory } from '../../src/theory/operator/growth-of-mean.js';
import { typicalGrowth } from '../../src/unlearning/growth.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { honestGrowth, settledGrowth } from '../../src/unlearning/settled-growth.js';
import { matrixTape, tapeProcess } from '../decision/tape-process.js';
import { procedureProblem } from '../procedure-problems.js';

const EFFORT = { runs: 12, steps: 200, burnIn: 40, confidence: 0.99, mostSteps: 100_000 };
const UNKNOWN = { memory: 0, ceiling: Infinity };

test('the 99 % interval holds the exponent of a long product of 2 x 2 matrices, where runs of fixed length miss it', () => {
  const [eta, momentum] = [0.02, 0.98];
  const problem = procedureProblem(1, { optimizer: { momentum } });
  // (delta, eta v) written out: curvatures 0.8 h_i - 0.2 f_j.
  const random = randomSource('product of matrices');
  let [x, v] = [1, 0];
  let total = 0;
  const steps = 4_000_000;
  for (let k = 0; k < steps; k++) {
    const h = [1, 0.4, 1.3][Math.floor(3 * random.uniform())]!;
    const f = [0.5, 0.3][Math.floor(2 * random.uniform())]!;
    v = momentum * v + eta * (0.8 * h * h - 0.2 * f * f) * x;
    x -= v;
    const length = Math.hypot(x, v);
    [x, v] = [x / length, v / length];
    total += 2 * Math.log(length);
  }
  const exponent = total / steps;
  const memory = meanMemory(problem, eta);
  const process = linearisedProcess(problem, eta);
  const start = () => Float64Array.of(1, 0);
  const [repeats, misses] = [100, { settled: 0, fixed: 0 }];
  for (let k = 0; k < repeats; k++) {
    const settled = settledGrowth(process, randomSource('coverage', k), EFFORT, {
      start,
      memory,
      ceiling: Infinity,
    }).interval;
    if (!(settled.low < exponent && exponent < settled.high)) misses.settled++;
    const fixed = typicalGrowth(process, randomSource('coverage', k), { ...EFFORT, start }).interval;
    if (!(fixed.low < exponent && exponent < fixed.high)) misses.fixed++;
  }
  // Six of a hundred have probability 6e-4.
  expect(misses.settled).toBeLessThanOrEqual(5);
  expect(misses.fixed).toBeGreaterThan(15);
});

describe('the memory of the mean', () => {
  test('is none without momentum, 1/(1 - b) at least, and an oscillation where that is longer', () => {
    expect(meanMemory(procedureProblem(2, {}), 0.1)).toBe(0);
    const at = (momentum: number, eta: number): number =>
      meanMemory(procedureProblem(1, { optimizer: { momentum } }), eta);
    expect(at(0.99, 0.05)).toBeCloseTo(100, 9);
    // Eigenvalues of [[1 - e, -b], [e, b]], e = eta d, d = 0.8 (1 + 0.16 + 1.69)/3 - 0.2 (0.25 + 0.09)/2.
    const e = 0.02 * (0.8 * 0.95 - 0.2 * 0.17);
    const angle = Math.acos((1 + 0.98 - e) / 2 / Math.sqrt(0.98));
    expect(at(0.98, 0.02)).toBeCloseTo(Math.max(50, (2 * Math.PI) / angle), 9);
    // Critical damping, e = (1 - sqrt(b))^2: not without end.
    const critical = (1 - Math.sqrt(0.9)) ** 2 / (0.8 * 0.95 - 0.2 * 0.17);
    expect(at(0.9, critical)).toBeCloseTo(100, 6);
  });
});

describe('runs whose halves disagree', () => {
  test('start again, longer, until they agree', () => {
    // Every run of 240 steps grows in its first half alone; later ones do not grow.
    const process = tapeProcess((k) => (k < 12 * 240 && k % 240 < 140 ? 1.5 : 1));
    const { growth, settled, interval } = settledGrowth(process, randomSource('drift'), EFFORT, UNKNOWN);
    expect(growth).toBeCloseTo(0, 12);
    expect(interval.high).toBeLessThan(1e-11);
    expect(settled).toBe(true);
    expect(process.drawn()).toBe(12 * (240 + 640));
  });

  test('and where the budget ends, the interval is widened by the drift, and said to be', () => {
    const process = tapeProcess((k) => (k % 240 < 140 ? Math.exp(0.1) : 1));
    const effort = { ...EFFORT, mostSteps: 240 };
    const { growth, settled, interval } = settledGrowth(process, randomSource('drift'), effort, UNKNOWN);
    expect(growth).toBeCloseTo(0.1, 12);
    expect(settled).toBe(false);
    expect(interval.low).toBeCloseTo(0.1 - 3 * 0.2, 9);
    expect(interval.high).toBeCloseTo(0.1 + 3 * 0.2, 9);
  });

  test('chance is no drift', () => {
    const process = tapeProcess((k) => (k % 3 === 0 ? 1.2 : k % 7 === 0 ? 0.7 : 1));
    expect(settledGrowth(process, randomSource('chance'), EFFORT, UNKNOWN).settled).toBe(true);
    expect(process.drawn()).toBe(12 * 240);
  });
});

describe('the bound log rho', () => {
  const process = () => tapeProcess(() => Math.exp(0.05));

  test('cuts the interval', () => {
    const { growth, interval, settled } = settledGrowth(process(), randomSource('bound'), EFFORT, {
      memory: 0,
      ceiling: 0.1,
    });
    expect([growth, interval.low, interval.high].map((x) => Math.abs(x - 0.1) < 1e-11)).toEqual([
      true,
      true,
      true,
    ]);
    expect(interval.high).toBe(0.1);
    expect(settled).toBe(true);
  });

  test('refuses an interval above it: runs are lengthened, and at last said not to have settled', () => {
    const tape = process();
    const effort = { ...EFFORT, mostSteps: 700 };
    const { growth, interval, settled } = settledGrowth(tape, randomSource('bound'), effort, {
      memory: 0,
      ceiling: 0.04,
    });
    expect(tape.drawn()).toBe(12 * (240 + 640));
    expect(settled).toBe(false);
    expect(growth).toBe(0.04);
    expect(interval.high).toBe(0.04);
    expect(interval.low).toBeCloseTo(0.04 - 3 * 0.06, 9);
  });
});

test('runs that are shorter than the memory say nothing of the sign', () => {
  const process = tapeProcess(() => Math.exp(-0.05));
  const { interval, settled } = settledGrowth(process, randomSource('short'), EFFORT, {
    memory: 1e6,
    ceiling: Infinity,
  });
  expect(settled).toBe(false);
  expect(interval.low).toBeCloseTo(-0.1, 9);
  expect(interval.high).toBe(0);
});

describe('runs of a process with memory', () => {
  const shrinking = () => tapeProcess(() => Math.exp(-0.05));
  const told = (effort: Partial<typeof EFFORT>, memory: number) =>
    settledGrowth(shrinking(), randomSource('memory'), { ...EFFORT, ...effort }, { ...UNKNOWN, memory });

  test('wait for three memories and a drawn part of another, and count twenty', () => {
    const process = shrinking();
    settledGrowth(process, randomSource('waits'), EFFORT, { ...UNKNOWN, memory: 50 });
    const waited = process.drawn() - 12 * 20 * 50;
    expect(waited).toBeGreaterThan(12 * 3 * 50);
    expect(waited).toBeLessThan(12 * 4 * 50);
  });

  test('whose memory is beyond the most steps take little more than these', () => {
    const process = shrinking();
    const effort = { ...EFFORT, mostSteps: 230 * 4 };
    settledGrowth(process, randomSource('most'), effort, { ...UNKNOWN, memory: 1e5 });
    // 120 are waited for and as many at most beyond them.
    expect(process.drawn()).toBeGreaterThan(12 * 920);
    expect(process.drawn()).toBeLessThan(12 * (920 + 120));
  });

  test('tell a sign if they wait for one memory, and hold 0 if they wait for less', () => {
    // Of 240 periods 3 in 23 are waited for, 32.
    for (const memory of [20, 30, 32]) {
      const { interval, settled } = told({ mostSteps: 240 }, memory);
      expect([settled, interval.high < -0.09], `${memory}`).toEqual([true, true]);
    }
    for (const memory of [33, 45, 90]) {
      const { interval, settled } = told({ mostSteps: 240 }, memory);
      expect([settled, interval.high], `${memory}`).toEqual([false, 0]);
    }
    const growing = tapeProcess(() => Math.exp(0.05));
    const { low, high } = settledGrowth(
      growing,
      randomSource('memory'),
      { ...EFFORT, mostSteps: 240 },
      { ...UNKNOWN, memory: 45 },
    ).interval;
    expect([low, high > 0.09]).toEqual([0, true]);
    // Of 700 and 780 periods 92 and 102.
    expect(told({ burnIn: 200, mostSteps: 700 }, 100).settled).toBe(false);
    expect(told({ burnIn: 200, mostSteps: 780 }, 100).settled).toBe(true);
  });
});

test('the least effort is made whatever the most, from the start that is given', () => {
  const axes = matrixTape(() => Matrix.diag([Math.exp(0.05), Math.exp(-0.05)]));
  const known = { ...UNKNOWN, start: () => Float64Array.of(0, 1) };
  const { growth } = settledGrowth(axes, randomSource('least'), { ...EFFORT, mostSteps: 10 }, known);
  expect(axes.drawn()).toBe(12 * 240);
  expect(growth).toBeCloseTo(-0.1, 9);
});

describe('of runs that are given', () => {
  const judged = (rate: number, drifts: readonly number[], ceiling = Infinity) =>
    honestGrowth(
      drifts.map((drift) => ({ rate, drift })),
      { confidence: 0.99, ceiling, isShort: false },
    );

  test("a drift counts beyond Student's interval at 99.9 % of it, and widens the interval threefold", () => {
    // Quantiles of Student's t with 4 degrees of freedom: 8.610 at 99.9 %, 4.604 at 99 %.
    const withT = (t: number) =>
      judged(
        0.1,
        [-1, -1, 0, 1, 1].map((x) => 1 + (x * Math.sqrt(5)) / t),
      );
    const drifting = withT(8.7);
    expect(drifting.settled).toBe(false);
    expect(drifting.interval.low).toBeCloseTo(0.1 - 3, 9);
    expect(drifting.interval.high).toBeCloseTo(0.1 + 3, 9);
    const chance = withT(8.5);
    expect(chance.settled).toBe(true);
    expect(chance.interval.low).toBeCloseTo(0.1, 9);
  });

  test('rounding of the steps is neither a drift nor an excess, and every interval has it', () => {
    const drifting = (drift: number) => judged(0.1, [drift, drift, drift]);
    expect([drifting(0.9e-12).settled, drifting(1.1e-12).settled]).toEqual([true, false]);
    const above = (excess: number) => judged(excess, [0, 0, 0], 0);
    expect([above(0.9e-12).settled, above(1.1e-12).settled]).toEqual([true, false]);
    const { low, high } = drifting(0).interval;
    expect((0.1 - low) * 1e12).toBeCloseTo(1, 3);
    expect((high - 0.1) * 1e12).toBeCloseTo(1, 3);
  });
});
