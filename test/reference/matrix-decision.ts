import { EigenvalueDecomposition, inverse, Matrix } from 'ml-matrix';
import {
  betOnLess,
  betOnMore,
  type ChosenTest,
  type DecisionOutcome,
  decisionProcedure,
  neededEvidence,
} from './decision-procedure.js';

export interface MatrixRules {
  readonly errorProbability: number;
  readonly maxSamples: number;
  /** Every step that the problem allows. */
  readonly allowed: readonly Matrix[];
}

/** Fractions of the way from the radius to 1 at which P is tried, and what of the fastest evidence ends the search. */
const FRACTIONS = [0.15, 0.5, 1, 3, 10, 40];
const [FALLEN, SAME] = [0.85, 1e-9];

/** Rounding allowed in a range. */
const RANGE_ROUNDING = 1 + 1e-9;

/** The procedure for matrices, with T as an r^2 x r^2 matrix and every root from a spectral decomposition. */
export function matrixDecision(
  steps: readonly Matrix[],
  { allowed, ...options }: MatrixRules,
): DecisionOutcome {
  const r = steps[0]!.rows;
  const needed = neededEvidence(options.errorProbability);
  return decisionProcedure(
    steps,
    {
      radius: (pilot) => spectrum(secondMoment(pilot)).at(-1)!.value,
      divergence(pilot, trials) {
        const { vector } = spectrum(secondMoment(pilot)).at(-1)!;
        const perron = unvec(vector, r);
        // The positive part of either sign; directions of less than a millionth of it count as rounding.
        const q = spectralMap(perron.trace() < 0 ? Matrix.mul(perron, -1) : perron, (x, top) =>
          x > 1e-6 * top ? x : 0,
        );
        const test = betOnMore(trials.map((a) => rayleigh(a, q)));
        return { growth: test.growth, evidence: (tests) => test.evidence(tests.map((a) => rayleigh(a, q))) };
      },
      stability(pilot, trials) {
        const moment = secondMoment(pilot);
        const radius = spectrum(moment).at(-1)!.value;
        let fastest: ChosenTest<Matrix> | null = null;
        for (const fraction of FRACTIONS) {
          const c = radius + fraction * (1 - radius);
          const resolvent = inverse(Matrix.sub(Matrix.eye(r * r).mul(c), moment));
          const p = unvec(resolvent.mmul(Matrix.columnVector(Matrix.eye(r).to1DArray())).to1DArray(), r);
          const test = stabilityTest(p, trials, allowed);
          const ends =
            needed / Math.max(0, test.growth) <= trials.length ||
            (fastest !== null &&
              (test.growth < FALLEN * fastest.growth ||
                Math.abs(test.growth - fastest.growth) <= SAME * Math.abs(fastest.growth)));
          if (fastest === null || test.growth > fastest.growth) fastest = test;
          if (ends) break;
        }
        return fastest!;
      },
    },
    options,
  );
}

function stabilityTest(p: Matrix, trials: readonly Matrix[], allowed: readonly Matrix[]): ChosenTest<Matrix> {
  const r = p.rows;
  const [root, inverseRoot] = [spectralMap(p, Math.sqrt), spectralMap(p, (x) => 1 / Math.sqrt(x))];
  const y = (a: Matrix): Matrix => {
    const g = inverseRoot.mmul(a).mmul(root);
    return g.mmul(g.transpose());
  };
  const range = Math.max(...allowed.map((a) => spectrum(y(a)).at(-1)!.value)) * RANGE_ROUNDING;
  // The sums of powers of I - Y are the same for every stake.
  const sums = new WeakMap<readonly Matrix[], { powers: readonly Matrix[]; count: number }>();
  const sumsOf = (steps: readonly Matrix[]): readonly Matrix[] => {
    const known = sums.get(steps);
    if (known?.count === steps.length) return known.powers;
    const powers = [1, 2, 3, 4].map(() => Matrix.zeros(r, r));
    for (const a of steps) {
      const d = Matrix.sub(Matrix.eye(r), y(a));
      let power = Matrix.eye(r);
      for (const sum of powers) sum.add((power = power.mmul(d)));
    }
    sums.set(steps, { powers, count: steps.length });
    return powers;
  };
  return betOnLess(trials, range, 1, (coefficients, steps) => {
    const powers = sumsOf(steps);
    const bound = Matrix.zeros(r, r);
    coefficients.forEach((c, k) => bound.add(Matrix.mul(powers[k]!, c)));
    return spectrum(bound)[0]!.value;
  });
}

/** <Q, A Q A>/<Q, Q>. */
function rayleigh(a: Matrix, q: Matrix): number {
  return q.mmul(a).mmul(q).mmul(a).trace() / q.mmul(q).trace();
}

/** Mean of A (x) A. */
function secondMoment(steps: readonly Matrix[]): Matrix {
  const r = steps[0]!.rows;
  const sum = Matrix.zeros(r * r, r * r);
  for (const a of steps) sum.add(a.kroneckerProduct(a));
  return sum.div(steps.length);
}

/** Eigenvalues in rising order with their vectors. */
export function spectrum(symmetric: Matrix): { value: number; vector: number[] }[] {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    Matrix.add(symmetric, symmetric.transpose()).div(2),
    { assumeSymmetric: true },
  );
  return realEigenvalues
    .map((value, k) => ({ value, vector: eigenvectorMatrix.getColumn(k) }))
    .sort((a, b) => a.value - b.value);
}

/** f of a symmetric matrix; f is given the largest eigenvalue, too. */
export function spectralMap(symmetric: Matrix, f: (x: number, largest: number) => number): Matrix {
  const r = symmetric.rows;
  const pairs = spectrum(symmetric);
  const largest = pairs.at(-1)!.value;
  const sum = Matrix.zeros(r, r);
  for (const { value, vector } of pairs) {
    const column = Matrix.columnVector(vector);
    sum.add(column.mmul(column.transpose()).mul(f(value, largest)));
  }
  return sum;
}

export function unvec(entries: number[], r: number): Matrix {
  return Matrix.from1DArray(r, r, entries);
}
