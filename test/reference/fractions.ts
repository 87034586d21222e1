/** A rational number: numerator over a denominator > 0, in lowest terms. */
export type Fraction = readonly [numerator: bigint, denominator: bigint];

/** The number that a double is. @throws RangeError unless it is finite. */
export function asFraction(x: number): Fraction {
  if (!Number.isFinite(x)) throw new RangeError(`x must be finite; got ${x}`);
  let [scaled, denominator] = [x, 1n];
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return reduced(BigInt(scaled), denominator);
}

export function plus([a, b]: Fraction, [c, d]: Fraction): Fraction {
  return reduced(a * d + c * b, b * d);
}

export function minus(x: Fraction, [c, d]: Fraction): Fraction {
  return plus(x, [-c, d]);
}

export function times([a, b]: Fraction, [c, d]: Fraction): Fraction {
  return reduced(a * c, b * d);
}

/** The nearest double, to a rounding or two. */
export function toNumber([a, b]: Fraction): number {
  const shift = BigInt(b.toString(2).length - a.toString(2).length + 64);
  const quotient = shift > 0n ? (a << shift) / b : a / (b << -shift);
  return Number(quotient) * 2 ** -Number(shift);
}

/** x with A x = b, by elimination without any rounding. @throws RangeError if A is singular. */
export function solved(matrix: readonly (readonly Fraction[])[], right: readonly Fraction[]): Fraction[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    const pivot = rows.findIndex((row, i) => i >= k && row[k]![0] !== 0n);
    if (pivot < 0) throw new RangeError('matrix is singular');
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    const [a, b] = rows[k]![k]!;
    const inverse: Fraction = a > 0n ? [b, a] : [-b, -a];
    rows[k] = rows[k]!.map((x) => times(x, inverse));
    for (let i = 0; i < n; i++) {
      const factor = rows[i]![k]!;
      if (i === k || factor[0] === 0n) continue;
      rows[i] = rows[i]!.map((x, j) => minus(x, times(factor, rows[k]![j]!)));
    }
  }
  return rows.map((row) => row[n]!);
}

function reduced(numerator: bigint, denominator: bigint): Fraction {
  let [a, b] = [numerator < 0n ? -numerator : numerator, denominator];
  while (b > 0n) [a, b] = [b, a % b];
  return a === 0n ? [0n, 1n] : [numerator / a, denominator / a];
}
