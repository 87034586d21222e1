import type { BoundaryResult } from './boundary-search.js';
import type { Counterexample } from './counterexample.js';
import type { Examination } from './examination.js';

/** A finished piece of work of a run: plain data, so that another run with the same settings can take it over. */
export type FinishedWork =
  | {
      readonly kind: 'examine';
      readonly theoremId: string;
      /** Instances number `from` .. `to`-1, in this order. */
      readonly from: number;
      readonly to: number;
      readonly examinations: readonly Examination[];
    }
  | { readonly kind: 'shrink'; readonly theoremId: string; readonly counterexample: Counterexample }
  | { readonly kind: 'boundary'; readonly theoremId: string; readonly boundary: BoundaryResult | null };

/** Finds pieces of work by what they are about. */
export interface FinishedWorkIndex {
  examinations(theoremId: string, from: number, to: number): readonly Examination[] | undefined;
  counterexample(theoremId: string, instance: number): Counterexample | undefined;
  /** undefined if it was not searched. */
  boundary(theoremId: string): BoundaryResult | null | undefined;
}

export function indexFinishedWork(work: readonly FinishedWork[]): FinishedWorkIndex {
  const chunks = new Map<string, readonly Examination[]>();
  const counterexamples = new Map<string, Counterexample>();
  const boundaries = new Map<string, BoundaryResult | null>();
  for (const piece of work) {
    if (piece.kind === 'examine') {
      chunks.set(`${piece.theoremId} ${piece.from} ${piece.to}`, piece.examinations);
    } else if (piece.kind === 'boundary') {
      boundaries.set(piece.theoremId, piece.boundary);
    } else {
      counterexamples.set(`${piece.theoremId} ${piece.counterexample.instance}`, piece.counterexample);
    }
  }
  return {
    examinations: (theoremId, from, to) => chunks.get(`${theoremId} ${from} ${to}`),
    counterexample: (theoremId, instance) => counterexamples.get(`${theoremId} ${instance}`),
    boundary: (theoremId) => boundaries.get(theoremId),
  };
}
