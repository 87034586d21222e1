import {
  type BatchSizes,
  curvatureGroups,
  SET_NAMES,
  type SetName,
  type UnlearningProblem,
} from '../theory/problem.js';
import { isPlain } from '../theory/procedure.js';
import { SMALLEST_SUBSET, MEAN_COLUMNS } from '../theory/draw-subset.js';
import { type FieldName, InputError } from './input-error.js';

/** How a subset is to be drawn. */
export interface SubsetRequest {
  /** Samples of either set at most; null: as many as is usual, of large sets alone. */
  readonly size: number | null;
  readonly seed: number;
}

export const DEFAULT_SUBSET: SubsetRequest = { size: null, seed: 1 };

/**
 * Samples that both sets are said to have, of which their files hold a uniform draw; null: their files hold them all.
 *
 * @param files names of the files and how many samples they hold.
 * @throws InputError where a file holds more than it is said to be drawn from, or too few of them.
 */
export function thinnedFrom(
  { ofRetain, ofForget }: { readonly ofRetain?: number | undefined; readonly ofForget?: number | undefined },
  files: Readonly<Record<SetName, { readonly name: string; readonly samples: number }>>,
  fieldName: FieldName,
): BatchSizes | null {
  const given = { retain: ofRetain, forget: ofForget };
  const of = (set: SetName): number => {
    const { name, samples } = files[set];
    const total = given[set] ?? samples;
    const field = fieldName(set === 'retain' ? 'ofRetain' : 'ofForget');
    if (total < samples) {
      throw new InputError(`${field} must be >= ${samples}, the samples of ${name}; got ${total}`);
    }
    if (total === samples || samples >= SMALLEST_SUBSET) return total;
    throw new InputError(
      `${field} goes with a draw of at least ${SMALLEST_SUBSET} samples; got ${samples} of ${total} in ${name}`,
    );
  };
  const sizes = { retain: of('retain'), forget: of('forget') };
  return SET_NAMES.some((set) => sizes[set] > files[set].samples) ? sizes : null;
}

/**
 * @param way to all samples, if there is one.
 * @throws InputError unless a subset can stand for all samples: under plain steps alone.
 */
export function checkSubset(
  problem: Pick<UnlearningProblem, 'alpha' | 'batch' | 'sampling' | 'procedure'>,
  samples: { readonly retain: number; readonly forget: number },
  hasGradients: boolean,
  way = ` (--subset ${Math.max(samples.retain, samples.forget)} takes all samples)`,
): void {
  const [retain, forget] = [{ sampleCount: samples.retain }, { sampleCount: samples.forget }];
  const groups = curvatureGroups({ ...problem, retain, forget });
  const plain = isPlain(problem.procedure ? { groups, procedure: problem.procedure } : { groups });
  if (plain && !hasGradients) return;
  throw new InputError(
    `a subset stands for all samples under plain steps with batches drawn anew, at a minimum that fits them; got ${plain ? 'gradients' : 'another procedure'}${way}`,
  );
}

/** With more factors than this everything that is n x n needs more than about 2 GB. */
const MAX_FACTORS = 8192;

/** Usual size of a subset of either set. */
const USUAL_SIZE = 2000;

/** Multiplications that one application of the second-moment operator may take: about a second. */
const OPERATIONS = 2e9;

/** How large a problem is. */
interface ProblemSizes {
  /** Samples. */
  readonly retain: number;
  readonly forget: number;
  /** Factors of all samples. */
  readonly factors: number;
  readonly parameters: number;
}

/**
 * How many samples to draw of either set at most; null if everything is to be computed with: without a wish up to
 * MAX_FACTORS factors, with one where it is no smaller than the sets.
 */
export function subsetSize(
  { size }: SubsetRequest,
  { retain, forget, factors, parameters }: ProblemSizes,
): number | null {
  if (size === null && factors <= MAX_FACTORS) return null;
  const wished = size ?? usualSize(parameters, factors / (retain + forget));
  return wished < Math.max(retain, forget) ? wished : null;
}

/** Factors of a draw of so many samples of each set at most; null if all are taken. */
function drawnFactors(size: number | null, { retain, forget, factors }: ProblemSizes): number | null {
  if (size === null) return null;
  return ((Math.min(size, retain) + Math.min(size, forget)) * factors) / (retain + forget);
}

/** USUAL_SIZE, or fewer where N factors in r = min(p, N) coordinates would take more than OPERATIONS = N r^2. */
function usualSize(parameters: number, factorsPerSample: number): number {
  const factors = Math.max(OPERATIONS / parameters ** 2, Math.cbrt(OPERATIONS));
  return Math.max(SMALLEST_SUBSET, Math.min(USUAL_SIZE, Math.floor(factors / 2 / factorsPerSample)));
}

/**
 * Applications of the second-moment operator, N r^2 multiplications each, and passes over pairs of samples, N^2 r, of an
 * analysis, about: fitted to analyses of 480 to 2,000 factors, which they meet within a third. A subset is analysed three times.
 */
const PARTS = { applications: 40, pairs: 5, ofSubset: 3 };

/**
 * Multiplications of reading and analysing a problem, about: the Gram matrix, or one pass over all samples, and the theory.
 *
 * @param size samples that are drawn of either set at most; null: all are computed with.
 */
export function analysisWork(sizes: ProblemSizes, size: number | null): number {
  const { factors, parameters: p } = sizes;
  const drawn = drawnFactors(size, sizes);
  const theory = (n: number): number => {
    const r = Math.min(n, p);
    return PARTS.applications * n * r * r + PARTS.pairs * n * n * r;
  };
  const gram = (n: number): number => (p > n ? (n * n * p) / 2 : 0);
  if (drawn === null) return gram(factors) + theory(factors);
  const pass = factors * p * (p <= MEAN_COLUMNS ? p / 2 : 1);
  return pass + gram(drawn) + PARTS.ofSubset * theory(drawn);
}
