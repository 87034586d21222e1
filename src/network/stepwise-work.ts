/** Interrupted work: a stop was asked for between two pieces of it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Request to stop, such as an AbortSignal. */
export interface StopSignal {
  readonly aborted: boolean;
}

/** Pieces of work between two looks at the event loop: some milliseconds. */
const PIECES = 10;

/** Lets events in, such as a signal. @throws Interrupted if one of them asks to stop. */
export async function yieldToEvents(signal: StopSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal.aborted) throw new Interrupted('interrupted');
}

/** Result of work that is done piece by piece. @throws Interrupted between two pieces. */
export async function runInterruptibly<Piece, Result>(
  work: Generator<Piece, Result>,
  signal: StopSignal,
  onPiece: (piece: Piece) => void = () => undefined,
): Promise<Result> {
  for (let k = 0; ; k++) {
    if (k % PIECES === 0) await yieldToEvents(signal);
    const { value, done } = work.next();
    if (done === true) return value;
    onPiece(value);
  }
}

/** Result of work that is done piece by piece, in one go. */
export function completed<Result>(work: Generator<unknown, Result>): Result {
  for (;;) {
    const { value, done } = work.next();
    if (done === true) return value;
  }
}
