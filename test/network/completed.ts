/** The result of work that goes on piece by piece. */
export function completed<Result>(work: Generator<unknown, Result>): Result {
  for (;;) {
    const { value, done } = work.next();
    if (done === true) return value;
  }
}
