import { EigenvalueDecomposition, inverse, Matrix } from 'ml-matrix';
import { betOnLess, type ChosenTest, type DecisionOutcome, decisionProcedure } from './decision-procedure.js';
import { spectralMap, spectrum, unvec } from './matrix-decision.js';

export interface PeriodRules {
  readonly errorProbability: number;
  readonly maxSamples: number;
  /** Every period that the problem allows. */
  readonly allowed: readonly Matrix[];
}

/**
 * The procedure for periods B whose T(M) = E[B M B^T] is not self-adjoint, without momentum (one unit, single periods) and
 * on one component: T as an m^2 x m^2 matrix, its Perron matrix from a general eigenvalue decomposition.
 */
export function periodDecision(
  steps: readonly Matrix[],
  { allowed, ...options }: PeriodRules,
): DecisionOutcome {
  const m = steps[0]!.rows;
  const needed = Math.log(10 / options.errorProbability);
  const resolvent = (moment: Matrix, c: number): Matrix => {
    const solution = inverse(Matrix.sub(Matrix.eye(m * m).mul(c), moment));
    const p = unvec(solution.mmul(Matrix.columnVector(Matrix.eye(m).to1DArray())).to1DArray(), m);
    return Matrix.add(p, p.transpose()).div(2);
  };
  return decisionProcedure(
    steps,
    {
      radius: (pilot) => radiusOf(secondMoment(pilot)),
      divergence(pilot, trials) {
        const moment = secondMoment(pilot);
        const radius = radiusOf(moment);
        const tests = [1e-6, 1e-2].map((fraction) =>
          betOnAll(trials, resolvent(moment, radius + fraction * (radius - 1))),
        );
        return tests[1]!.growth > tests[0]!.growth ? tests[1]! : tests[0]!;
      },
      stability(pilot, trials) {
        const moment = secondMoment(pilot);
        const radius = radiusOf(moment);
        let fastest: ChosenTest<Matrix> | null = null;
        for (const fraction of [0.15, 0.5, 1, 3, 10, 40]) {
          const y = sandwich(resolvent(moment, radius + fraction * (1 - radius)));
          const range = Math.max(...allowed.map((b) => spectrum(y(b)).at(-1)!.value)) * (1 + 2e-9);
          const test = betOnLess(trials, range, 1, (first, second, drawn) => {
            const sum = Matrix.zeros(m, m);
            for (const b of drawn) {
              const z = Matrix.sub(Matrix.eye(m), y(b));
              sum.add(Matrix.mul(z, first)).sub(z.mmul(z).mul(second));
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

/** lambda_min of the sum of log(I + stake (Y - I)) for the best of three stakes that the trials choose. */
function betOnAll(trials: readonly Matrix[], p: Matrix): ChosenTest<Matrix> {
  const y = sandwich(p);
  const evidence = (stake: number, drawn: readonly Matrix[]): number => {
    const sum = Matrix.zeros(p.rows, p.rows);
    for (const b of drawn) sum.add(spectralMap(y(b), (x) => Math.log(1 + stake * (Math.max(0, x) - 1))));
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
