import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';
import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { sandwiches } from '../linalg/sandwich-sums.js';
import { norm } from '../linalg/vectors.js';
import { bestMatrixStake, MatrixMeanAboveOneTest } from '../statistics/betting-tests.js';
import { type Attempt, testLimit } from './side-tests.js';
import { type DecisionContext, strides, windowProducts } from './stability-plan.js';
import type { StateComponent } from './state-moment.js';
import { stepDirections, stepsFrom } from '../unlearning/drawn-matrices.js';
import type { Roots } from './step-frame.js';

/**
 * Parts of the way from 1 to the estimated radius that P = (c - T)^-1 W is tried above it: next to the Perron matrix, and
 * as far as helps where few samples show its smallest eigenvalues.
 */
const FRACTIONS = [1e-6, 1e-2];

/** Periods that one sample may take. */
const MOST_STRIDE = 16;

/**
 * Share of a drawn move, or of what moves usually are, that may leave the component by rounding, and share of a matrix by
 * which two that are one may differ.
 */
const LEAK = 1e-6;
const SAME = 1e-12;

const FAULT = 'a drawn step leaves a subspace that every curvature of the problem leaves invariant';

/**
 * Tries to certify rho(T) > 1 for a map that need not be self-adjoint, on the component that grows most: for a fixed
 * P > 0 there, T(P) >= c P implies rho(T) >= c, so lambda_min(E Y) > 1 is enough, Y = P^{-1/2} B P B^T P^{-1/2}. P and the
 * stake are chosen on trials, the test runs on fresh draws.
 */
export function testExpansion(
  context: DecisionContext,
  component: StateComponent,
  trialCount: number,
  left: number,
): Attempt {
  const { threshold } = context;
  const draw = matrixSampler(context, component);
  const trials = Array.from({ length: trialCount }, () => draw(1));
  const none = { samples: trialCount, logEvidence: -Infinity };
  const faulty = trials.find((trial) => trial === null);
  if (faulty === null) return { ...none, expected: Infinity, fault: FAULT };
  const steps = trials as Float64Array[];
  const test = isSame(steps)
    ? repeatedStep(steps[0]!, component.size)
    : expansion(component, steps, strides(context.law, MOST_STRIDE));
  const { expected, limit } = testLimit(test?.growth ?? 0, threshold, left, trialCount, test?.stride);
  if (!test || limit === 0) return { ...none, expected, fault: null };
  let samples = trialCount;
  let logEvidence = -Infinity;
  while (samples < limit && logEvidence < threshold) {
    for (let k = 0; k < 64 && samples < limit; k++) {
      const step = draw(test.stride);
      samples += test.stride;
      if (!step) return { samples, logEvidence, expected, fault: FAULT };
      test.observe(step);
    }
    logEvidence = test.logEvidence();
  }
  return { samples, logEvidence, expected, fault: null };
}

/**
 * Draws the matrix of so many periods on the component; null if it leaves the component beyond rounding. A draw that makes
 * the component's moves small leaves the rounding on the other axes, which may grow, and is no fault: what a draw
 * usually makes of the component, which grows fastest, counts as well.
 */
function matrixSampler(
  { process, random }: DecisionContext,
  { basis, size, blocks, moment, perron }: StateComponent,
): (stride: number) => Float64Array | null {
  const m = basis.length / size;
  const usual = Array.from({ length: blocks }, (_, k) => {
    const rows = Array.from({ length: size / blocks }, (__, a) => moment.meanSquare((k * size) / blocks + a));
    return rows.reduce((sum, x) => sum + x, 0);
  });
  const first = stepsFrom(process, basis);
  const moved = new Float64Array(basis.length);
  return (stride) => {
    first(random, 1, moved);
    for (let k = 1; k < stride; k++) stepDirections(process, random, moved, moved);
    const step = multiplyTransposed(basis, size, moved, size, m);
    // Blocks have units of their own.
    for (let k = 0; k < blocks; k++) {
      let [all, inside] = [0, 0];
      for (let a = 0; a < size; a++) {
        for (let j = (k * m) / blocks; j < ((k + 1) * m) / blocks; j++) all += moved[a * m + j]! ** 2;
        for (let b = (k * size) / blocks; b < ((k + 1) * size) / blocks; b++)
          inside += step[b * size + a]! ** 2;
      }
      const expected = usual[k]! * perron.value ** (stride - 1);
      if (all - inside > LEAK ** 2 * Math.max(all, expected)) return null;
    }
    return step;
  };
}

