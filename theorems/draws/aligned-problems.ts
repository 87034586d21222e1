import fc, { type Arbitrary } from 'fast-check';
import { criticalMixing } from '../../src/theory/mean-curvature.js';
import {
  problemFromSpec,
  type ProblemSpec,
  type SampleSpec,
  type Sampling,
  SAMPLINGS,
} from '../../src/theory/problem.js';
import { reduceProblem, reduceSets } from '../../src/theory/reduction.js';
import { escapeDirection, largestTotalCurvature } from '../curvature-terms.js';

/** Where alpha lies: at 0, below the critical mixing, above it (1 included), or anywhere. */
export type Mixing = 'zero' | 'below' | 'above' | 'any';

export interface DrawOptions {
  readonly mixing: Mixing;
  readonly samplings?: readonly Sampling[];
  /** 'one': every sample has a single factor. */
  readonly rank?: 'one' | 'any';
  /** 'partial': no set enters with all its samples, so that batch noise is never 0. */
  readonly batches?: 'any' | 'full' | 'partial';
}

/** Most coordinates and samples a set of drawn vectors has. */
const MAX_DIMENSION = 10;

/**
 * |lambda_min(D)| relative to lambda_1(K) below which a draw is not kept: the closer to 0, the more
 * samples any decision takes. The frontier itself is drawn by step sizes and mixings near it.
 */
const MIN_CURVATURE = 0.05;

const entries = fc.array(fc.integer({ min: -8, max: 8 }), {
  minLength: MAX_DIMENSION,
  maxLength: MAX_DIMENSION,
});

const sixteenths = fc.integer({ min: 0, max: 16 }).map((k) => k / 16);

/** Share of the set that a batch has: single samples and full batches are drawn often. */
const batchShares = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constant(1) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 19 }).map((k) => k / 20) },
);

/** Everything a drawn problem is made of; all of it shrinks. */
interface Blueprint {
  readonly dimension: number;
  /** Axis scales 1, 3/4, 1/2 .. : the spectrum. */
  readonly spectrum: readonly number[];
  readonly retain: readonly (readonly number[][])[];
  readonly forget: readonly (readonly number[][])[];
  /** Planted alignment in 0..1: of retain samples among themselves, forget samples, and across. */
  readonly alignment: { readonly retain: number; readonly forget: number; readonly cross: number };
  /** Adds one sample along every axis to the retain set, so that it covers the space. */
  readonly covered: boolean;
  readonly shares: { readonly retain: number; readonly forget: number };
  readonly sampling: Sampling;
  readonly mixing: { readonly kind: Exclude<Mixing, 'any'>; readonly position: number };
}

/**
 * Random problems with planted structure: dimension, rank, spectrum, alignment within and across the
 * sets from 0 to 1, batch sizes from 1 to full, alpha relative to the critical mixing (0 and 1 too).
 *
 * @param largest most coordinates; default: 10, few of them many.
 */
export function alignedProblems(options: DrawOptions, largest?: number): Arbitrary<ProblemSpec> {
  return blueprints(options, largest)
    .map(buildProblem)
    .filter((spec): spec is ProblemSpec => spec !== null)
    .filter((spec) => options.batches !== 'partial' || hasPartialBatches(spec));
}

function blueprints(options: DrawOptions, largest?: number): Arbitrary<Blueprint> {
  const mostFactors = options.rank === 'one' ? 1 : 3;
  const sample = fc.oneof(
    { weight: 3, arbitrary: fc.tuple(entries) },
    { weight: 1, arbitrary: fc.array(entries, { minLength: 1, maxLength: mostFactors }) },
  );
  const share = options.batches === 'full' ? fc.constant(1) : batchShares;
  const escaping = options.mixing === 'above' || options.mixing === 'any';
  return fc.record({
    dimension: largest
      ? fc.integer({ min: 1, max: largest })
      : fc.oneof(
          { weight: 12, arbitrary: fc.integer({ min: 1, max: 5 }) },
          { weight: 2, arbitrary: fc.integer({ min: 6, max: 8 }) },
          { weight: 3, arbitrary: fc.integer({ min: 9, max: MAX_DIMENSION }) },
        ),
    spectrum: fc.array(fc.constantFrom(1, 0.75, 0.5), { minLength: MAX_DIMENSION, maxLength: MAX_DIMENSION }),
    retain: fc.oneof(
      { weight: 7, arbitrary: fc.array(sample, { minLength: 1, maxLength: 6 }) },
      { weight: 1, arbitrary: fc.array(sample, { minLength: 14, maxLength: 40 }) },
    ),
    forget: fc.oneof(
      { weight: 7, arbitrary: fc.array(sample, { minLength: 1, maxLength: 5 }) },
      { weight: 1, arbitrary: fc.array(sample, { minLength: 8, maxLength: 16 }) },
    ),
    alignment: fc.record({ retain: sixteenths, forget: sixteenths, cross: sixteenths }),
    covered: escaping ? fc.boolean() : fc.constant(true),
    shares: fc.record({ retain: share, forget: share }),
    sampling: fc.constantFrom(...(options.samplings ?? SAMPLINGS)),
    mixing: fc.record({ kind: mixingKinds(options.mixing), position: fc.integer({ min: 0, max: 100 }) }),
  });
}

