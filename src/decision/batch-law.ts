import type { CurvatureGroup, ReducedProblem } from '../curvature/problem.js';
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
  let fault: string | null = null;
  return {
    ...process,
    drawBatches(random) {
      process.drawBatches(random);
      fault ??= batchSizeFault(problem, process);
    },
    fault: () => fault,
  };
}

function batchSizeFault(problem: ReducedProblem, process: UnlearningProcess): string | null {
  const sizes = process.batchSizes();
  for (const group of problem.groups) {
    const { name, batchSize, samples } = group;
    const drawn = sizes[name];
    const exact = problem.sampling !== 'bernoulli' || isFull(group);
    if (exact ? drawn === batchSize : drawn <= samples.sampleCount) continue;
    const allowed = exact ? String(batchSize) : `0..${samples.sampleCount}`;
    return `a drawn ${name} batch has ${drawn} samples; the problem says ${allowed}`;
  }
  return null;
}

function isFull({ batchSize, samples }: CurvatureGroup): boolean {
  return batchSize === samples.sampleCount;
}
