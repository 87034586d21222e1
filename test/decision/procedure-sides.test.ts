import { describe, expect, it } from 'vitest';
import { decideSide } from '../../src/decision/decide-side.js';
import { MomentEstimate } from '../../src/decision/moment-estimate.js';
import { testDivergence } from '../../src/decision/side-tests.js';
import { randomSource } from '../../src/statistics/generator.js';
import type { ProblemSpec, ReducedProblem } from '../../src/theory/problem.js';
import { PLAIN_PROCEDURE } from '../../src/theory/procedure.js';
import { linearisedProcess, unlearning } from '../../src/unlearning/process.js';
import type { UnlearningStep } from '../../src/unlearning/step.js';
import { procedureProblem } from '../procedure-problems.js';
import { enumeratedPeriodRadius, firstUnitRadius } from '../reference/period-matrices.js';
import { reducedFromSpec } from '../sample-problems.js';

const OPTIONS = { errorProbability: 1e-9, maxSamples: 120_000 };

const CASES: [name: string, r: 1 | 2 | 3, fields: Partial<ProblemSpec>, ratios: [number, number]][] = [
  ['momentum 0.5', 1, { optimizer: { momentum: 0.5 } }, [0.8, 1.2]],
  ['momentum 0.9', 1, { optimizer: { momentum: 0.9 } }, [0.7, 1.4]],
  ['nesterov 0.5', 2, { optimizer: { momentum: 0.5, nesterov: true }, sampling: 'bernoulli' }, [0.7, 1.3]],
  ['alternating 1:1', 2, { schedule: { ascent: 1, descent: 1 } }, [0.85, 1.15]],
  ['alternating 2:1', 3, { schedule: { ascent: 2, descent: 1 }, alpha: 0.1 }, [0.8, 1.2]],
  ['weight decay', 2, { optimizer: { weightDecay: 0.2 } }, [0.85, 1.15]],
  ['epochs', 2, { sampling: { retain: 'reshuffled', forget: 'with-replacement' } }, [0.85, 1.15]],
  [
    'epochs with a short batch',
    2,
    {
      sampling: { retain: 'reshuffled', forget: 'with-replacement' },
      batch: { retain: 2, forget: 1 },
      dropLast: false,
    },
    [0.85, 1.15],
  ],
];

function decide(problem: ReducedProblem, eta: number, words: string, step?: UnlearningStep) {
  const implementation = step ? { ...unlearning, step } : unlearning;
  const process = linearisedProcess(problem, eta, implementation);
  return decideSide(process, problem, eta, randomSource(words), OPTIONS);
}

/** One axis that escapes at a step of 0.3 and one that contracts. */
const momentumOnTwoAxes = (): ReducedProblem =>
  reducedFromSpec({
    retain: [[[1, 0]], [[0, 0.3]], [[0, 0.2]]],
    forget: [[[0, 0.9]], [[0, 0.8]]],
    alpha: 0.4,
    batch: { retain: 1, forget: 1 },
    sampling: 'with-replacement',
    optimizer: { momentum: 0.5 },
  });

