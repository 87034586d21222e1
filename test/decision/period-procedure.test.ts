import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { decideSide } from '../../src/decision/decide-side.js';
import { identityMatrix } from '../../src/linalg/symmetric-eigen.js';
import { randomSource } from '../../src/statistics/generator.js';
import { stepDirections } from '../../src/unlearning/drawn-matrices.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { relativeDifference } from '../closeness.js';
import { procedureProblem } from '../procedure-problems.js';
import { periodDecision } from '../reference/expansion-decision.js';
import { enumeratePeriods, firstUnitRadius } from '../reference/period-matrices.js';

describe('decideSide is the documented procedure for alternating steps, too, to the sample', () => {
  it.each([
    [1, 1],
    [2, 1],
  ])('%d ascents, %d descents', (ascent, descent) => {
    const problem = procedureProblem(2, { schedule: { ascent, descent } });
    const critical = firstUnitRadius(problem, 0.05);
    const sides = [0.6, 0.9, 1.02, 1.15, 1.5].map((ratio) => {
      const eta = ratio * critical;
      const options = { errorProbability: 1e-6, maxSamples: 8000 };
      const random = () => randomSource('period procedure', ascent, descent, ratio);
      const found = decideSide(linearisedProcess(problem, eta), problem, eta, random(), options);
      const process = linearisedProcess(problem, eta);
      const source = random();
      const steps = Array.from({ length: options.maxSamples + 128 }, () => {
        const rows = new Float64Array(4);
        stepDirections(process, source, identityMatrix(2), rows);
        return Matrix.from1DArray(2, 2, Array.from(rows)).transpose();
      });
      const allowed = enumeratePeriods(problem, eta).map(({ matrix }) => matrix);
      const expected = periodDecision(steps, { ...options, allowed });
      expect([found.side, found.samples], `ratio ${ratio}`).toEqual([expected.side, expected.samples]);
      if (Number.isFinite(expected.logEvidence)) {
        expect(relativeDifference(found.logEvidence, expected.logEvidence)).toBeLessThan(1e-6);
      }
      return found.side;
    });
    expect(sides).toContain('stable');
    expect(sides).toContain('diverges');
  });
});
