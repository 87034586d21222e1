/**
 * # U20: single runs from below
 *
 * Statement: (2/r) E log|det A| <= 2 gamma: if E log|det A| > 0, almost every run escapes.
 * Definitions: A the random step matrix on U, r = dim U; gamma = lim 1/k log|delta_k|, almost surely (top Lyapunov
 * exponent).
 * Hypotheses: any sampling; so few batches that E log|det A| can be enumerated.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986; Furstenberg & Kesten 1960.
 * Proof: |det A_k .. A_1| <= |A_k .. A_1|^r; take logarithms, divide by k.
 * Notes: the other side of U11, 2 gamma <= log rho(T). An equality for r = 1, and where every H_i is a multiple of the
 * identity. Tested on runs from uniform directions u: the mean of |P u|^(-r) is 1/|det P|, so that r log|P u| falls short of
 * log|det P| by more than log(1/error) with probability at most error; beside that only log|det P| fluctuates (Bernstein).
 */
import fc from 'fast-check';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import type { MeasuredSteps, TypicalClaim } from '../src/harness/typical-claim.js';
import { addSampleHessian, meanCurvature } from '../src/theory/mean-curvature.js';
import type { CurvatureGroup, ReducedProblem } from '../src/theory/problem.js';
import { identityMatrix, symmetricEigen } from '../src/linalg/symmetric-eigen.js';
import { addScaled } from '../src/linalg/vectors.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { scalarProblems } from './draws/extremal-families.js';
import { FAR } from './draws/draw-floors.js';
import { reaching, reachingProblems } from './draws/reaching-problems.js';
import { drawn, exactSteps, heldSteps, naturalSteps } from './draws/step-choice.js';
import { ANY_SAMPLING, CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U20.json' with { type: 'json' };
import { wrongVariants } from './wrong-variants.js';

const FEW_BATCHES = 'so few batches that E log|det A| can be enumerated';

const description: Description = {
  id: 'U20',
  name: 'single runs from below',
  statement: '(2/r) E log|det A| <= 2 gamma: if E log|det A| > 0, almost every run escapes.',
  formula: String.raw`\frac2r\,E \log|\det A| \;\le\; 2\gamma`,
  hypotheses: ['any sampling', FEW_BATCHES],
  unneeded: { 'any sampling': ANY_SAMPLING, [FEW_BATCHES]: 'only what is computed' },
  source: `${CHANG_KHANNA}; Furstenberg & Kesten 1960`,
  proof: '|det A_k .. A_1| <= |A_k .. A_1|^r; take logarithms, divide by k.',
};

/** The law of log|det A| of a step A = I - eta (M_R - M_F), over all pairs of batches. */
interface StepDeterminant {
  /** E log|det A|; -Infinity if some step is singular. */
  readonly mean: number;
  readonly variance: number;
  readonly lowest: number;
  readonly highest: number;
  /** E (det A)^2. */
  readonly meanSquare: number;
}

/** Pairs of batches, and entries of all their steps, up to which they are enumerated. */
const MOST = { pairs: 1024, entries: 2 ** 20 };

/** log|det A| by enumeration of every pair of batches; null unless `hasFewBatches`. */
export function stepDeterminant(problem: ReducedProblem, eta: number): StepDeterminant | null {
  if (!hasFewBatches(problem)) return null;
  const r = problem.dimension;
  let steps = [{ matrix: identityMatrix(r), probability: 1 }];
  for (const group of problem.groups) {
    const moves = batchMoves(group, eta);
    steps = steps.flatMap(({ matrix, probability }) =>
      moves.map((move) => {
        const sum = matrix.slice();
        addScaled(sum, 1, move.matrix);
        return { matrix: sum, probability: probability * move.probability };
      }),
    );
  }
  const laws = steps
    .filter(({ probability }) => probability > 0)
    .map(({ matrix, probability }) => ({ log: logDeterminant(matrix, r), probability }));
  const over = (f: (log: number) => number): number =>
    laws.reduce((sum, { log, probability }) => sum + probability * f(log), 0);
  const mean = over((log) => log);
  const logs = laws.map(({ log }) => log);
  return {
    mean,
    variance: Number.isFinite(mean) ? over((log) => (log - mean) ** 2) : Infinity,
    lowest: Math.min(...logs),
    highest: Math.max(...logs),
    meanSquare: over((log) => Math.exp(2 * log)),
  };
}

/** True if every batch is drawn anew and their pairs are few enough for enumeration. */
function hasFewBatches({ groups, dimension }: ReducedProblem): boolean {
  const pairs = groups.reduce((product, { samples: { sampleCount: n }, batchSize, sampling }) => {
    return product * (sampling === 'with-replacement' ? n ** batchSize : 2 ** n);
  }, 1);
  const anew = groups.every(({ sampling }) => sampling !== 'reshuffled');
  return anew && pairs <= MOST.pairs && pairs * dimension ** 2 <= MOST.entries;
}

/** Increments of the step by every batch of a set, with their probabilities: r x r each. */
function batchMoves(group: CurvatureGroup, eta: number) {
  const { sampling } = group;
  const { sampleCount: n, dimension: r } = group.samples;
  const share = group.batchSize / n;
  const scale = (-eta * group.sign * group.weight) / group.batchSize;
  const draws = sampling === 'with-replacement' ? group.batchSize : n;
  const choices = sampling === 'with-replacement' ? n : 2;
  let moves = [{ matrix: new Float64Array(r * r), probability: 1, size: 0 }];
  for (let draw = 0; draw < draws; draw++) {
    moves = moves.flatMap(({ matrix, probability, size }) =>
      Array.from({ length: choices }, (_, choice) => {
        const [taken, chance] =
          sampling === 'with-replacement'
            ? [choice, 1 / n]
            : [choice === 1 ? draw : -1, choice === 1 ? share : 1 - share];
        const moved = matrix.slice();
        if (taken >= 0) addSampleHessian(moved, scale, group.samples, taken);
        return { matrix: moved, probability: probability * chance, size: size + (taken >= 0 ? 1 : 0) };
      }),
    );
  }
  if (sampling !== 'without-replacement') return moves;
  const subsets = moves.filter(({ size }) => size === group.batchSize);
  return subsets.map((subset) => ({ ...subset, probability: 1 / subsets.length }));
}

/** log|det| of an r x r matrix, by elimination with pivots; the matrix is overwritten. */
function logDeterminant(m: Float64Array, r: number): number {
  let log = 0;
  for (let k = 0; k < r; k++) {
    let pivot = k;
    for (let i = k + 1; i < r; i++) if (Math.abs(m[i * r + k]!) > Math.abs(m[pivot * r + k]!)) pivot = i;
    const head = m[pivot * r + k]!;
    if (head === 0) return -Infinity;
    log += Math.log(Math.abs(head));
    if (pivot !== k) {
      for (let b = k; b < r; b++) {
        [m[k * r + b], m[pivot * r + b]] = [m[pivot * r + b]!, m[k * r + b]!];
      }
    }
    for (let i = k + 1; i < r; i++) {
      const factor = m[i * r + k]! / head;
      for (let b = k + 1; b < r; b++) m[i * r + b]! -= factor * m[k * r + b]!;
    }
  }
  return log;
}

/**
 * How far the measured growth may fall short: 2/r times the fluctuation of the mean of log|det A| (Bernstein) and
 * log(1/error) over the steps of all runs, the error shared by the two.
 */
function shortfall(
  problem: ReducedProblem,
  eta: number,
  { runs, steps, errorProbability }: MeasuredSteps,
): number {
  const { mean, variance, lowest } = stepDeterminant(problem, eta)!;
  const each = Math.log(2 / errorProbability) / (runs * steps);
  return (2 / problem.dimension) * (Math.sqrt(2 * variance * each) + ((mean - lowest) * each) / 3 + each);
}

/** A lower bound on 2 gamma from the law of log|det A|, r and log rho. */
type Lower = (law: StepDeterminant, r: number, logGrowth: number) => number;

const lower: Lower = ({ mean }, r) => (2 / r) * mean;

/** The claim with a lower bound of its own. */
function bounded(of: Lower): TypicalClaim {
  return {
    kind: 'typical',
    applies: hasFewBatches,
    bound: (logGrowth, problem, eta) => of(stepDeterminant(problem, eta)!, problem.dimension, logGrowth),
    shortfall,
  };
}

const claim = bounded(lower);

const mutants = wrongVariants('U20', [
  ['r left out: 2 E log|det A|', bounded(({ mean }) => 2 * mean)],
  ['the factor 2 left out, for decay', bounded((law, r) => (law.mean < 0 ? law.mean / r : lower(law, r, 0)))],
  ['log E (det A)^2 in place of 2 E log|det A|', bounded(({ meanSquare }, r) => Math.log(meanSquare) / r)],
  ['the largest step in place of the mean', bounded(({ highest }, r) => (2 / r) * highest)],
  ['bound 0.05 too high', bounded((law, r) => lower(law, r, 0) + 0.05)],
  ['typical runs grow as the second moment: log rho <= 2 gamma', bounded((_, __, logGrowth) => logGrowth)],
  ['typical runs never shrink', bounded((law, r) => Math.max(0, lower(law, r, 0)))],
  [
    'log|det E A| in place of E log|det A|',
    {
      ...claim,
      bound(_, problem, eta) {
        const { values } = symmetricEigen(meanCurvature(problem), problem.dimension);
        return (2 / problem.dimension) * values.reduce((sum, d) => sum + Math.log(Math.abs(1 - eta * d)), 0);
      },
    },
  ],
]);

/** Problems whose batches are few enough. */
const enumerable = alignedProblems({ mixing: 'any' }).filter(
  ({ retain, forget, batch, sampling, alpha }) =>
    (sampling === 'with-replacement'
      ? batch.retain * Math.log2(retain.length) + (alpha > 0 ? batch.forget * Math.log2(forget.length) : 0)
      : retain.length + (alpha > 0 ? forget.length : 0)) <= 8,
);

/** Descent alone on single samples with replacement: as many batches as samples. */
const singleDraws = reachingProblems({ places: ['zero'], samplings: ['with-replacement'] }).map(
  (problem) => ({
    ...problem,
    batch: { retain: 1, forget: 1 },
  }),
);

export const U20: ProblemTheorem<TypicalClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems of few batches with any alpha and sampling, step sizes on both sides of the exact threshold; problems of one parameter, where the bound is attained, below and above the critical mixing. A tenth reaches far: a condition of up to 1e6, curvatures of samples 1 to 1,000, alpha 1 % below alpha* or 0.999, and descent alone on single draws of up to 24 coordinates and 1,001 samples.`,
  floors: {
    without: ['samples: above 16', 'r: above 8'],
    asked: FAR,
    near: [],
  },
  instances: reaching(
    fc.oneof(
      { weight: 4, arbitrary: drawn(enumerable, exactSteps) },
      { weight: 1, arbitrary: drawn(scalarProblems('escaping'), naturalSteps) },
      { weight: 1, arbitrary: drawn(scalarProblems('held'), heldSteps) },
    ),
    drawn(fc.oneof(reachingProblems({ few: true }), singleDraws), exactSteps),
  ),
};