describe('decideSide decides both sides of a procedure', () => {
  it.each(CASES)('%s, %d parameters', (name, r, fields, [below, above]) => {
    const problem = procedureProblem(r, fields);
    const critical = firstUnitRadius(problem, 0.05);
    expect(decide(problem, below * critical, name)).toMatchObject({ side: 'stable', fault: null });
    expect(decide(problem, above * critical, name)).toMatchObject({ side: 'diverges', fault: null });
  });

  it('without noise one step tells all: full batches with momentum, up to the threshold', () => {
    const problem = procedureProblem(2, {
      optimizer: { momentum: 0.9 },
      sampling: 'without-replacement',
      batch: { retain: 3, forget: 2 },
    });
    const critical = firstUnitRadius(problem, 0.5);
    for (const [ratio, side] of [
      [0.99, 'stable'],
      [1.01, 'diverges'],
    ] as const) {
      const verdict = decide(problem, ratio * critical, 'full');
      expect(verdict.side).toBe(side);
      expect(verdict.samples).toBeLessThan(1500);
    }
  });

  it('where one axis escapes and the others contract', () => {
    const problem = momentumOnTwoAxes();
    expect(enumeratedPeriodRadius(problem, 0.3)).toBeGreaterThan(1);
    expect(decide(problem, 0.3, 'one axis').side).toBe('diverges');
  });

  it('a step that leaves what every curvature leaves invariant is a fault', () => {
    const problem = momentumOnTwoAxes();
    const mixing: UnlearningStep = (settings, retain, forget, state, gradient) => {
      unlearning.step(settings, retain, forget, state, gradient);
      const first = state[0]!;
      state[0]! += 1e-3 * state[1]!;
      state[1]! += 1e-3 * first;
    };
    expect(decide(problem, 0.3, 'mixing', mixing)).toMatchObject({
      side: 'inconclusive',
      fault: 'a drawn step leaves a subspace that every curvature of the problem leaves invariant',
    });
  });

  it('a draw that leaves little of an axis, so that rounding of another one shows, is none (quick seed 4002)', () => {
    const problem = reducedFromSpec({
      retain: [
        [[1.6, 1.2, 0, 0]],
        [[-1.2, 1.6, 0, 0]],
        [[0, 0, 1.6, 1.2]],
        [[0, 0, -1.2, 1.6]],
        [
          [0.8, 0.6, 0, 0],
          [-0.3, 0.4, 0, 0],
          [0, 0, -0.6, 0.8],
        ],
        [
          [0.4, 0.3, 0, 0],
          [-0.6, 0.8, 0, 0],
        ],
      ],
      forget: [
        [
          [0.4, 0.3, 0, 0],
          [-0.3, 0.4, 0, 0],
          [0, 0, 0.8, 0.6],
          [0, 0, -0.3, 0.4],
        ],
      ],
      alpha: 0.056,
      batch: { retain: 5, forget: 1 },
      sampling: 'bernoulli',
      schedule: { ascent: 5, descent: 5 },
    });
    for (let k = 0; k < 20; k++) {
      expect(decide(problem, 4.239, `rounding ${k}`)).toMatchObject({ side: 'diverges', fault: null });
    }
  });

  it('batches of a period that are too many are a fault', () => {
    const problem = procedureProblem(1, { schedule: { ascent: 2, descent: 1 } });
    const process = linearisedProcess(problem, 0.1);
    const doubled = { ...process, batchSizes: () => ({ retain: 1, forget: 3 }) };
    expect(decideSide(doubled, problem, 0.1, randomSource('many'), OPTIONS).fault).toBe(
      'the forget batches of a drawn period have 3 samples; the problem says 2',
    );
  });
});

describe('decideSide sees code that is another procedure than the problem says', () => {
  it('momentum that is left out, where only momentum is stable', () => {
    const problem = procedureProblem(1, { optimizer: { momentum: 0.3 }, batch: { retain: 3, forget: 2 } });
    const simple = procedureProblem(1, { batch: { retain: 3, forget: 2 } });
    const eta = 1.1 * firstUnitRadius(simple, 0.1);
    expect(enumeratedPeriodRadius(problem, eta)).toBeLessThan(1);
    const without: UnlearningStep = (settings, retain, forget, state, gradient) => {
      const plain = { ...settings, procedure: PLAIN_PROCEDURE };
      unlearning.step(plain, retain, forget, state.subarray(0, 1), gradient);
      state[1] = 0;
    };
    expect(decide(problem, eta, 'without').side).toBe('stable');
    expect(decide(problem, eta, 'without', without).side).not.toBe('stable');
  });
});

describe('what the certificates must not be', () => {
  it('the test for self-adjoint maps certifies that a stable process with momentum diverges', () => {
    const problem = procedureProblem(1, { optimizer: { momentum: 0.9 } });
    const eta = 0.5 * firstUnitRadius(problem, 0.05);
    expect(enumeratedPeriodRadius(problem, eta)).toBeLessThan(1);
    const process = linearisedProcess(problem, eta);
    const random = randomSource('scalar test');
    const moment = new MomentEstimate(2);
    moment.draw(process, random, 400);
    const { value, perron } = moment.perron();
    expect(value).toBeGreaterThan(1);
    const context = { process, random, threshold: Math.log(1e10) };
    const { logEvidence } = testDivergence(context, perron, 300, 100_000);
    expect(logEvidence).toBeGreaterThan(Math.log(1e10));
    expect(decide(problem, eta, 'scalar test').side).toBe('stable');
  });
});
