import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { hasSymmetricPeriods, isSelfAdjoint, matrixRoots, stepFrame } from '../../src/decision/step-frame.js';
import { identityMatrix } from '../../src/linalg/symmetric-eigen.js';
import { randomSource } from '../../src/statistics/generator.js';
import type { ProblemSpec, ReducedProblem } from '../../src/theory/problem.js';
import { stepDirections } from '../../src/unlearning/drawn-matrices.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { procedureProblem } from '../procedure-problems.js';
import { enumeratePeriods } from '../reference/period-matrices.js';
import { denseMatrix, entriesOf, randomRotation } from '../sample-problems.js';

/** P of these eigenvalues, turned. */
function turned(values: readonly number[], ...words: string[]): Matrix {
  const rotation = randomRotation(randomSource('step frame', ...words), values.length);
  return rotation.mmul(Matrix.diag([...values])).mmul(rotation.transpose());
}

describe('the frame of a step is what the process does, seen from P', () => {
  const MOMENTUM = { momentum: 0.7 };
  const NESTEROV = { momentum: 0.7, nesterov: true };
  const DECAY = { weightDecay: 0.4 };
  const SCALED = { preconditioner: [0.3, 2] };
  it.each<[string, ProblemSpec['optimizer']]>([
    ['the plain step', {}],
    ['weight decay', DECAY],
    ['momentum', MOMENTUM],
    ['nesterov', NESTEROV],
    ['momentum and decay', { ...MOMENTUM, ...DECAY }],
    ['nesterov and decay', { ...NESTEROV, ...DECAY }],
    ['a preconditioner', SCALED],
    ['a preconditioner and decay', { ...SCALED, ...DECAY }],
    ['a preconditioner, nesterov and decay', { ...SCALED, ...NESTEROV, ...DECAY }],
  ])('%s', (name, optimizer) => {
    const eta = 0.6;
    // Full batches: there is one step.
    const full = { batch: { retain: 3, forget: 2 }, sampling: 'without-replacement', optimizer } as const;
    const problem = procedureProblem(2, full as Partial<ProblemSpec>);
    const m = optimizer?.momentum ? 4 : 2;
    const rows = new Float64Array(m * m);
    stepDirections(linearisedProcess(problem, eta), randomSource('unused'), identityMatrix(m), rows);
    const step = denseMatrix(rows, m, m).transpose();

    const p = turned([0.5, 2, 3, 0.8].slice(0, m), name);
    const roots = matrixRoots(entriesOf(p), m, 0)!;
    const frame = stepFrame(problem.procedure, eta, 2, roots);
    expect(frame.size).toBe(m);
    const seen = denseMatrix(frame.base, m, m);
    for (const group of problem.groups) {
      const moves = frame.moves(group);
      for (const move of moves) seen.sub(denseMatrix(move, m, m).div(moves.length));
    }
    const [root, inverseRoot] = [denseMatrix(roots.root, m, m), denseMatrix(roots.inverseRoot, m, m)];
    expect(Matrix.sub(inverseRoot.mmul(step).mmul(root), seen).norm()).toBeLessThan(1e-12);

    const { ordered } = frame;
    if (m === 4) return expect(ordered).toBeNull();
    expect(ordered!.eta).toBe(eta);
    expect(ordered!.kept).toBeCloseTo(1 - eta * (optimizer?.weightDecay ?? 0), 12);
    expect(ordered!.rootNorm).toBeCloseTo(2, 12);
    expect(ordered!.inverseNorm).toBeCloseTo(1 / 0.5, 12);
    return undefined;
  });
});

describe('matrixRoots', () => {
  it('are P^{1/2} and its inverse, both positive definite', () => {
    const p = turned([0.3, 1, 4], 'roots');
    const { root, inverseRoot } = matrixRoots(entriesOf(p), 3, 1e-12)!;
    expect(Matrix.sub(denseMatrix(root, 3, 3), turned([Math.sqrt(0.3), 1, 2], 'roots')).norm()).toBeLessThan(
      1e-12,
    );
    expect(
      Matrix.sub(denseMatrix(inverseRoot, 3, 3), turned([1 / Math.sqrt(0.3), 1, 0.5], 'roots')).norm(),
    ).toBeLessThan(1e-12);
  });

  it('are null from the least share of the largest eigenvalue on that is safe', () => {
    const at = (least: number) => matrixRoots(entriesOf(Matrix.diag([4, 1, 2])), 3, least);
    expect(at(0.2499)).not.toBeNull();
    expect(at(0.2501)).toBeNull();
    expect(matrixRoots(entriesOf(Matrix.diag([-1, 1])), 2, 1e-12)).toBeNull();
  });
});

describe('what is said of the periods of a procedure is true of all of them, written out', () => {
  const THREE = { retain: [[[1, 0.2]], [[0.3, 1.1]], [[0.7, -0.5]]], forget: [[[0.4, 0.2]], [[-0.1, 0.5]]] };
  const epochs = (retain: number, dropLast: boolean, forget: 'reshuffled' | 'bernoulli' = 'bernoulli') => ({
    ...{ sampling: { retain: 'reshuffled', forget } as const, batch: { retain, forget: 1 }, dropLast },
  });
  const ofForget = (forget: number, dropLast: boolean): Partial<ProblemSpec> => ({
    ...{ retain: THREE.forget, forget: THREE.retain, alpha: 0.4, dropLast },
    ...{ sampling: { retain: 'bernoulli', forget: 'reshuffled' }, batch: { retain: 1, forget } },
  });
  it.each<[string, Partial<ProblemSpec>, symmetric: boolean, selfAdjoint: boolean]>([
    ['one step', {}, true, true],
    ['one step with decay', { optimizer: { weightDecay: 0.3 } }, true, true],
    ['momentum', { optimizer: { momentum: 0.5 } }, false, false],
    ['alternation', { schedule: { ascent: 1, descent: 1 } }, false, false],
    ['an epoch of one batch size', epochs(1, false), false, true],
    ['an epoch with a short batch', epochs(2, false), false, false],
    ['an epoch of forget samples', ofForget(1, false), false, true],
    ['an epoch of forget samples with a short batch', ofForget(2, false), false, false],
    ['both sets in epochs, of three batches and of two', epochs(1, true, 'reshuffled'), false, true],
  ])('%s', (_, spec, symmetric, selfAdjoint) => {
    const problem: ReducedProblem = procedureProblem(2, spec);
    const periods = enumeratePeriods(problem, 0.4);
    const m = periods[0]!.matrix.rows;
    const moment = Matrix.zeros(m * m, m * m);
    let skew = 0;
    for (const { matrix, probability } of periods) {
      skew = Math.max(skew, Matrix.sub(matrix, matrix.transpose()).norm());
      moment.add(matrix.kroneckerProduct(matrix).mul(probability));
    }
    expect(skew < 1e-12).toBe(symmetric);
    expect(Matrix.sub(moment, moment.transpose()).norm() < 1e-12).toBe(selfAdjoint);
    expect(hasSymmetricPeriods(problem)).toBe(symmetric);
    expect(isSelfAdjoint(problem)).toBe(selfAdjoint);
  });

  it('an epoch that leaves out its last samples is of one batch size', () => {
    const problem = procedureProblem(2, {
      ...epochs(2, true),
      retain: [...THREE.retain, [[0.1, 0.9]], [[0.5, 0.5]]],
    });
    expect(isSelfAdjoint(problem)).toBe(true);
    expect(isSelfAdjoint({ ...problem, procedure: { ...problem.procedure!, dropLast: false } })).toBe(false);
  });
});
