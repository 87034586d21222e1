import { EigenvalueDecomposition, inverse, Matrix } from 'ml-matrix';
import {
  betOnLess,
  type ChosenTest,
  type DecisionOutcome,
  decisionProcedure,
  neededEvidence,
} from './decision-procedure.js';
import { spectralMap, spectrum, unvec } from './matrix-decision.js';

export interface PeriodRules {
  readonly errorProbability: number;
  readonly maxSamples: number;
  /** Every period that the problem allows. */
  readonly allowed: readonly Matrix[];
}

/**
 * The procedure for periods B whose T(M) = E[B M B^T] is not self-adjoint, without momentum (one unit, single periods) and
 * on one component: T as an m^2 x m^2 matrix, its radius from a general eigenvalue decomposition.
 */
export function periodDecision(
  steps: readonly Matrix[],
  { allowed, ...options }: PeriodRules,
): DecisionOutcome {
  const m = steps[0]!.rows;
  const needed = neededEvidence(options.errorProbability);
  return decisionProcedure(
    steps,
    {
      radius: (pilot) => radiusOf(secondMoment(pilot)),
      divergence: (pilot, trials) => betOnExpansion(pilot, trials, { block: m, strides: [1] }),
      stability(pilot, trials) {
        const moment = secondMoment(pilot);
        const radius = radiusOf(moment);
        let fastest: ChosenTest<Matrix> | null = null;
        for (const fraction of [0.15, 0.5, 1, 3, 10, 40]) {
          const y = sandwich(resolvent(moment, radius + fraction * (1 - radius), Matrix.eye(m)));
          const range = Math.max(...allowed.map((b) => spectrum(y(b)).at(-1)!.value)) * (1 + 2e-9);
          const test = betOnLess(trials, range, 1, (coefficients, drawn) => {
            const sum = Matrix.zeros(m, m);
            for (const b of drawn) {
              const d = Matrix.sub(Matrix.eye(m), y(b));
              let power = Matrix.eye(m);
              for (const c of coefficients) sum.add(Matrix.mul((power = power.mmul(d)), c));
            }
            return spectrum(sum)[0]!.value;
          });
          const ends: boolean =
            needed / Math.max(0, test.growth) <= trials.length ||
            (fastest !== null && test.growth < 0.85 * fastest.growth);
          if (fastest === null || test.growth > fastest.growth) fastest = test;
          if (ends) break;
        }
        return fastest!;
      },
    },
    options,
  );
}

/** A test for divergence on products of so many successive periods. */
interface ExpansionTest extends ChosenTest<Matrix> {
  readonly stride: number;
}

/**
 * The test that does best on the trials, by period: P near the Perron matrix of the pilot and a hundredth of the way above
 * it, over so many periods; a longer product that is no better than a positive growth is the last one tried.
 *
 * @param block coordinates that share a unit: W has the trace of the Perron matrix in each block.
 */
export function betOnExpansion(
  pilot: readonly Matrix[],
  trials: readonly Matrix[],
  { block, strides }: { readonly block: number; readonly strides: readonly number[] },
): ExpansionTest {
  const moment = secondMoment(pilot);
  const radius = radiusOf(moment);
  const perron = perronOf(moment, radius);
  const share = (a: number): number => {
    const from = a - (a % block);
    return (
      Array.from({ length: block }, (_, k) => perron.get(from + k, from + k)).reduce((x, y) => x + y) / block
    );
  };
  const w = Matrix.diag(Array.from({ length: perron.rows }, (_, a) => share(a)));
  let best: ExpansionTest | null = null;
  for (const stride of strides) {
    const tests = [1e-6, 1e-2].map((fraction): ExpansionTest => {
      const p = resolvent(moment, radius + fraction * (radius - 1), w);
      const test = betOnAll(successive(trials, stride), p);
      return { ...test, growth: test.growth / stride, stride };
    });
    const better = tests[1]!.growth > tests[0]!.growth ? tests[1]! : tests[0]!;
    if (best && better.growth > best.growth) best = better;
    else if (best && best.growth > 0) break;
    best ??= better;
  }
  return best!;
}

