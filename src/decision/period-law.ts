import type { BatchSizes, ReducedProblem, SetName } from '../theory/problem.js';
import { periodRange, plannedGroups } from './period-range.js';
import { hasSymmetricPeriods, isSelfAdjoint, type Roots } from './step-frame.js';
import { hasRandomSize, type StepRange } from './step-range.js';
import { stateSubspaces, type StateSubspace } from './state-subspaces.js';

/**
 * What a certificate takes for granted of the matrices B of the periods that a process draws, independent and of one law:
 * guaranteed by a problem and its procedure (`problemLaw`), or by who gives a procedure of his own (`linearLaw`).
 */
export interface PeriodLaw {
  /** True if every B is symmetric. */
  readonly symmetric: boolean;
  /** True if T(M) = E[B M B^T] is self-adjoint. */
  readonly selfAdjoint: boolean;
  /** Periods that a state remembers, beyond 2: as many may be looked at as one. */
  readonly memory: number;
  /** Orthogonal subspaces of the states, m numbers each, that every B leaves invariant; together they are all. */
  subspaces(m: number): StateSubspace[];
  /** Range of Y = P^{-1/2} B P B^T P^{-1/2} for the product B of `stride` periods; an `excess` of 1: there is none. */
  range(roots: Roots, allowance: number, stride: number): StepRange;
  /** What is wrong with the sizes of the batches of a period, in words; null if nothing. */
  sizeFault(sizes: BatchSizes): string | null;
}

/** The law of the periods of a problem under its procedure. @param period in steps, for words alone. */
export function problemLaw(problem: ReducedProblem, eta: number, period: number): PeriodLaw {
  const laws = sizeLaws(problem);
  return {
    symmetric: hasSymmetricPeriods(problem),
    selfAdjoint: isSelfAdjoint(problem),
    memory: 2 / (1 - (problem.procedure?.momentum ?? 0)),
    subspaces: (m) => stateSubspaces(problem, m),
    range: (roots, allowance, stride) => periodRange(problem, eta, roots, allowance, stride),
    sizeFault: (sizes) => batchSizeFault(laws, sizes, period),
  };
}

/** How many samples of one group a period may draw. */
interface SizeLaw {
  readonly name: SetName;
  readonly least: number;
  readonly most: number;
}

/** Fixed sizes must be met exactly, and so must full bernoulli batches; other bernoulli batches have at most n samples. */
function sizeLaws(problem: ReducedProblem): SizeLaw[] {
  const planned = plannedGroups(problem).flat();
  return problem.groups.map(({ name }) => {
    let [least, most] = [0, 0];
    for (const group of planned.filter((other) => other.name === name)) {
      const drawn = hasRandomSize(group);
      least += drawn ? 0 : group.batchSize;
      most += drawn ? group.samples.sampleCount : group.batchSize;
    }
    return { name, least, most };
  });
}

function batchSizeFault(laws: readonly SizeLaw[], sizes: BatchSizes, period: number): string | null {
  for (const { name, least, most } of laws) {
    const drawn = sizes[name];
    if (drawn >= least && drawn <= most) continue;
    const allowed = least === most ? String(most) : `${least}..${most}`;
    const what = period === 1 ? `a drawn ${name} batch has` : `the ${name} batches of a drawn period have`;
    return `${what} ${drawn} samples; the problem says ${allowed}`;
  }
  return null;
}
