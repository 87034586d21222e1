import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { decideSide } from '../../src/decision/decide-side.js';
import { MomentEstimate } from '../../src/decision/moment-estimate.js';
import { randomSource } from '../../src/statistics/generator.js';
import type { UnlearningProcess } from '../../src/unlearning/process.js';
import { descentOnLine, symmetricEntries } from '../sample-problems.js';
import { tapeProcess } from './tape-process.js';

const NO_RANDOM = randomSource('unused');

/** A process whose steps are the given matrices in turn. */
function inTurn(steps: readonly Matrix[]): UnlearningProcess {
  let k = -1;
  return {
    minimum: new Float64Array(steps[0]!.rows),
    drawBatches() {
      k++;
    },
    batchSizes: () => ({ retain: 1, forget: 0 }),
    applyStep(w) {
      w.set(steps[k % steps.length]!.mmul(Matrix.columnVector(Array.from(w))).to1DArray());
    },
  };
}

/** Symmetric steps in r dimensions. */
function someSteps(r: number): Matrix[] {
  const random = randomSource('moment', r);
  return Array.from({ length: 5 }, () =>
    Matrix.from1DArray(r, r, Array.from(symmetricEntries(random, r))).mul(0.5),
  );
}

const difference = (a: Matrix, b: Matrix): number => Matrix.sub(a, b).norm();
const asMatrix = (entries: Float64Array, r: number): Matrix => Matrix.from1DArray(r, r, Array.from(entries));

describe.each([1, 2, 3, 6])('the estimate of T in %d dimensions', (r) => {
  const steps = someSteps(r);
  const moment = new MomentEstimate(r);
  const dense = Matrix.zeros(r * r, r * r);
  for (const a of steps) dense.add(a.kroneckerProduct(a).div(steps.length));
  const spectrum = new EigenvalueDecomposition(dense, { assumeSymmetric: true });
  const top = Math.max(...spectrum.realEigenvalues);

  it('is the mean over all draws, also in several parts', () => {
    const process = inTurn(steps);
    // Five steps 27 times over, in parts: the mean is that of the five.
    for (const count of [1, 4, 130]) expect(moment.draw(process, NO_RANDOM, count)).toBeNull();
    const { value, perron } = moment.perron();
    expect(Math.abs(value / top - 1)).toBeLessThan(1e-9);
    const image = dense.mmul(Matrix.columnVector(Array.from(perron)));
    expect(difference(image, Matrix.columnVector(Array.from(perron)).mul(top))).toBeLessThan(1e-6);
    expect(asMatrix(perron, r).trace()).toBeGreaterThan(0);
  });

  it.each([1.2, 5])('has (c - T) P = I at c = %d times its radius, with both roots of P', (ratio) => {
    const c = ratio * top;
    const { root, inverseRoot } = moment.resolvent(c)!;
    const p = asMatrix(root, r).mmul(asMatrix(root, r));
    const image = dense.mmul(Matrix.columnVector(p.to1DArray()));
    const identity = Matrix.mul(p, c).sub(asMatrix(Float64Array.from(image.to1DArray()), r));
    expect(difference(identity, Matrix.eye(r))).toBeLessThan(1e-10);
    expect(asMatrix(root, r).trace()).toBeGreaterThan(0);
    expect(difference(asMatrix(root, r).mmul(asMatrix(inverseRoot, r)), Matrix.eye(r))).toBeLessThan(1e-10);
  });

  it('has none below the radius, where P is not positive definite', () => {
    expect(moment.resolvent(0.9 * top)).toBeNull();
  });
});

it('P is taken as long as its condition number is below 1e12', () => {
  // T is diagonal: P = diag(1/(c - 1), 1/c).
  const at = (excess: number) => {
    const moment = new MomentEstimate(2);
    moment.draw(inTurn([Matrix.diag([1, 0])]), NO_RANDOM, 1);
    return moment.resolvent(1 + excess);
  };
  expect(at(1.2e-12)).not.toBeNull();
  expect(at(0.8e-12)).toBeNull();
});

it('a singular system has no solution', () => {
  const moment = new MomentEstimate(1);
  moment.draw(
    tapeProcess(() => 1),
    NO_RANDOM,
    1,
  );
  expect(moment.resolvent(1)).toBeNull();
});

it('a step overflows from 1e75 on, in any entry, and its lot of up to 64 is the last one drawn', () => {
  for (const [entry, overflow] of [
    [0.99e75, false],
    [1.01e75, true],
    [-1.01e75, true],
    [Infinity, true],
  ] as const) {
    for (const step of [Matrix.diag([entry, 1]), Matrix.diag([1, entry])]) {
      for (const [place, count, drawn] of [
        [0, 3, 3],
        [1, 3, 3],
        [63, 100, 64],
        [64, 100, 100],
        [127, 200, 128],
      ] as const) {
        const steps = new Array<Matrix>(count).fill(Matrix.eye(2)).with(place, step);
        expect(new MomentEstimate(2).draw(inTurn(steps), NO_RANDOM, count)).toBe(overflow ? drawn : null);
      }
    }
  }
});

it('overflow is divergence with the evidence of Markov: x >= 1e150 has probability 1e-150', () => {
  const line = descentOnLine([1, 3], 1, 'without-replacement');
  const options = { errorProbability: 1e-9, maxSamples: 5000 };
  const verdict = decideSide(
    tapeProcess(() => 1e80),
    line,
    1,
    NO_RANDOM,
    options,
  );
  expect(verdict).toMatchObject({ side: 'diverges', radiusEstimate: Number.MAX_VALUE, fault: null });
  expect(verdict.logEvidence).toBeLessThanOrEqual(150 * Math.LN10);
  expect(verdict.logEvidence).toBeGreaterThan(149 * Math.LN10);
  // What was drawn counts, and no more: the first lot, and one of 36 behind it in the first pilot.
  expect(verdict.samples).toBe(64);
  for (const [before, samples] of [
    [63, 64],
    [64, 100],
    [170, 228],
    [400, 420],
  ] as const) {
    const later = tapeProcess((k) => (k < before ? 0.5 : 1e80));
    expect(decideSide(later, line, 1, NO_RANDOM, options).samples).toBe(samples);
    expect(later.drawn()).toBe(samples);
  }
  // And not if the batch is none that the problem allows.
  const twice = tapeProcess(
    () => 1e80,
    1,
    () => 2,
  );
  expect(decideSide(twice, line, 1, NO_RANDOM, options)).toMatchObject({
    side: 'inconclusive',
    fault: 'a drawn retain batch has 2 samples; the problem says 1',
  });
});
