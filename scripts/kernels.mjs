// Compiles the AssemblyScript of src/linalg/kernels to WebAssembly with SIMD.
import { readFileSync } from 'node:fs';
import { main } from 'assemblyscript/asc';

const SOURCES = [
  'src/linalg/kernels/panels.ts',
  'src/linalg/kernels/tridiagonal.ts',
  'src/linalg/kernels/rank-one.ts',
  'src/linalg/kernels/rows.ts',
  'src/linalg/kernels/reflections.ts',
  'src/linalg/kernels/sandwiches.ts',
  'src/linalg/kernels/row-sums.ts',
  'src/linalg/kernels/rectified.ts',
];
/** What they import. */
const SHARED = ['src/linalg/kernels/multiply-add.ts'];
const OPTIONS = ['--outFile', 'kernel.wasm', '--runtime', 'stub', '--enable', 'simd', '-O3', '--noAssert'];

/** Bytes of the compiled kernels. @param root address of the checkout. @throws Error with what the compiler says. */
export async function compiledKernels(root) {
  let bytes = null;
  const { error, stderr } = await main([...SOURCES, ...OPTIONS], {
    // The compiler also tries names that are not there.
    readFile: (name) =>
      [...SOURCES, ...SHARED].includes(name) ? readFileSync(new URL(name, root), 'utf8') : null,
    writeFile: (_, contents) => (bytes = contents),
    listFiles: () => [],
  });
  if (error) throw new Error(`kernels: ${error.message}\n${stderr}`);
  return bytes;
}
