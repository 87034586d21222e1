import { availableParallelism } from 'node:os';

/** Name, version and commit of the program, for reports and files. */
export interface ToolIdentity {
  readonly name: string;
  readonly version: string;
  /** Commit it was built from, null if unknown. */
  readonly commit: string | null;
}

/** The machine that a run is on: for timing, progress and the number of workers, never for results. */
export interface Machine {
  /** Number of processors. */
  readonly processors: number;
  /** Milliseconds since some moment. */
  readonly now: () => number;
  /** Largest memory of the process so far, in megabytes. */
  readonly peakMemory: () => number;
}

export const thisMachine: Machine = {
  processors: availableParallelism(),
  now: () => performance.now(),
  peakMemory: () => Math.round(process.resourceUsage().maxRSS / 1024),
};

/** Time and machine of a run: the only part of a report that differs between equal runs. */
export interface Circumstances {
  readonly timing: { readonly seconds: number; readonly peakMemoryMegabytes: number };
  readonly environment: {
    readonly node: string;
    readonly platform: string;
    readonly processors: number;
    readonly workers: number;
  };
}

/** Time and machine of a run that began at `start`. */
export function circumstancesOf(
  { processors, now, peakMemory }: Machine,
  start: number,
  workers: number,
): Circumstances {
  return {
    timing: { seconds: (now() - start) / 1000, peakMemoryMegabytes: peakMemory() },
    environment: {
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      processors,
      workers,
    },
  };
}
