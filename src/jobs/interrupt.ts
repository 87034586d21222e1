import { setImmediate as eventLoopTurn } from 'node:timers/promises';

/** Calls a handler when the run is to stop; returns a function that stops listening. */
export type OnInterrupt = (handler: () => void) => () => void;

/** Listens for the SIGINT of Ctrl-C. */
export const onSigint: OnInterrupt = (handler) => {
  process.once('SIGINT', handler);
  return () => process.off('SIGINT', handler);
};

/** Does work that an interrupt aborts by its signal. */
export async function interruptible<Result>(
  onInterrupt: OnInterrupt,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const abort = new AbortController();
  const stopListening = onInterrupt(() => abort.abort());
  try {
    return await work(abort.signal);
  } finally {
    stopListening();
  }
}

/** Long work that is done piece by piece, so that its caller can look at the pieces and stop between them. */
export type PausingWork<Result, Piece = undefined> = Generator<Piece, Result>;

/** Runs to the end. */
export function completed<Result>(work: PausingWork<Result, unknown>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Runs to the end or until aborted; then null. Signals are taken at the pauses. */
export async function completedUnlessAborted<Result, Piece>(
  work: PausingWork<Result, Piece>,
  signal: Pick<AbortSignal, 'aborted'>,
  onPiece: (piece: Piece) => void = () => undefined,
): Promise<Result | null> {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
    onPiece(value);
    await eventLoopTurn();
    if (signal.aborted) return null;
  }
}
