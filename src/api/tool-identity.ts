import type { ToolIdentity } from '../jobs/machine.js';

/** The program, as reports call it. `scripts/build.mjs` writes this module anew with version and commit. */
export const toolIdentity: ToolIdentity = {
  name: 'unlearning-stability',
  version: 'not built',
  commit: null,
};
