import fc from 'fast-check';
import type { Examination } from '../../src/harness/examination.js';
import type { ProblemInstance } from '../../src/harness/instance.js';
import { drawInstances } from '../../src/harness/run-instances.js';
import type { Assertion, Claim, ClaimKind, Mutant, ProblemTheorem } from '../../src/harness/theorem.js';
import { examination } from './examination.js';

/** What becomes of one instance: parts of its examination (the rest agrees), or what the examination throws. */
export type Planted = Partial<Examination> | Error;

/** A claim whose examinations are planted: the instance with step size eta has the one of that number. */
interface PlantedClaim extends Claim {
  readonly kind: 'planted';
  readonly asserts: Assertion | null;
  readonly margin: number | null;
  readonly examinations: ReadonlyMap<number, Planted>;
}

/** Most certificates that a planted examination reports. */
export const PLANTED_CERTIFICATES = 3;

const plantedClaims: ClaimKind<PlantedClaim, ProblemInstance> = {
  name: 'planted',
  about: 'problem',
  wording: { testedAs: () => 'planted outcomes', margin: 'Margin: a planted number' },
  certificates: () => PLANTED_CERTIFICATES,
  examine({ examinations }, { step }) {
    const planted = step.reference === 'absolute' ? examinations.get(step.eta) : undefined;
    if (planted instanceof Error) throw planted;
    return examination({ ...planted, ...(step.reference === 'absolute' ? { eta: step.eta } : {}) });
  },
  margin: ({ margin }) => margin,
  sides: {
    asserts: ({ asserts }) => asserts,
    axis: () => 'eta',
    taken: () => ({ criticalStep: null, side: () => 'undecided' }),
  },
};

const problem: ProblemInstance['problem'] = {
  retain: [[[1]]],
  forget: [[[0.5]]],
  alpha: 0.1,
  batch: { retain: 1, forget: 1 },
  sampling: 'without-replacement',
};

const at = (eta: number): ProblemInstance => ({ problem, step: { reference: 'absolute', eta } });

/** Stored instances of a planted theorem; the others are drawn. */
export const PLANTED_WITNESSES = 2;

/** What is planted besides the examinations. */
export interface PlantedParts {
  readonly id?: string;
  readonly seed?: number;
  /** Variants `T1-1`, ...; true: already the quick budget must refute it. */
  readonly variants?: readonly boolean[];
  readonly asserts?: Assertion | null;
  readonly margin?: number | null;
}

/** A theorem whose instance number k has the k-th of the planted examinations in runs from the seed; later ones agree. */
export function plantedTheorem(
  planted: readonly Planted[],
  { id = 'T1', seed = 1, variants = [], asserts = null, margin = null }: PlantedParts = {},
): ProblemTheorem<PlantedClaim> {
  const draws = {
    id,
    witnesses: Array.from({ length: PLANTED_WITNESSES }, (_, k) => at(k + 1)),
    instances: fc.noBias(fc.integer({ min: 1000, max: 1_000_000_000 })).map(at),
  };
  const numbers = drawInstances(draws, seed, 0, planted.length).map(({ step }) =>
    step.reference === 'absolute' ? step.eta : NaN,
  );
  if (new Set(numbers).size < numbers.length) throw new Error('two instances have one number');
  const examinations = new Map(numbers.map((eta, k) => [eta, planted[k]!]));
  const claim: PlantedClaim = { kind: 'planted', examinedAs: plantedClaims, asserts, margin, examinations };
  return {
    ...draws,
    name: `planted ${id}`,
    statement: 'what is planted.',
    formula: 'x = x',
    hypotheses: ['none'],
    source: 'this test',
    proof: 'It is planted.',
    claim,
    mutants: variants.map((quick, k): Mutant<PlantedClaim> => ({
      id: `${id}-${k + 1}`,
      description: `wrong variant ${k + 1}`,
      claim,
      quick,
    })),
    drawing: 'numbers.',
  };
}

/** So many examinations with these parts. */
export function times(count: number, parts: Planted = {}): Planted[] {
  return Array.from({ length: count }, () => parts);
}
