import type { Arbitrary } from 'fast-check';
import type { Claim, Mutant } from './claim.js';
import type { Instance, NetworkInstance, ProblemInstance } from './instance.js';

/** What a theorem says, and where that comes from. */
export interface Description {
  readonly id: string;
  readonly name: string;
  /** The procedure that it is about, by which reports group theorems; default: the plain step. */
  readonly procedure?: string;
  readonly statement: string;
  /** The statement in LaTeX, as reports typeset it. */
  readonly formula: string;
  readonly hypotheses: readonly string[];
  readonly source: string;
  /** Why it holds, in a line or two. */
  readonly proof: string;
  /** Of hypotheses that no stored instance shows to be needed: what they are for. */
  readonly unneeded?: Readonly<Record<string, string>>;
}

/** A theorem as the suite holds it: what it says, and how it is put to the test. */
export interface Theorem<C extends Claim = Claim, I extends Instance = Instance> extends Description {
  readonly claim: C;
  readonly mutants: readonly Mutant<C>[];
  /** Instances on which wrong variants fail; every run starts with them. */
  readonly witnesses: readonly I[];
  readonly instances: Arbitrary<I>;
  /** What `instances` draws, in plain words. */
  readonly drawing: string;
  /** Floors of its draws; without them they are counted and not checked. */
  readonly floors?: DrawFloors;
  /** True if, on the side that it asserts, its critical step is the best one that the three axes allow. */
  readonly sharpEnd?: true;
}

/** What a run of at least the standard budget must have drawn of a theorem; every class that it does not leave out has a floor. */
export interface DrawFloors {
  /** Classes that the hypotheses leave out, by their names in draw-classes.ts. */
  readonly without: readonly string[];
  /** Classes of procedures, and of draws that reach far, that the theorem asks for; default: none. */
  readonly asked?: readonly string[];
  /** Classes in which draws must tell a threshold 10 % wrong from the right one. */
  readonly near: readonly string[];
}

/** A theorem about the linear dynamics. */
export type ProblemTheorem<C extends Claim = Claim> = Theorem<C, ProblemInstance>;

/** A theorem about signal-plus-noise data or the network trained on them. */
export type NetworkTheorem<C extends Claim = Claim> = Theorem<C, NetworkInstance>;

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
function useInWords({ variant, reason }: HypothesisUse): string | null {
  const needed = variant === null ? null : `needed: without it wrong on a stored instance (${variant})`;
  return [needed, reason].filter((words) => words !== null).join('; ') || null;
}

/** A hypothesis with its use in brackets. */
export function hypothesisInWords(use: HypothesisUse): string {
  const words = useInWords(use);
  return words === null ? use.hypothesis : `${use.hypothesis} [${words}]`;
}
