import type { ObservedSide } from '../decision/decide-side.js';

/** Wrong variants of the exact threshold itself: the suite must notice that they are wrong, too. */
const EXACT_VARIANTS = [
  { id: 'exact-1', description: 'the exact threshold 5 % too high', factor: 1.05 },
  { id: 'exact-2', description: 'the exact threshold 5 % too low', factor: 0.95 },
] as const;

/** Variants of eta* (> 0) that a certified side at step size eta refutes. */
export function refutedExactVariants(etaStar: number, eta: number, side: ObservedSide): string[] {
  if (!(etaStar > 0) || side === 'inconclusive') return [];
  return EXACT_VARIANTS.flatMap(({ id, factor }) => {
    const predicted = eta > factor * etaStar ? 'diverges' : eta < factor * etaStar ? 'stable' : side;
    return predicted === side ? [] : [id];
  });
}

/** What became of one variant in a run: the theorem and the number of the instance that refuted it first. */
export interface ExactVariantResult {
  readonly id: string;
  readonly description: string;
  readonly killed: boolean;
  readonly theorem: string | null;
  readonly instance: number | null;
}

/** Goes through the refuted variants of every theorem's examinations, in order. */
export function exactVariantResults(
  runs: readonly {
    readonly theoremId: string;
    readonly examinations: readonly { readonly refuted: readonly string[] }[];
  }[],
): ExactVariantResult[] {
  return EXACT_VARIANTS.map(({ id, description }) => {
    for (const { theoremId, examinations } of runs) {
      const instance = examinations.findIndex(({ refuted }) => refuted.includes(id));
      if (instance >= 0) return { id, description, killed: true, theorem: theoremId, instance };
    }
    return { id, description, killed: false, theorem: null, instance: null };
  });
}
