import { existsSync, readFileSync } from 'node:fs';

/** Where `npm run build` puts them; the built package has them in the place of this module instead. */
const COMPILED = new URL('../../dist/kernel.wasm', import.meta.url);

/** Compiled kernels of src/linalg/kernels; null where nothing was built. */
export const kernelBytes: Uint8Array | null = existsSync(COMPILED) ? readFileSync(COMPILED) : null;
