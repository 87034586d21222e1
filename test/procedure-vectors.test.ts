import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { problemFromSpec, type ProblemSpec } from '../src/theory/problem.js';
import { reduceProblem } from '../src/theory/reduction.js';
import { type ProcedureStability, procedureStability } from '../src/theory/operator/procedure-stability.js';
import { relativeDifference } from './closeness.js';

/** Fifteen problems by full enumeration of all batches of a period; given with the theory, to 1e-9 or better. */
interface Vector {
  readonly name: string;
  readonly problem: ProblemSpec & { readonly eta: number };
  readonly etaStar: number;
  readonly firstCrossing: number | null;
  readonly logGrowthPerPeriod: number;
}

const TOLERANCE = 1e-8;

const vectors = JSON.parse(
  readFileSync(new URL('fixtures/vectors-2.json', import.meta.url), 'utf8'),
) as readonly Vector[];

function theory(spec: ProblemSpec): ProcedureStability {
  const found = procedureStability(reduceProblem(problemFromSpec(spec)));
  if ('unavailable' in found) throw new Error(found.unavailable);
  return found;
}

describe('vectors-2.json', () => {
  it('has fifteen problems', () => expect(vectors).toHaveLength(15));

  it.each(vectors)('$name', ({ problem, etaStar, firstCrossing, logGrowthPerPeriod }) => {
    const exact = theory(problem);
    const growth = exact.growth(problem.eta);
    const critical = exact.criticalStep();
    const found = { growth: growth.logGrowthPerPeriod, critical: critical.value };
    expect(relativeDifference(found.growth, logGrowthPerPeriod), JSON.stringify(found)).toBeLessThan(
      TOLERANCE,
    );
    expect(relativeDifference(critical.value, etaStar)).toBeLessThan(TOLERANCE);
    expect(firstCrossing ?? 0).toBe(etaStar);
    expect(growth.relativeError).toBeLessThan(TOLERANCE);
    expect(critical.relativeError).toBeLessThan(TOLERANCE);
  });
});
