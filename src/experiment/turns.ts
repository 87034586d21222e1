/** Thrown where an interrupt was seen. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Whether to stop, as an AbortSignal says it. */
export interface StopSignal {
  readonly aborted: boolean;
}

/** Pieces of work between two turns of the event loop: some milliseconds. */
const PIECES = 10;

/** Lets events in, such as a signal. @throws Interrupted if one of them asks to stop. */
export async function nextTurn(signal: StopSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal.aborted) throw new Interrupted('interrupted');
}

/** The result of work that goes on piece by piece. @throws Interrupted between two pieces. */
export async function inTurns<Piece, Result>(
  work: Generator<Piece, Result>,
  signal: StopSignal,
  onPiece: (piece: Piece) => void = () => undefined,
): Promise<Result> {
  for (let k = 0; ; k++) {
    if (k % PIECES === 0) await nextTurn(signal);
    const { value, done } = work.next();
    if (done === true) return value;
    onPiece(value);
  }
}
