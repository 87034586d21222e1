import { describe, expect, test } from 'vitest';
import { smallBudget } from '../../properties/theorem-property.js';
import type { ProblemInstance } from '../../src/harness/instance.js';
import { examine } from '../../src/harness/kinds.js';
import type { OrderClaim } from '../../src/harness/order-claim.js';
import type { SideClaim } from '../../src/harness/side-claim.js';
import type { ExaminationSettings, Mutant } from '../../src/harness/theorem.js';
import type { TypicalClaim } from '../../src/harness/typical-claim.js';
import type { ProblemSpec, SampleSpec } from '../../src/theory/problem.js';
import type { BatchSampler } from '../../src/unlearning/batch-sampler.js';
import { unlearning, type UnlearningImplementation } from '../../src/unlearning/process.js';
import { scalarDecision } from '../reference/scalar-decision.js';

/** Batches of one sample each, the given ones in turn. */
function inTurn(...samples: number[]): UnlearningImplementation {
  const sampler = (): BatchSampler => {
    const batch = { indices: new Int32Array(1), size: 1 };
    let k = 0;
    return { batch, draw: () => void (batch.indices[0] = samples[k++ % samples.length]!) };
  };
  return { ...unlearning, sampler };
}

/** Descent with batches of one of these samples. */
function descent(retain: SampleSpec[]): ProblemSpec {
  return { retain, forget: [], alpha: 0, batch: { retain: 1, forget: 0 }, sampling: 'without-replacement' };
}

const line = (...curvatures: number[]): ProblemSpec => descent(curvatures.map((h) => [[Math.sqrt(h)]]));

const at = (problem: ProblemSpec, eta: number): ProblemInstance => ({
  problem,
  step: { reference: 'absolute', eta },
});

const settings = (parts: Partial<ExaminationSettings>): ExaminationSettings => ({
  ...smallBudget('level'),
  ...parts,
});

const LEVELS = [1e-4, 1e-6, 3e-8, 1e-9, 4e-11, 1e-13, 1e-15];

/** The threshold of curvatures 0.5 and 2. */
const claim: SideClaim = { kind: 'side', asserts: 'both', applies: () => true, criticalStep: () => 20 / 17 };

/** Steps in turn with A^2 around its mean: looks at the evidence that tell levels apart by a factor 30, mostly less. */
const CASES = [
  { name: 'divergence', eta: 1.2, side: 'diverges' },
  { name: 'stability', eta: 1.15, side: 'stable' },
] as const;

describe.each(CASES)(
  'a certificate of $name is issued at the level it is given, as verify asks for it',
  ({ eta, side }) => {
    const curvatures = [0.5, 2];
    const steps = Array.from({ length: 40_000 }, (_, k) => 1 - eta * curvatures[k % 2]!);
    const range = Math.max(...steps.slice(0, 2).map((a) => a * a)) * (1 + 1e-9);
    const needed = (errorProbability: number) =>
      scalarDecision(steps, { errorProbability, maxSamples: 40_000, range });
    const found = (errorProbability: number) =>
      examine(
        claim,
        at(line(...curvatures), eta),
        settings({ errorProbability, implementation: inTurn(0, 1) }),
      );

    test.each(LEVELS)('at %d it takes the samples of that level, and states no less than it has', (level) => {
      const expected = needed(level);
      expect(expected.side).toBe(side);
      const { observed, samples, evidence, certificates } = found(level);
      expect([observed, samples, certificates]).toEqual([side, expected.samples, 1]);
      const stated = Number(/p <= ([\d.e-]+)/.exec(evidence)![1]);
      const computed = Math.exp(-expected.logEvidence);
      expect(stated).toBeLessThanOrEqual((level / 10) * (1 + 1e-9));
      expect(stated / computed).toBeGreaterThanOrEqual(1 - 1e-9);
      expect(stated / computed).toBeLessThan(1.1);
    });

    test('levels a hundred times as large take fewer, so that the test would notice', () => {
      for (const level of LEVELS) expect(needed(100 * level).samples).toBeLessThan(needed(level).samples);
    });
  },
);

test('each problem of an order is certified at the level of one certificate', () => {
  const order: OrderClaim = { kind: 'order', lesser: 'companion', applies: () => true };
  const spec = line(0.5, 2);
  for (const errorProbability of LEVELS) {
    const given = settings({ errorProbability, implementation: inTurn(0, 1) });
    const single = examine(claim, at(spec, 1.2), given);
    const both = examine(order, { ...at(spec, 1.2), companion: spec }, given);
    expect([both.samples, both.certificates]).toEqual([2 * single.samples, 2]);
  }
});

/** The real sampler, which notes the first number of every stream that it draws from. */
function noting(firsts: number[]): UnlearningImplementation {
  return {
    ...unlearning,
    sampler: (...arguments_) => {
      const sampler = unlearning.sampler(...arguments_);
      let isFirst = true;
      return {
        batch: sampler.batch,
        draw(random) {
          if (isFirst) firsts.push(random.uniform());
          isFirst = false;
          sampler.draw(random);
        },
      };
    },
  };
}

