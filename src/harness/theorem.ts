import type { Arbitrary } from 'fast-check';
import type { ProblemSpec, ReducedProblem } from '../theory/problem.js';
import type { NetworkClaim, NetworkInstance } from './network-instance.js';

/** What a theorem says of a minimum: escape, no escape, or nothing. */
export type PredictedSide = 'diverges' | 'stable' | 'undecided';

/** A statement about the side at each step size, by way of a critical step size of its own. */
export interface SideClaim {
  readonly kind: 'side';
  /** Above the critical step: divergence; below it: stability; or both. */
  readonly asserts: 'divergence' | 'stability' | 'both';
  /** True if the hypotheses hold for this problem. */
  applies(problem: ReducedProblem): boolean;
  /** The critical step size; 0: at every step size; null: the theorem says nothing at any. */
  criticalStep(problem: ReducedProblem): number | null;
  /** For a claim about the mixing: the alpha above which it asserts divergence at every step size; null as above. */
  criticalMixing?(problem: ReducedProblem): number | null;
}

/** rho(T) of the lesser problem is at most rho(T) of the other one, at every step size. */
export interface OrderClaim {
  readonly kind: 'order';
  /** Which of an instance's two problems has the smaller radius. */
  readonly lesser: 'companion' | 'problem';
  /** In an analysis of one problem there is no companion. */
  applies(problem: ReducedProblem, companion?: ReducedProblem): boolean;
}

/** Inequalities between computed quantities of one problem. */
export interface InequalityClaim {
  readonly kind: 'inequality';
  applies(problem: ReducedProblem): boolean;
  relations(problem: ReducedProblem): readonly Relation[];
}

export interface Relation {
  readonly name: string;
  readonly lesser: number;
  readonly greater: number;
}

/** An upper bound on the growth 2 gamma of typical runs by the growth log rho(T) of the second moment. */
export interface TypicalClaim {
  readonly kind: 'typical';
  applies(problem: ReducedProblem): boolean;
  /** Upper bound on 2 gamma, given log rho(T). */
  bound(logGrowth: number): number;
}

/** The first step at which a full-batch run has grown by a factor along one direction. */
export interface EscapeClaim {
  readonly kind: 'escape-time';
  applies(problem: ReducedProblem): boolean;
  /** Unit direction v (length r) and the number of steps, real-valued before rounding up. */
  escape(problem: ReducedProblem, eta: number, factor: number): { direction: Float64Array; steps: number };
}

/** A statement about the linear dynamics of a problem. */
export type ProblemClaim = SideClaim | OrderClaim | InequalityClaim | TypicalClaim | EscapeClaim;

export type Claim = ProblemClaim | NetworkClaim;

/** A wrong variant of a theorem, as a plausible mistake would produce it; `verify` must refute it. */
export interface Mutant {
  /** The theorem's id and a number: U3-2. */
  readonly id: string;
  /** What is wrong, in a line. */
  readonly description: string;
  readonly claim: Claim;
  /** True if already the quick budget must refute it. */
  readonly quick: boolean;
}

/** How the step size of an instance is chosen: a ratio to a threshold, or a number. */
export type StepChoice =
  | { readonly reference: 'predicted' | 'exact' | 'companion'; readonly ratio: number }
  | { readonly reference: 'absolute'; readonly eta: number };

/** One drawn test case of a theorem about the linear dynamics. */
export interface ProblemInstance {
  readonly problem: ProblemSpec;
  readonly step: StepChoice;
  /** The problem that an order claim compares with. */
  readonly companion?: ProblemSpec;
  /** Factor of growth and start displacement (reduced coordinates, repeated cyclically) of an escape claim. */
  readonly escape?: { readonly factor: number; readonly start: readonly number[] };
}

export type Instance = ProblemInstance | NetworkInstance;

/** A theorem as the suite holds it: what it says, where it comes from, and how it is put to the test. */
interface Tested<C extends Claim, I extends Instance> {
  readonly id: string;
  readonly name: string;
  readonly statement: string;
  /** The statement in LaTeX, as reports typeset it. */
  readonly formula: string;
  readonly hypotheses: readonly string[];
  readonly source: string;
  /** Why it holds, in a line or two. */
  readonly proof: string;
  readonly claim: C;
  readonly mutants: readonly Mutant[];
  /** Instances on which wrong variants fail; every run starts with them. */
  readonly witnesses: readonly I[];
  readonly instances: Arbitrary<I>;
  /** What `instances` draws, in plain words. */
  readonly drawing: string;
}

/** A theorem about the linear dynamics. */
export type ProblemTheorem = Tested<ProblemClaim, ProblemInstance>;

/** A theorem about signal-plus-noise data or the network trained on them. */
export type NetworkTheorem = Tested<NetworkClaim, NetworkInstance>;

export type Theorem = ProblemTheorem | NetworkTheorem;

export function isProblemClaim(claim: Claim): claim is ProblemClaim {
  return ['side', 'order', 'inequality', 'typical', 'escape-time'].includes(claim.kind);
}

export function isProblemTheorem(theorem: Theorem): theorem is ProblemTheorem {
  return isProblemClaim(theorem.claim);
}

/** The draw of a theorem of either kind. */
export function instancesOf({ instances }: Theorem): Arbitrary<Instance> {
  return instances;
}

/** True if one of the theorems is compared with gradients by automatic differentiation. */
export function usesBackend(theorems: readonly Theorem[]): boolean {
  return theorems.some(({ claim }) => claim.kind === 'gram');
}

/** The side a claim asserts at step size eta; strict on both sides of the critical step. */
export function predictedSide(claim: SideClaim, critical: number | null, eta: number): PredictedSide {
  if (critical === null) return 'undecided';
  if (claim.asserts !== 'stability' && eta > critical) return 'diverges';
  if (claim.asserts !== 'divergence' && eta < critical) return 'stable';
  return 'undecided';
}
