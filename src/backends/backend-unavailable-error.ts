/** A backend that cannot be used here: one line with the command that installs it. */
export class BackendUnavailableError extends Error {
  override readonly name = 'BackendUnavailableError';
}