/** Problems without batch noise: full batches of the samplings that then take every sample once. */
export const noiselessProblems: Arbitrary<ProblemSpec> = alignedProblems({
  mixing: 'below',
  samplings: ['bernoulli', 'without-replacement'],
  batches: 'full',
});

function hasPartialBatches({ retain, forget, batch, alpha }: ProblemSpec): boolean {
  return batch.retain < retain.length && (alpha === 0 || batch.forget < forget.length);
}

function mixingKinds(mixing: Mixing): Arbitrary<Exclude<Mixing, 'any'>> {
  if (mixing === 'below') return fc.constantFrom('zero', 'below', 'below', 'below');
  if (mixing === 'any') return fc.constantFrom('zero', 'below', 'below', 'above');
  return fc.constant(mixing);
}

/** The problem of a blueprint, or null if it is degenerate or too close to D being singular. */
function buildProblem(blueprint: Blueprint): ProblemSpec | null {
  const retain = [...alignedSet(blueprint, 'retain'), ...(blueprint.covered ? axisSamples(blueprint) : [])];
  const forget = alignedSet(blueprint, 'forget');
  if (isZero(retain) || isZero(forget)) return null;
  const batch = {
    retain: batchSize(blueprint.shares.retain, retain.length),
    forget: batchSize(blueprint.shares.forget, forget.length),
  };
  const unmixed: ProblemSpec = { retain, forget, alpha: 0, batch, sampling: blueprint.sampling };
  const alpha = chooseAlpha(unmixed, blueprint.mixing);
  if (alpha === null) return null;
  const spec = { ...unmixed, alpha };
  const reduced = reduceProblem(problemFromSpec(spec));
  const curvature = escapeDirection(reduced).value / largestTotalCurvature(reduced);
  if (Math.abs(curvature) < MIN_CURVATURE) return null;
  return (blueprint.mixing.kind === 'above') === curvature < 0 ? spec : null;
}

/** Samples around a planted direction: alignment * 4 m + (1 - alignment) * entries, times the spectrum. */
function alignedSet(blueprint: Blueprint, set: 'retain' | 'forget'): SampleSpec[] {
  const { dimension, spectrum, alignment } = blueprint;
  const planted = Array.from({ length: dimension }, (_, a) => {
    if (set === 'retain') return a === 0 ? 1 : 0;
    const cross = dimension === 1 ? 1 : alignment.cross;
    return a === 0 ? cross : a === 1 ? 1 - cross : 0;
  });
  const strength = alignment[set];
  return blueprint[set].map((vectors) =>
    vectors.map((vector) =>
      planted.map((m, a) => spectrum[a]! * (strength * 4 * m + ((1 - strength) * vector[a]!) / 2)),
    ),
  );
}

/** One sample along every axis. */
function axisSamples({ dimension, spectrum }: Blueprint): SampleSpec[] {
  return Array.from({ length: dimension }, (_, a) => [
    Array.from({ length: dimension }, (_unused, b) => (a === b ? 4 * spectrum[a]! : 0)),
  ]);
}

function batchSize(share: number, n: number): number {
  return Math.max(1, Math.round(share * n));
}

/**
 * alpha by its place relative to the critical mixing: 5 % to 85 % of it below, 105 % to 300 % above
 * (the last position is 1); where the critical mixing is 0, alpha is anywhere in (0, 1].
 */
function chooseAlpha(spec: ProblemSpec, mixing: Blueprint['mixing']): number | null {
  if (mixing.kind === 'zero') return 0;
  const problem = problemFromSpec(spec);
  const [retain, forget] = reduceSets([problem.retain, problem.forget]).sets;
  const critical = criticalMixing(retain!, forget!);
  const position = mixing.position / 100;
  if (mixing.kind === 'below') return critical === 0 ? null : rounded(critical * (0.05 + 0.8 * position));
  if (mixing.position === 100) return 1;
  return rounded(critical === 0 ? 0.02 + 0.9 * position : Math.min(0.99, critical * (1.05 + 2 * position)));
}

function rounded(alpha: number): number {
  return Number(alpha.toPrecision(6));
}

function isZero(samples: readonly SampleSpec[]): boolean {
  return samples.every((vectors) => vectors.every((vector) => vector.every((x) => x === 0)));
}