/** Products of so many matrices that follow each other, from every one on. */
function successive(steps: readonly Matrix[], stride: number): Matrix[] {
  return steps
    .slice(0, steps.length - stride + 1)
    .map((_, from) => steps.slice(from, from + stride).reduce((product, b) => b.mmul(product)));
}

/** P = (c - T)^-1 W. */
function resolvent(moment: Matrix, c: number, w: Matrix): Matrix {
  const m = w.rows;
  const solution = inverse(Matrix.sub(Matrix.eye(m * m).mul(c), moment));
  const p = unvec(solution.mmul(Matrix.columnVector(w.to1DArray())).to1DArray(), m);
  return Matrix.add(p, p.transpose()).div(2);
}

/** Right Perron matrix, of trace 1, from a high power of T + rho/2. */
function perronOf(moment: Matrix, radius: number): Matrix {
  const m = Math.sqrt(moment.rows);
  let power = Matrix.add(moment, Matrix.eye(m * m).mul(radius / 2)).div(1.5 * radius);
  for (let k = 0; k < 30; k++) power = power.mmul(power);
  const matrix = unvec(power.mmul(Matrix.columnVector(Matrix.eye(m).to1DArray())).to1DArray(), m);
  return matrix.div(matrix.trace());
}

/** lambda_min of the sum of log(I + stake (Y - I)) for the best of three stakes that the trials choose. */
function betOnAll(trials: readonly Matrix[], p: Matrix): ChosenTest<Matrix> {
  const y = sandwich(p);
  // The spectrum of a matrix is the same for every stake.
  const spectra = new WeakMap<Matrix, ReturnType<typeof spectrum>>();
  const spectrumOf = (b: Matrix) => {
    const found = spectra.get(b) ?? spectrum(y(b));
    spectra.set(b, found);
    return found;
  };
  const evidence = (stake: number, drawn: readonly Matrix[]): number => {
    const sum = Matrix.zeros(p.rows, p.rows);
    for (const b of drawn) {
      for (const { value, vector } of spectrumOf(b)) {
        const log = Math.log(1 + stake * (Math.max(0, value) - 1));
        vector.forEach((x, i) => {
          vector.forEach((z, j) => sum.set(i, j, sum.get(i, j) + log * x * z));
        });
      }
    }
    return spectrum(sum)[0]!.value;
  };
  const grid = Array.from({ length: 33 }, (_, k) => 0.98 * 0.7 ** k);
  const growths = grid.map((stake) => evidence(stake, trials) / trials.length);
  const growth = Math.max(...growths);
  const stake = grid[growths.indexOf(growth)]!;
  const stakes = [stake / 2, stake, Math.min(0.99, 2 * stake)];
  return {
    growth,
    evidence: (drawn) => Math.max(...stakes.map((s) => evidence(s, drawn))) - Math.log(3),
  };
}

/** Makes P^{-1/2} B P B^T P^{-1/2}. */
function sandwich(p: Matrix): (b: Matrix) => Matrix {
  const inverseRoot = spectralMap(p, (x) => 1 / Math.sqrt(x));
  return (b) => {
    const g = inverseRoot.mmul(b);
    return g.mmul(p).mmul(g.transpose());
  };
}

function secondMoment(steps: readonly Matrix[]): Matrix {
  const sum = Matrix.zeros(steps[0]!.rows ** 2, steps[0]!.rows ** 2);
  for (const b of steps) sum.add(b.kroneckerProduct(b));
  return sum.div(steps.length);
}

function radiusOf(moment: Matrix): number {
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(moment);
  return Math.max(...realEigenvalues.map((x, k) => Math.hypot(x, imaginaryEigenvalues[k]!)));
}
