import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { recommend, type RecommendationRequest } from '../../src/analysis/recommend.js';
import { PROMISED, mixingFor } from '../../src/analysis/windows.js';
import { mixingGrid, mixingSplits } from '../../src/analysis/tried-settings.js';
import { multiplyTransposed } from '../../src/linalg/multiply-transposed.js';
import { symmetricEigen } from '../../src/linalg/symmetric-eigen.js';
import { dot } from '../../src/linalg/vectors.js';
import { randomSource } from '../../src/statistics/generator.js';
import { criticalMixing, meanHessian } from '../../src/theory/mean-curvature.js';
import {
  type BatchSizes,
  problemFromSpec,
  SAMPLINGS,
  type ProblemSpec,
  type UnlearningProblem,
} from '../../src/theory/problem.js';
import { unlearningProcess } from '../../src/unlearning/process.js';
import { factorQuadratic } from '../../src/unlearning/factor-quadratic.js';

const PROBLEMS = 300;
const RUNS = 200;

/** Shares of the real runs of one problem that escaped in time, and that ended with more kept loss than they began with. */
interface Shares {
  readonly escaped: number;
  readonly worse: number;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Four standard errors of the difference of two shares of so many runs. */
const room = (share: number): number => 4 * Math.sqrt((2 * share * (1 - share)) / RUNS);

describe(`${PROBLEMS} random problems, ${RUNS} real runs each`, () => {
  const partial: Shares[] = [];
  const full: Shares[] = [];
  const others: Shares[] = [];
  /** The same problems with the step size doubled, and beyond both ends of the window. */
  const moved = { doubled: [] as Shares[], above: [] as Shares[], below: [] as Shares[] };
  let none = 0;

  beforeAll(() => {
    for (let k = 0; k < PROBLEMS; k++) {
      const { spec, request } = drawn(k);
      const problem = problemFromSpec(spec);
      const { best } = recommend(problem, request);
      if (!best) none++;
      const isFull = spec.batch.retain === spec.retain.length && spec.batch.forget === spec.forget.length;
      if (best) (isFull ? full : partial).push(realRuns(problem, best, request, k));
      if (k % 5 > 0 || isFull) continue;
      const withoutFeed = widestOfContraction(problem, request);
      if (withoutFeed) others.push(realRuns(problem, withoutFeed, request, k));
      if (!best) continue;
      const at = (eta: number): Shares => realRuns(problem, { ...best, eta }, request, k);
      moved.doubled.push(at(2 * best.eta));
      moved.above.push(at(2 * best.high));
      moved.below.push(at(best.low / 2));
    }
  }, 900_000);

  test('a setting is found for most of them, and most of those have noise', () => {
    expect(none).toBeLessThan(0.5 * PROBLEMS);
    expect(partial.length).toBeGreaterThan(0.5 * PROBLEMS);
    expect(full.length).toBeGreaterThan(10);
    expect(partial.length + full.length + none).toBe(PROBLEMS);
  });

  test('at the recommended setting the promised share of the runs escapes within K steps, over all and of each problem', () => {
    const shares = [...partial, ...full].map(({ escaped }) => escaped);
    expect(mean(shares)).toBeGreaterThanOrEqual(PROMISED.escaped);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(PROMISED.escaped - room(PROMISED.escaped));
  });

  test('no more than the promised share ends with more kept loss than it began with', () => {
    const shares = [...partial, ...full].map(({ worse }) => worse);
    expect(mean(shares)).toBeLessThanOrEqual(PROMISED.worse);
    expect(Math.max(...shares)).toBeLessThanOrEqual(PROMISED.worse + room(PROMISED.worse));
  });

  test('which the step sizes do not keep to at which the kept directions contract by themselves', () => {
    expect(others.length).toBeGreaterThan(20);
    expect(mean(others.map(({ worse }) => worse))).toBeGreaterThan(2 * PROMISED.worse);
    expect(
      others.filter(({ worse }) => worse > PROMISED.worse + room(PROMISED.worse)).length,
    ).toBeGreaterThan(5);
  });

  test('a window too wide would be seen: no problem keeps it at twice the upper end, or at half the lower end', () => {
    const { above, below } = moved;
    expect(above.length).toBeGreaterThan(20);
    expect(Math.min(...above.map(({ worse }) => worse))).toBeGreaterThan(
      PROMISED.worse + room(PROMISED.worse),
    );
    expect(Math.max(...below.map(({ escaped }) => escaped))).toBeLessThan(
      PROMISED.escaped - room(PROMISED.escaped),
    );
  });

  test('twice the recommended step size is inside every window, and keeps the promise', () => {
    expect(mean(moved.doubled.map(({ escaped }) => escaped))).toBeGreaterThanOrEqual(PROMISED.escaped);
    expect(mean(moved.doubled.map(({ worse }) => worse))).toBeLessThanOrEqual(PROMISED.worse);
  });

  test('and the page says what was measured', () => {
    const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;
    const all = [...partial, ...full];
    const said =
      `Of ${PROBLEMS} random problems ${all.length} got a setting, ${partial.length} of them with noise; of their ${all.length * RUNS} real runs` +
      ` ${percent(mean(all.map(({ escaped }) => escaped)))} escaped within K steps (at least ${percent(Math.min(...all.map(({ escaped }) => escaped)))} of any problem), and` +
      ` ${percent(mean(all.map(({ worse }) => worse)))} ended with more kept loss than they began with (at most ${percent(Math.max(...all.map(({ worse }) => worse)))}).` +
      ` In the middle of the step sizes at which the kept directions contract by themselves it is ${percent(mean(others.map(({ worse }) => worse)))}.` +
      ` On every fifth of those with noise, ${moved.above.length}, it is ${percent(mean(moved.above.map(({ worse }) => worse)))} at twice the upper end of the window, ${percent(mean(moved.doubled.map(({ worse }) => worse)))} at twice the recommended step size, which is inside, and at half the lower end ${percent(mean(moved.below.map(({ escaped }) => escaped)))} escape.`;
    expect(readFileSync(new URL('../../docs/analysis.md', import.meta.url), 'utf8')).toContain(said);
  });
});

/** The middle of the widest window whose upper end is the critical step of the compressed process alone. */
function widestOfContraction(problem: UnlearningProblem, request: RecommendationRequest) {
  const sets = { retain: problem.retain, forget: problem.forget };
  const alphaStar = criticalMixing(sets.retain, sets.forget);
  const settings = mixingGrid(alphaStar, problem.alpha).flatMap((alpha) => {
    const mixing = mixingFor(
      mixingSplits(sets, request.retainShareLimit)(alpha),
      sets,
      problem.sampling,
      request,
    );
    if (mixing.low === null) return [];
    const high = mixing.kept.criticalStep(problem.batch);
    if (high < mixing.low) return [];
    return [{ alpha, eta: Math.sqrt(mixing.low * high), batch: problem.batch, ratio: high / mixing.low }];
  });
  return settings.sort((a, b) => b.ratio - a.ratio)[0];
}

/** Samples of both sets that share their directions in part, batches of any size. */
function drawn(k: number): { spec: ProblemSpec; request: RecommendationRequest } {
  const random = randomSource('recommended runs', k);
  const between = (low: number, high: number) => low + Math.floor(random.uniform() * (high - low + 1));
  const p = between(2, 3);
  const n = { retain: between(3, 7), forget: between(1, 3) };
  const turn = 10 ** (-2 * random.uniform());
  const retain = Array.from({ length: n.retain }, () => [
    Array.from({ length: p }, (_, a) => (a === 0 ? turn : 1) * random.normal()),
  ]);
  const forget = Array.from({ length: n.forget }, () => [
    Array.from({ length: p }, (_, a) => (a === 0 ? 1 : turn) * random.normal()),
  ]);
  const batch = { retain: between(1, n.retain), forget: between(1, n.forget) };
  return {
    spec: { retain, forget, alpha: 0.2, batch, sampling: SAMPLINGS[between(0, 2)]! },
    request: {
      steps: between(50, 200),
      factor: 3 * 10 ** random.uniform(),
      retainShareLimit: 0.3,
      batches: null,
    },
  };
}

/** Runs of the real step in the given parameters; the divided directions are found anew. */
function realRuns(
  problem: UnlearningProblem,
  setting: { alpha: number; eta: number; batch: BatchSizes },
  { steps, factor, retainShareLimit }: RecommendationRequest,
  seed: number,
): Shares {
  const { retain, forget, sampling } = problem;
  const p = retain.dimension;
  const { alpha, eta, batch } = setting;
  const hR = meanHessian(retain);
  const hF = meanHessian(forget);
  const { rows } = symmetricEigen(
    hR.map((x, i) => (1 - alpha) * x - alpha * hF[i]!),
    p,
  );
  const fastest = rows.subarray(0, p);
  let [sum, from] = [0, 0];
  const trace = hR.reduce((s, x, i) => s + (i % (p + 1) === 0 ? x : 0), 0);
  for (let a = 0; a < p - 1; a++) {
    const v = rows.subarray(a * p, (a + 1) * p);
    const image = multiplyTransposed(hR, p, v, 1, p);
    sum += dot(image, v) / trace;
    if (sum > retainShareLimit + 1e-12) break;
    from = a + 1;
  }
  const kept = (w: Float64Array) => {
    const u = new Float64Array(p);
    for (let a = from; a < p; a++) {
      const v = rows.subarray(a * p, (a + 1) * p);
      const c = dot(w, v);
      for (let b = 0; b < p; b++) u[b]! += c * v[b]!;
    }
    return dot(u, multiplyTransposed(hR, p, u, 1, p));
  };
  const zero = new Float64Array(p);
  const process = unlearningProcess(
    { retain: factorQuadratic(retain, zero), forget: factorQuadratic(forget, zero), alpha, eta, batch },
    sampling,
    zero,
  );
  const random = randomSource('real runs', seed);
  let [escaped, worse] = [0, 0];
  for (let run = 0; run < RUNS; run++) {
    const w = Float64Array.from({ length: p }, () => random.normal());
    const start = Math.abs(dot(w, fastest));
    const before = kept(w);
    for (let k = 0; k < steps; k++) {
      process.drawBatches(random);
      process.applyStep(w);
      if (Math.abs(dot(w, fastest)) >= factor * start) {
        escaped++;
        break;
      }
    }
    if (!(kept(w) <= before)) worse++;
  }
  return { escaped: escaped / RUNS, worse: worse / RUNS };
}
