import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { crossCoherence, setCoherence, unlearningCoherence } from '../src/theory/coherence.js';
import { criticalMixing } from '../src/theory/mean-curvature.js';
import { problemFromSpec, type ProblemSpec } from '../src/theory/problem.js';
import { reduceProblem, reduceSets } from '../src/theory/reduction.js';
import { exactStability } from '../src/theory/operator/exact-stability.js';
import { relativeDifference } from './closeness.js';

/** The expected values are stated to 1e-9 or better. */
const TOLERANCE = 1e-8;

/** The fields of one entry of vectors.json. */
interface ExpectedValues {
  readonly coherence: Readonly<Record<(typeof COHERENCE_FIELDS)[number], number>>;
  readonly mixing: {
    readonly alphaStar: number;
    readonly lambdaMin: number;
    readonly lambdaMax: number;
    readonly escapes: boolean;
  };
  readonly etaStar: number;
  readonly spectralRadius: number;
  readonly side: 'diverges' | 'stable';
}

interface Vector {
  readonly name: string;
  readonly problem: ProblemSpec & { readonly eta: number };
  readonly expected: ExpectedValues;
}

const COHERENCE_FIELDS = ['sigma', 'lambda1S', 'retain', 'forget', 'cross', 'chi2', 'kappa'] as const;

const vectors = JSON.parse(
  readFileSync(new URL('fixtures/vectors.json', import.meta.url), 'utf8'),
) as readonly Vector[];

function computed({ problem: spec }: Vector): ExpectedValues {
  const problem = problemFromSpec(spec);
  const [retain, forget] = reduceSets([problem.retain, problem.forget]).sets;
  const reduced = reduceProblem(problem);
  const exact = exactStability(reduced);
  const { sigma, lambda1S, cross } = unlearningCoherence(reduced);
  const { spectralRadius, logGrowth } = exact.growth(spec.eta);
  const lambdaMin = exact.meanEigenvalues[0]!;
  return {
    coherence: {
      sigma,
      lambda1S,
      retain: setCoherence(retain!),
      forget: setCoherence(forget!),
      cross,
      ...crossCoherence(retain!, forget!),
    },
    mixing: {
      alphaStar: criticalMixing(retain!, forget!),
      lambdaMin,
      lambdaMax: exact.meanEigenvalues.at(-1)!,
      escapes: lambdaMin < 0,
    },
    etaStar: exact.criticalStep().value,
    spectralRadius,
    side: logGrowth < 0 ? 'stable' : 'diverges',
  };
}

describe('vectors.json', () => {
  it('has eight problems, of all samplings, on both sides, with and without a threshold', () => {
    expect(vectors).toHaveLength(8);
    expect(new Set(vectors.map(({ problem }) => problem.sampling)).size).toBe(3);
    expect(new Set(vectors.map(({ expected }) => expected.side)).size).toBe(2);
    expect(new Set(vectors.map(({ expected }) => expected.etaStar === 0)).size).toBe(2);
    expect(vectors.map(({ expected }) => Object.keys(expected.coherence))).toEqual(
      vectors.map(() => [...COHERENCE_FIELDS]),
    );
  });

  it.each(vectors)('$name has the expected value in every field', (vector) => {
    const { expected } = vector;
    const actual = computed(vector);
    for (const field of COHERENCE_FIELDS) {
      expect(relativeDifference(actual.coherence[field], expected.coherence[field]), field).toBeLessThan(
        TOLERANCE,
      );
    }
    for (const field of ['alphaStar', 'lambdaMin', 'lambdaMax'] as const) {
      expect(relativeDifference(actual.mixing[field], expected.mixing[field]), field).toBeLessThan(TOLERANCE);
    }
    for (const field of ['etaStar', 'spectralRadius'] as const) {
      expect(relativeDifference(actual[field], expected[field]), field).toBeLessThan(TOLERANCE);
    }
    expect(actual.mixing.escapes).toBe(expected.mixing.escapes);
    expect(actual.side).toBe(expected.side);
  });

  it('retain factors off by a millionth miss every radius', () => {
    for (const vector of vectors) {
      const retain = vector.problem.retain.map((sample) =>
        sample.map((factor) => factor.map((x) => x * (1 + 1e-6))),
      );
      const actual = computed({ ...vector, problem: { ...vector.problem, retain } });
      const { spectralRadius } = vector.expected;
      expect(relativeDifference(actual.spectralRadius, spectralRadius)).toBeGreaterThan(TOLERANCE);
    }
  });
});
