/** Wrong usage or bad input: one line that says where, what and what is allowed. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
