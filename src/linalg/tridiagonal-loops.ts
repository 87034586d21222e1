import { type KernelCalls, PRODUCT_NUMBERS, startKernel } from './kernel.js';

/** The loops in which a symmetric decomposition spends its time, and the arrays they work on. */
export interface TridiagonalLoops {
  /** Matrix, n x n row-major. */
  readonly v: Float64Array;
  /** Of length n each. */
  readonly d: Float64Array;
  readonly e: Float64Array;
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
  /** As many more numbers as were asked for, from order 16 on. */
  readonly spare: Float64Array;
  /** e = A u for the leading i x i block A, of which the upper triangle is stored, and u = d[0..i-1]; row i gets u. */
  symmetricProduct(i: number): void;
  /** A becomes A - u w^T - w u^T, u in d, w in e; d gets row i - 1, column i zeros. */
  rankTwoUpdate(i: number): void;
  /** Rows x_0 .. x_i become x_j - (u . x_j) d, u in row i + 1, all of length i + 1. */
  reflectRows(i: number): void;
  /** Rotations of rows i and i + 1 for i = m - 1 down to l, by `cosines[i]` and `sines[i]`. */
  rotateRows(l: number, m: number): void;
}

/** From this order on the compiled loops win. */
const WORTHWHILE = 16;

/** Plain loops by order: small decompositions would spend their time on allocations. */
const known: PlainLoops[] = [];

/** Loops in memory that the next decomposition of that order takes again: compiled where they are there and pay. */
export function tridiagonalLoops(n: number, spare = 0): TridiagonalLoops {
  if (n < WORTHWHILE) return (known[n] ??= new PlainLoops(n));
  const kernel = startKernel();
  const numbers = kernel?.numbers(PRODUCT_NUMBERS + n * (n + 4) + spare);
  return kernel && numbers ? compiledLoops(kernel.calls, numbers, n, spare) : new PlainLoops(n, spare);
}

function compiledLoops(calls: KernelCalls, numbers: Float64Array, n: number, more: number): TridiagonalLoops {
  const v = numbers.subarray(PRODUCT_NUMBERS, PRODUCT_NUMBERS + n * n);
  const [d, e, cosines, sines] = [0, 1, 2, 3].map((k) => {
    const from = PRODUCT_NUMBERS + n * (n + k);
    return numbers.subarray(from, from + n);
  }) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const behind = PRODUCT_NUMBERS + n * (n + 4);
  const spare = numbers.subarray(behind, behind + more);
  return {
    ...{ v, d, e, cosines, sines, spare },
    symmetricProduct: (i) => calls.symmetricProduct(v.byteOffset, n, i, d.byteOffset, e.byteOffset),
    rankTwoUpdate: (i) => calls.rankTwoUpdate(v.byteOffset, n, i, d.byteOffset, e.byteOffset),
    reflectRows: (i) => calls.reflectRows(v.byteOffset, n, i, d.byteOffset),
    rotateRows: (l, m) => calls.rotateRows(v.byteOffset, n, l, m, cosines.byteOffset, sines.byteOffset),
  };
}

/** The loops in JavaScript: the same numbers to the last bit. */
export class PlainLoops implements TridiagonalLoops {
  readonly v: Float64Array;
  readonly d: Float64Array;
  readonly e: Float64Array;
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
  readonly spare: Float64Array;

  constructor(
    private readonly n: number,
    spare = 0,
  ) {
    this.v = new Float64Array(n * n);
    this.d = new Float64Array(n);
    this.e = new Float64Array(n);
    this.cosines = new Float64Array(n);
    this.sines = new Float64Array(n);
    this.spare = new Float64Array(spare);
  }

  symmetricProduct(i: number): void {
    const { n, v, d, e } = this;
    e.fill(0, 0, i);
    for (let j = 0; j < i; j++) {
      const row = j * n;
      const f = d[j]!;
      v[i * n + j] = f;
      let g = e[j]! + v[row + j]! * f;
      for (let k = j + 1; k < i; k++) {
        const x = v[row + k]!;
        g += x * d[k]!;
        e[k]! += x * f;
      }
      e[j] = g;
    }
  }

  rankTwoUpdate(i: number): void {
    const { n, v, d, e } = this;
    for (let j = 0; j < i; j++) {
      const row = j * n;
      const f = d[j]!;
      const g = e[j]!;
      for (let k = j; k < i; k++) v[row + k]! -= f * e[k]! + g * d[k]!;
      d[j] = v[row + i - 1]!;
      v[row + i] = 0;
    }
  }

  reflectRows(i: number): void {
    const { n, v, d } = this;
    const u = (i + 1) * n;
    for (let j = 0; j <= i; j++) {
      const row = j * n;
      let g = 0;
      for (let k = 0; k <= i; k++) g += v[u + k]! * v[row + k]!;
      for (let k = 0; k <= i; k++) v[row + k]! -= g * d[k]!;
    }
  }

  rotateRows(l: number, m: number): void {
    const { n, v, cosines, sines } = this;
    for (let i = m - 1; i >= l; i--) {
      const c = cosines[i]!;
      const s = sines[i]!;
      for (let x = i * n; x < (i + 1) * n; x++) {
        const here = v[x]!;
        const below = v[x + n]!;
        v[x + n] = s * here + c * below;
        v[x] = c * here - s * below;
      }
    }
  }
}
