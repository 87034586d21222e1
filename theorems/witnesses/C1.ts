import type { NetworkInstance } from '../../src/harness/network-instance.js';

/** Instances that refute the wrong variants of C1; found and shrunk by `npm run witnesses`. */
export const witnesses: readonly NetworkInstance[] = [];
