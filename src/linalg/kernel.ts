import { kernelBytes } from './kernel-bytes.js';

/**
 * The compiled loops of src/linalg/kernels; places are in bytes.
 * By hand, in AssemblyScript: their sums are those of the plain loops to the last bit, an order that no BLAS fixes.
 */
export interface KernelCalls {
  readonly addProducts: (
    a: number,
    rows: number,
    b: number,
    columns: number,
    length: number,
    out: number,
    upper: number,
    diagonal: number,
  ) => void;
  readonly addPanelForms: (
    samples: number,
    count: number,
    width: number,
    lower: number,
    forms: number,
  ) => void;
  readonly weighPanels: (panels: number, count: number, from: number, weights: number, out: number) => void;
  readonly addRowsTimesVector: (rows: number, count: number, p: number, x: number, out: number) => void;
  readonly addWeightedRows: (rows: number, count: number, p: number, weights: number, y: number) => void;
  readonly rowsTimesColumn: (
    rows: number,
    stride: number,
    count: number,
    length: number,
    x: number,
    out: number,
  ) => void;
  readonly subtractRows: (
    rows: number,
    stride: number,
    count: number,
    length: number,
    weights: number,
    x: number,
  ) => void;
  readonly addSandwiches: (
    matrices: number,
    count: number,
    r: number,
    right: number,
    left: number,
    level: number,
    work: number,
    sums: number,
    norms: number,
  ) => void;
  readonly sumPickedRows: (
    rows: number,
    length: number,
    picks: number,
    sizes: number,
    count: number,
    out: number,
  ) => void;
  readonly interleaveRows: (
    rows: number,
    count: number,
    stride: number,
    length: number,
    panels: number,
  ) => void;
  readonly sumPositiveParts: (
    z: number,
    groups: number,
    height: number,
    width: number,
    scales: number,
    sums: number,
  ) => void;
  readonly weighPositive: (
    z: number,
    groups: number,
    height: number,
    width: number,
    scales: number,
    slopes: number,
    out: number,
  ) => void;
  readonly addSparseProduct: (
    a: number,
    stride: number,
    m: number,
    k: number,
    x: number,
    n: number,
    entries: number,
    out: number,
  ) => void;
  readonly addNumbers: (from: number, count: number, to: number) => void;
  readonly symmetricProduct: (v: number, n: number, i: number, d: number, e: number) => void;
  readonly rankTwoUpdate: (v: number, n: number, i: number, d: number, e: number) => void;
  readonly reflectRows: (v: number, n: number, i: number, d: number) => void;
  readonly rotateRows: (v: number, n: number, l: number, m: number, c: number, s: number) => void;
}

/** Compiled loops with their memory. */
interface Kernel {
  readonly calls: KernelCalls;
  /** The memory, grown to at least so many numbers; null if the engine refuses. Earlier views are void after growth. */
  numbers(count: number): Float64Array | null;
}

/** The next multiple of four: the loops of the kernel take four rows, or numbers, at once. */
export function padded(count: number): number {
  return (count + 3) & ~3;
}

/** The part of the interface of engines that is used here; Node has it, ECMAScript's own types do not. */
interface WebAssemblyEngine {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: object };
}

const PAGE_BYTES = 65536;

/** @returns null without WebAssembly or its SIMD instructions: plain loops then do the work. */
function startedKernel(bytes: Uint8Array | null): Kernel | null {
  const { WebAssembly: engine } = globalThis as { readonly WebAssembly?: WebAssemblyEngine };
  if (!bytes || !engine?.validate(bytes)) return null;
  const exported = new engine.Instance(new engine.Module(bytes)).exports as KernelCalls & {
    readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  };
  const { memory } = exported;
  let view = new Float64Array(memory.buffer);
  return {
    calls: exported,
    numbers(count) {
      if (view.length >= count) return view;
      try {
        memory.grow(Math.ceil((8 * (count - view.length)) / PAGE_BYTES));
      } catch {
        return null;
      }
      view = new Float64Array(memory.buffer);
      return view;
    },
  };
}

let kernel: Kernel | null | undefined;

/** The kernel of this thread, started when it is first needed. */
export function startKernel(): Kernel | null {
  return (kernel ??= startedKernel(kernelBytes));
}

/** First numbers of the memory that products use; decompositions work behind them. */
export const PRODUCT_NUMBERS = 8192 + 2 * 256 * 512 + 256 * 256;
