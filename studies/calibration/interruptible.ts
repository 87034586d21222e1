import { setImmediate as eventLoopTurn } from 'node:timers/promises';

/** Long work that pauses at every yield, so that its caller can stop it there. */
export type PausingWork<Result> = Generator<undefined, Result, undefined>;

/** Runs to the end. */
export function completed<Result>(work: PausingWork<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Runs to the end or until aborted; then null. Signals are taken at the pauses. */
export async function completedUnlessAborted<Result>(
  work: PausingWork<Result>,
  signal: AbortSignal,
): Promise<Result | null> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await eventLoopTurn();
    if (signal.aborted) return null;
  }
}
