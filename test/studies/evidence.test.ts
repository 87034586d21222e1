import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { logText, parseLog } from '../../src/jobs/log.js';
import type { CellRecord, RunRecord } from '../../studies/evidence/assess-cell.js';
import { continuedOrNewLog, EVIDENCE_LOG, evidenceHeader } from '../../studies/evidence/log.js';
import { evidenceOptions } from '../../studies/evidence/study.js';
import { runToThreshold, sideOf } from '../../studies/evidence/run-to-threshold.js';
import { secondMomentEscape } from '../../studies/evidence/predictions.js';
import { problemFromSpec, type ReducedProblem } from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { randomSource } from '../../src/statistics/generator.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { stepDirections } from '../../src/unlearning/drawn-matrices.js';
import { linearisedProcess } from '../../src/unlearning/process.js';

const LIMITS = { factor: 10, maxSteps: 1000 };

function smallProblem(batch: number): ReducedProblem {
  return reduceProblem(
    problemFromSpec({
      retain: [[[1, 0.2]], [[0.3, 1]], [[0.7, -0.4]]],
      forget: [[[0.5, 0.9]], [[-0.2, 1.1]]],
      alpha: 0.25,
      batch: { retain: batch === 1 ? 1 : 3, forget: batch === 1 ? 1 : 2 },
      sampling: 'without-replacement',
    }),
  );
}

describe('the step at which the second moment escapes', () => {
  const eta = 2.2;

  it('is that of the mean of |A_k .. A_1 u|^2 over sampled batches, within their error', () => {
    const problem = smallProblem(1);
    const { logGrowth } = exactStability(problem).growth(eta);
    const step = secondMomentEscape(problem, eta, logGrowth, LIMITS)!;
    const moments = sampledMoments(problem, eta, step);
    expect(moments[step]!).toBeGreaterThan(0.9 * LIMITS.factor ** 2);
    expect(moments[step - 1]!).toBeLessThan(1.1 * LIMITS.factor ** 2);
  });

  it('is not that of the problem without its batch noise', () => {
    const growth = (problem: ReducedProblem) => exactStability(problem).growth(eta).logGrowth;
    const [noisy, full] = [smallProblem(1), smallProblem(0)];
    const step = secondMomentEscape(noisy, eta, growth(noisy), LIMITS)!;
    expect(secondMomentEscape(full, eta, growth(full), LIMITS) ?? Infinity).toBeGreaterThan(1.2 * step);
  });

  it('is null where the second moment does not grow', () => {
    expect(secondMomentEscape(smallProblem(1), 0.1, -0.1, LIMITS)).toBeNull();
  });

  /** Means of |A_k .. A_1 u|^2 over the unit vectors u and many products. */
  function sampledMoments(problem: ReducedProblem, step: number, last: number): number[] {
    const r = problem.dimension;
    const random = randomSource('second moment path');
    const process = linearisedProcess(problem, step);
    const sums = new Array<number>(last + 1).fill(0);
    const products = 40_000;
    for (let s = 0; s < products; s++) {
      let rows = Float64Array.from({ length: r * r }, (_, k) => (k % (r + 1) === 0 ? 1 : 0));
      for (let k = 0; k <= last; k++) {
        sums[k]! += rows.reduce((sum, x) => sum + x * x, 0) / r / products;
        const moved = new Float64Array(r * r);
        stepDirections(process, random, rows, moved);
        rows = moved;
      }
    }
    return sums;
  }
});

describe('a run', () => {
  const process = (factor: number) => ({
    minimum: Float64Array.of(3),
    drawBatches: () => undefined,
    batchSizes: () => ({ retain: 1, forget: 1 }),
    applyStep(w: Float64Array): void {
      w[0] = 3 + factor * (w[0]! - 3);
    },
  });
  const random = randomSource('run');

  it('ends at the first step at the factor, or at its inverse', () => {
    const grown = runToThreshold(process(2), Float64Array.of(1), random, LIMITS);
    expect(grown).toMatchObject({ steps: 4, side: 'escapes' });
    expect(grown.growth).toBeCloseTo(Math.log(2), 12);
    expect(runToThreshold(process(0.5), Float64Array.of(1), random, LIMITS)).toMatchObject({
      steps: 4,
      side: 'shrinks',
    });
  });

  it('is open if it ends between start and escape', () => {
    expect(runToThreshold(process(1.001), Float64Array.of(1), random, LIMITS).side).toBe('open');
    expect([sideOf(10, 10), sideOf(0.99, 10), sideOf(1, 10)]).toEqual(['escapes', 'shrinks', 'open']);
    expect(() => runToThreshold(process(2), Float64Array.of(0), random, LIMITS)).toThrow(RangeError);
  });
});

describe('the log', () => {
  const cell = (key: string, runs: number) => ({
    cell: { cell: key, full: true } as CellRecord,
    runs: Array.from({ length: runs }, (_, run) => ({ cell: key, run }) as RunRecord),
  });

  it('is read to its last whole cell', () => {
    const text = logText(evidenceHeader(1), [cell('a', 2), cell('b', 2)]);
    const cut = parseLog(text.slice(0, -20), 'log', EVIDENCE_LOG);
    expect(cut.entries.map((entry) => entry.cell.cell)).toEqual(['a']);
    expect(cut.tornLine).toBe(3);
  });

  it('is continued where its seed is the same, and started anew where it is not', () => {
    const folder = mkdtempSync(join(tmpdir(), 'evidence-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'runs.jsonl');
    expect(continuedOrNewLog(path, 1).entries).toEqual([]);
    continuedOrNewLog(path, 1).log.append(cell('a', 2));
    expect(continuedOrNewLog(path, 1).entries).toEqual([cell('a', 2)]);
    expect(continuedOrNewLog(path, 2).entries).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe(logText(evidenceHeader(2), []));
  });

  it('refuses a cell without all its runs, and a log of something else', () => {
    const read = (text: string) => () => parseLog(text, 'log', EVIDENCE_LOG);
    expect(read(logText(evidenceHeader(1), [cell('a', 1)]))).toThrow(
      'log: line 2 must be a cell with all its runs; got 1 runs',
    );
    expect(read(logText({ study: 'seeds' }, []))).toThrow(/line 1 must be \{study: "evidence", seed\}; got/);
  });
});

test('options name what is wrong, and only seed 1 in full writes the docs', () => {
  expect(evidenceOptions([])).toEqual({
    seed: 1,
    every: 1,
    out: 'docs',
    log: 'reports/evidence/runs-1.jsonl',
  });
  expect(evidenceOptions(['--seed', '2'])).toMatchObject({ every: 1, out: 'reports/evidence' });
  expect(evidenceOptions(['--quick'])).toMatchObject({ every: 12, out: 'reports/evidence' });
  expect(evidenceOptions(['--help'])).toBeNull();
  expect(() => evidenceOptions(['--fast'])).toThrow(/--fast.*allowed are --seed/);
  expect(() => evidenceOptions(['--seed', 'x'])).toThrow(/--seed must be/);
});
