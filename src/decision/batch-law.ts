import type { CurvatureGroup, ReducedProblem, Sampling } from '../curvature/problem.js';
import type { UnlearningProcess } from '../unlearning/process.js';

/** A process whose batch sizes are watched. */
export interface WatchedProcess extends UnlearningProcess {
  /** The first drawn batch that the problem does not allow, in words; null while there is none. */
  fault(): string | null;
}

/**
 * Watches the sizes of all batches that a process draws. Fixed sizes must be met exactly, and so must
 * full bernoulli batches; other bernoulli batches have at most n samples.
 */
export function watchedProcess(process: UnlearningProcess, problem: ReducedProblem): WatchedProcess {
  const laws = problem.groups.map((group) => sizeLaw(group, problem.sampling));
  let fault: string | null = null;
  return {
    ...process,
    drawBatches(random) {
      process.drawBatches(random);
      fault ??= batchSizeFault(laws, process);
    },
    fault: () => fault,
  };
}

/** The sizes that batches of one group may have. */
interface SizeLaw {
  readonly name: CurvatureGroup['name'];
  readonly least: number;
  readonly most: number;
}

function sizeLaw({ name, batchSize, samples }: CurvatureGroup, sampling: Sampling): SizeLaw {
  const drawn = sampling === 'bernoulli' && batchSize < samples.sampleCount;
  return { name, least: drawn ? 0 : batchSize, most: drawn ? samples.sampleCount : batchSize };
}

function batchSizeFault(laws: readonly SizeLaw[], process: UnlearningProcess): string | null {
  const sizes = process.batchSizes();
  for (const { name, least, most } of laws) {
    const drawn = sizes[name];
    if (drawn >= least && drawn <= most) continue;
    const allowed = least === most ? String(most) : `${least}..${most}`;
    return `a drawn ${name} batch has ${drawn} samples; the problem says ${allowed}`;
  }
  return null;
}
