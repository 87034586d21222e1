import type { Arbitrary } from 'fast-check';
import type { GradientBackend } from '../network/gradient-backend.js';
import type { ReducedProblem } from '../theory/problem.js';
import type { UnlearningImplementation } from '../unlearning/process.js';
import type { Examination, ExaminedProblem, PredictedSide } from './examination.js';
import type { Instance } from './instance.js';

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

/** What reports say of a kind of claim. */
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
