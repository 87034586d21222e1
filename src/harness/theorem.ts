import type { Arbitrary } from 'fast-check';
import type { GradientBackend } from '../network/gradient-backend.js';
import type { ReducedProblem } from '../theory/problem.js';
import type { UnlearningImplementation } from '../unlearning/process.js';
import type { Examination, ExaminedProblem, PredictedSide } from './examination.js';
import type { Instance, NetworkInstance, ProblemInstance } from './instance.js';

/** A statement that can be put to the test: data and formulas, without the means to check them. */
export interface Claim {
  /** Name of its kind, which says how it is examined (kinds.ts). */
  readonly kind: string;
  /** How it is examined, for a claim of a kind that kinds.ts does not list. */
  readonly examinedAs?: ClaimKind;
}

/** A wrong variant of a theorem, as a plausible mistake would produce it; `verify` must refute it. */
export interface Mutant<C extends Claim = Claim> {
  /** The theorem's id and a number: U3-2. */
  readonly id: string;
  /** What is wrong, in a line. */
  readonly description: string;
  readonly claim: C;
  /** True if already the quick budget must refute it. */
  readonly quick: boolean;
  /** Of a variant that leaves a hypothesis out: which, and instances outside it, where the search for a witness looks. */
  readonly drops?: DroppedHypothesis;
}

/** A hypothesis, word for word, and instances outside it. */
interface DroppedHypothesis {
  readonly hypothesis: string;
  readonly outside: Arbitrary<Instance>;
}

/** Settings of an examination; with claim and instance they determine its result. */
export interface ExaminationSettings {
  /** Wrong variants that are tried on the same certificates. */
  readonly mutants: readonly Mutant[];
  readonly implementation: UnlearningImplementation;
  /** Second implementation of the network's gradients; null leaves it out. */
  readonly backend?: GradientBackend | null;
  /** Words of the random stream; the instance itself is added. */
  readonly seed: number;
  readonly theoremId: string;
  readonly errorProbability: number;
  readonly maxSamples: number;
  readonly maxSamplesUndecided: number;
}

/** Above the critical step: divergence; below it: stability; or both. */
export type Assertion = 'divergence' | 'stability' | 'both';

/** The sides that a claim takes at the step sizes of one problem. */
interface TakenSides {
  /** The critical step size; 0: at every step size; null: it says nothing at any. */
  readonly criticalStep: number | null;
  /** Of a claim about the mixing: the alpha above which it asserts divergence at every step size; null as above. */
  readonly criticalMixing?: number | null;
  readonly side: (eta: number) => PredictedSide;
}

/**
 * A kind of claim: how claims C of it are examined on instances I, and how that is said. A kind is one file, with
 * the type of its claims beside it, which is all that theorems import of it.
 */
export interface ClaimKind<C extends Claim = Claim, I extends Instance = Instance> {
  readonly name: C['kind'];
  /** What its instances are of. */
  readonly about: 'problem' | 'network';
  readonly wording: KindWording;
  /** Puts one instance to the test. Deterministic in its arguments. */
  examine(claim: C, instance: I, settings: ExaminationSettings): Examination;
  /** Certificates that one examined instance may issue at most, with so many wrong variants. */
  certificates(variants: number): number;
  /** True if the hypotheses hold for a problem; default: always. */
  applies?(claim: C, problem: ReducedProblem): boolean;
  /**
   * How far a claim is from being wrong on a problem, relatively and by exact computation; negative: wrong. null
   * where it states nothing that could be compared; absent for kinds that are sampled only.
   */
  margin?(claim: C, problem: ExaminedProblem, companion: ExaminedProblem | null): number | null;
  /** Of kinds that take a side at the step sizes of a problem. */
  readonly sides?: SideTaking<C>;
  /** What its instances must have beside the problem. */
  readonly needs?: 'companion' | 'escape' | 'run';
  /** Names of the experiments that instances about networks may have. */
  readonly experiments?: readonly string[];
  /** True if gradients by automatic differentiation take part. */
  readonly usesBackend?: boolean;
}

/** Words of reports about a kind of claim. */
interface KindWording {
  /** How claims that assert this (null: no side) are put to the test, in a line. */
  testedAs(asserts: Assertion | null): string;
  /** What its margin measures: "Margin: relative distance .."; default: some relative distance. */
  readonly margin?: string;
}

/** Margins within this are 0: thresholds are computed to about 1e-10. */
export const MARGIN_ROUNDING = 1e-8;

/** How claims of a kind take sides. */
interface SideTaking<C extends Claim> {
  /** What a claim asserts about its threshold; null if it has none of its own. */
  asserts(claim: C): Assertion | null;
  /** Whether its threshold is a step size or a mixing weight. */
  axis(claim: C): 'eta' | 'alpha';
  /** The sides it takes on a problem to which it applies. */
  taken(claim: C, problem: ReducedProblem): TakenSides;
}

/** Ids of the wrong variants of a claim, those of its own kind, that are refuted. */
export function refutedVariants<C extends Claim>(
  mutants: readonly Mutant[],
  claim: C,
  isRefuted: (wrong: C) => boolean,
): string[] {
  return variantsOf(mutants, claim).flatMap((variant) => (isRefuted(variant.claim) ? [variant.id] : []));
}

/** The wrong variants that are of the kind of a claim. */
export function variantsOf<C extends Claim>(
  mutants: readonly Mutant[],
  { kind }: C,
): { readonly id: string; readonly claim: C }[] {
  return mutants.filter(({ claim }) => claim.kind === kind) as { id: string; claim: C }[] & Mutant[];
}

/** Statement of a theorem, with its source. */
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

/** Classes that a run of at least the standard budget must have drawn of a theorem; every one that it does not leave out has a floor. */
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