describe('no two certificates share a stream', () => {
  const spec = line(0.5, 2);

  test('a second certificate, with more samples, draws fresh ones', () => {
    const firsts: number[] = [];
    // The exact threshold is 1.176: at 1.18 the claim is wrong, and few samples do not decide.
    const given = settings({ maxSamples: 1500, implementation: noting(firsts) });
    const wrong: SideClaim = { ...claim, criticalStep: () => 1.3 };
    expect(examine(wrong, at(spec, 1.18), given).certificates).toBe(2);
    expect(new Set(firsts).size).toBe(2);
  });

  test('nor do other seeds, theorems, instances, and problems of one order', () => {
    const firsts: number[] = [];
    const implementation = noting(firsts);
    for (const parts of [{}, { seed: 7 }, { theoremId: 'other' }]) {
      examine(claim, at(spec, 0.5), settings({ ...parts, implementation }));
    }
    examine(claim, at(spec, 0.6), settings({ implementation }));
    const order: OrderClaim = { kind: 'order', lesser: 'companion', applies: () => true };
    examine(order, { ...at(spec, 0.5), companion: line(0.5, 1) }, settings({ implementation }));
    expect(firsts).toHaveLength(6);
    expect(new Set(firsts).size).toBe(6);
  });

  test('the growth of single runs and the refutation of wrong bounds have streams of their own', () => {
    const firsts: number[] = [];
    const typical: TypicalClaim = { kind: 'typical', applies: () => true, bound: (x) => x };
    const lower: TypicalClaim = { ...typical, bound: (x) => x - 1 };
    const mutants: Mutant[] = [{ id: 'wrong', description: '', quick: false, claim: lower }];
    examine(typical, at(spec, 0.3), settings({ mutants, implementation: noting(firsts) }));
    expect(firsts).toHaveLength(2);
    expect(new Set(firsts).size).toBe(2);
  });
});

describe('the typical claim', () => {
  const typical = (bound: (logGrowth: number) => number): TypicalClaim => ({
    kind: 'typical',
    applies: () => true,
    bound,
  });
  const [RUNS, STEPS] = [32, 1500];
  /** Steps of one length in every direction: growth is log 1.5 exactly. */
  const eta = 1 + Math.sqrt(1.5);
  const constant = (r: number): ProblemSpec =>
    descent([Array.from({ length: r }, (_, a) => Array.from({ length: r }, (__, b) => (a === b ? 1 : 0)))]);

  test.each([
    [1, 1e-13],
    [1, 1e-7],
    [1, 0.1],
    [2, 1e-13],
    [3, 1e-7],
  ])('in %d dimensions is contradicted at level %d by Markov, and not above it', (r, errorProbability) => {
    // sum of log|delta|^2 over the runs: m (k log rho + log(r)/2) + log(1/error).
    const slack = (Math.log(r) / 2 - Math.log(errorProbability) / RUNS) / STEPS;
    const outcome = (bound: (logGrowth: number) => number) =>
      examine(typical(bound), at(constant(r), eta), settings({ errorProbability })).outcome;
    expect(outcome((growth) => growth - slack * 1.0001)).toBe('contradict');
    expect(outcome((growth) => growth - slack * 0.9999)).not.toBe('contradict');
  });

  test('agrees with a bound that is 0.002 a step too low, and with none that is lower', () => {
    // At so small a level Markov contradicts neither.
    const outcome = (bound: (logGrowth: number) => number) =>
      examine(typical(bound), at(constant(1), eta), settings({ errorProbability: 1e-60 })).outcome;
    expect(outcome((growth) => growth - 0.001_999)).toBe('agree');
    expect(outcome((growth) => growth - 0.002_001)).toBe('inconclusive');
  });

  test.each(LEVELS)('its wrong variants are refuted at level %d and not above it', (errorProbability) => {
    // Always A = 1 - 0.1, where 1 - 0.9 is allowed; TESTS steps, staked at 0.999.
    const [low, log, tests] = [Math.log(0.1 ** 2), Math.log(0.9 ** 2), 20_000];
    const boundAt = (level: number): number => low + (log - low) / (1 + (level ** (-1 / tests) - 1) / 0.999);
    const mutants: Mutant[] = [1.05, 0.95].map((factor) => ({
      id: `${factor}`,
      description: 'a bound that has just so much evidence against it',
      quick: false,
      claim: typical(() => boundAt(errorProbability / factor)),
    }));
    const given = settings({ errorProbability, mutants, implementation: inTurn(0) });
    const { refuted, certificates } = examine(
      typical((x) => x),
      at(line(0.1, 0.9), 1),
      given,
    );
    expect(refuted).toEqual(['1.05']);
    expect(certificates).toBe(3);
  });
});
