/** A fraction of whole numbers, in lowest terms with a positive denominator. */
export interface Rational {
  readonly top: bigint;
  readonly bottom: bigint;
}

function divisor(a: bigint, b: bigint): bigint {
  return b === 0n ? (a < 0n ? -a : a) : divisor(b, a % b);
}

export function rational(top: bigint, bottom = 1n): Rational {
  const common = divisor(top, bottom) * (bottom < 0n ? -1n : 1n);
  return { top: top / common, bottom: bottom / common };
}

export const plus = (a: Rational, b: Rational): Rational =>
  rational(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
export const minus = (a: Rational, b: Rational): Rational => plus(a, { top: -b.top, bottom: b.bottom });
export const times = (a: Rational, b: Rational): Rational => rational(a.top * b.top, a.bottom * b.bottom);
export const over = (a: Rational, b: Rational): Rational => rational(a.top * b.bottom, a.bottom * b.top);

/** The nearest double, near enough for tests. */
export function toNumber({ top, bottom }: Rational): number {
  const digits = 10n ** 40n;
  return Number((top * digits) / bottom) / 1e40;
}

/** Signs of the eigenvalues of a symmetric matrix by exact elimination with symmetric pivots (Sylvester). */
export function inertia(matrix: readonly (readonly Rational[])[]): {
  negative: number;
  zero: number;
  positive: number;
} {
  const a = matrix.map((row) => [...row]);
  const n = a.length;
  const left = new Set(a.keys());
  const counts = { negative: 0, zero: 0, positive: 0 };
  while (left.size > 0) {
    const rest = [...left];
    const pivot = rest.find((k) => a[k]![k]!.top !== 0n);
    if (pivot === undefined) {
      const pair = rest.flatMap((i) =>
        rest.filter((j) => a[i]![j]!.top !== 0n).map((j) => [i, j] as const),
      )[0];
      if (!pair) {
        counts.zero += rest.length;
        return counts;
      }
      // Adding row and column j to i makes the diagonal entry 2 a_ij: a congruence.
      const [i, j] = pair;
      for (let k = 0; k < n; k++) a[i]![k] = plus(a[i]![k]!, a[j]![k]!);
      for (let k = 0; k < n; k++) a[k]![i] = plus(a[k]![i]!, a[k]![j]!);
      continue;
    }
    const value = a[pivot]![pivot]!;
    counts[value.top < 0n ? 'negative' : 'positive']++;
    left.delete(pivot);
    for (const i of left) {
      const share = over(a[i]![pivot]!, value);
      for (const j of left) a[i]![j] = minus(a[i]![j]!, times(share, a[pivot]![j]!));
    }
  }
  return counts;
}
