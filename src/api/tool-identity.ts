/** What reports call the program. `scripts/build.mjs` writes this module anew with version and commit. */
export const toolIdentity: {
  readonly name: string;
  readonly version: string;
  readonly commit: string | null;
} = { name: 'unlearning-stability', version: 'not built', commit: null };