/** A test of "rho(T) <= 1" on fresh matrices, with the growth of its evidence on the trials. */
interface ExpansionTest {
  /** By period. */
  readonly growth: number;
  /** Periods of a matrix. */
  readonly stride: number;
  observe(step: Float64Array): void;
  logEvidence(): number;
}

/** The test with the P, the number of periods and the stake that do best on the trials. */
function expansion(
  { moment, perron, size }: StateComponent,
  trials: readonly Float64Array[],
  lengths: readonly number[],
): ExpansionTest | null {
  const tried = FRACTIONS.flatMap((fraction) => {
    const roots = moment.resolvent(perron.value + fraction * (perron.value - 1), perron);
    return roots ? [roots] : [];
  });
  const sandwich = sandwiches(size);
  const moved = new Float64Array(size * size);
  const seenFrom = (step: Float64Array, { root, inverseRoot }: Roots): Float64Array =>
    sandwich(multiplyTransposed(root, size, step, size, size, moved), inverseRoot);
  let best: { roots: Roots; stride: number; stake: number; growth: number } | null = null;
  for (const stride of lengths) {
    const products = windowProducts(trials, stride, size);
    const before: number = best?.growth ?? -Infinity;
    for (const roots of tried) {
      const found = bestMatrixStake(
        products.map((step) => seenFrom(step, roots).slice()),
        size,
      );
      const growth = found.growth / stride;
      if (!best || growth > best.growth) best = { roots, stride, stake: found.stake, growth };
    }
    if (before > 0 && best?.growth === before) break;
  }
  if (!best) return null;
  const { roots, stride, stake, growth } = best;
  const test = new MatrixMeanAboveOneTest(size, [stake / 2, stake, Math.min(0.99, 2 * stake)]);
  return {
    growth,
    stride,
    observe(step) {
      test.observe(seenFrom(step, roots));
    },
    logEvidence: () => test.logEvidence(),
  };
}

function isSame(steps: readonly Float64Array[]): boolean {
  return steps.every((step) => isAt(step, steps[0]!));
}

function isAt(step: Float64Array, other: Float64Array): boolean {
  return norm(step.map((x, k) => x - other[k]!)) <= SAME * norm(other);
}

/**
 * The test for a procedure without noise, whose periods have one and the same matrix B: if it is drawn with probability
 * q, T(M) >= q B M B^T and rho(T) >= q rho(B)^2. Under rho(T) <= 1 the capital that is multiplied by rho(B)^2 where B is
 * drawn, and is lost where it is not, is a supermartingale. rho(B) is taken as small as matrices that count as B may
 * have it (Bauer & Fike: the eigenvalues move by the condition of the eigenvectors times the difference).
 */
function repeatedStep(step: Float64Array, size: number): ExpansionTest {
  const rows = Matrix.from1DArray(size, size, Array.from(step));
  const { realEigenvalues, imaginaryEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(rows);
  const radius = Math.max(...realEigenvalues.map((x, k) => Math.hypot(x, imaginaryEigenvalues[k]!)));
  const condition = new SingularValueDecomposition(eigenvectorMatrix).condition;
  const growth = 2 * Math.log(radius - 4 * SAME * condition * norm(step));
  let evidence = 0;
  return {
    growth: growth > 0 ? growth : 0,
    stride: 1,
    observe(drawn) {
      evidence = isAt(drawn, step) ? evidence + growth : -Infinity;
    },
    logEvidence: () => evidence,
  };
}
