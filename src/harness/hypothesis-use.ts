import type { Theorem } from './theorem.js';

/** Why a hypothesis is there: without it the theorem is false, or what else it is for. */
export interface HypothesisUse {
  readonly hypothesis: string;
  /** The wrong variant that leaves it out; null if no instance is stored on which that fails. */
  readonly variant: string | null;
  /** What the hypothesis is for where it is not shown to be needed; null if the theorem does not say. */
  readonly reason: string | null;
}

/** The use of every hypothesis of a theorem, in their order. */
export function hypothesisUses({
  hypotheses,
  mutants,
  unneeded = {},
}: Pick<Theorem, 'hypotheses' | 'mutants' | 'unneeded'>): HypothesisUse[] {
  return hypotheses.map((hypothesis) => {
    const dropping = mutants.find(({ drops }) => drops?.hypothesis === hypothesis);
    return { hypothesis, variant: dropping?.id ?? null, reason: unneeded[hypothesis] ?? null };
  });
}

/** The use of a hypothesis in words; null if nothing is said. */
export function useInWords({ variant, reason }: HypothesisUse): string | null {
  const needed = variant === null ? null : `needed: without it wrong on a stored instance (${variant})`;
  return [needed, reason].filter((words) => words !== null).join('; ') || null;
}

/** A hypothesis with its use in brackets. */
export function hypothesisInWords(use: HypothesisUse): string {
  const words = useInWords(use);
  return words === null ? use.hypothesis : `${use.hypothesis} [${words}]`;
}
