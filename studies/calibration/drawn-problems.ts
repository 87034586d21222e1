import fc, { type Arbitrary } from 'fast-check';
import { problemFromSpec, type ProblemSpec, type ReducedProblem } from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { derivedSeed } from '../../src/random/generator.js';
import { alignedProblems } from '../../theorems/draws/aligned-problems.js';
import { commutingProblems, identicalGroups } from '../../theorems/draws/extremal-families.js';

export type Family = 'aligned' | 'commuting' | 'identical';

/** A problem with positive critical step and batch noise, drawn as the theorems draw theirs. */
export interface DrawnProblem {
  readonly family: Family;
  /** Place in the draw of its family. */
  readonly index: number;
  readonly spec: ProblemSpec;
  readonly reduced: ReducedProblem;
}

const draws: Readonly<Record<Family, Arbitrary<ProblemSpec>>> = {
  aligned: alignedProblems({ mixing: 'below' }),
  commuting: commutingProblems(4),
  identical: identicalGroups,
};

/**
 * The first problems of each family's draw that have batch noise: a function of the seed alone. Families take
 * turns. (Without noise one step tells everything, and any procedure is right.)
 */
export function drawnProblems(seed: number, counts: Readonly<Record<Family, number>>): DrawnProblem[] {
  const families = Object.keys(draws) as Family[];
  const drawn = families.flatMap((family) =>
    fc
      .sample(
        draws[family]
          .map((spec) => ({ spec, reduced: reduceProblem(problemFromSpec(spec)) }))
          .filter(hasNoise),
        { seed: derivedSeed('calibration', seed, family), numRuns: counts[family] },
      )
      .map((problem, index) => ({ family, index, ...problem })),
  );
  return drawn.sort((a, b) => a.index - b.index);
}

function hasNoise({ reduced: { groups, sampling } }: { reduced: ReducedProblem }): boolean {
  return groups.some(({ samples: { sampleCount }, batchSize }) =>
    sampling === 'with-replacement' ? sampleCount > 1 : batchSize < sampleCount,
  );
}
