import type { ReducedProblem } from '../theory/problem.js';
import { isPlain } from '../theory/procedure.js';
import { blockModelClaims } from './block-model-claim.js';
import { clippedClaims, type ClippedClaim } from './clipped-claim.js';
import { escapeTimeClaims, type EscapeClaim } from './escape-time-claim.js';
import type { Examination } from './examination.js';
import { forecastClaims, type ForecastClaim } from './forecast-claim.js';
import { frequencyClaims } from './frequency-claim.js';
import { gramClaims } from './gram-claim.js';
import { inequalityClaims, type InequalityClaim } from './inequality-claim.js';
import type { Instance } from './instance.js';
import { locationClaims } from './location-claim.js';
import { networkEscapeClaims } from './network-escape-claim.js';
import { orderClaims, type OrderClaim } from './order-claim.js';
import { restClaims, type RestClaim } from './rest-claim.js';
import { sideClaims, type SideClaim } from './side-claim.js';
import type {
  Assertion,
  Claim,
  ClaimKind,
  Description,
  ExaminationSettings,
  ProblemTheorem,
  Theorem,
} from './theorem.js';
import { typicalClaims, type TypicalClaim } from './typical-claim.js';

/** The kinds of claims that theorems of this suite make: one file each, and one line here. */
const KINDS: readonly ClaimKind[] = [
  sideClaims,
  orderClaims,
  inequalityClaims,
  typicalClaims,
  escapeTimeClaims,
  clippedClaims,
  restClaims,
  forecastClaims,
  gramClaims,
  frequencyClaims,
  locationClaims,
  blockModelClaims,
  networkEscapeClaims,
];

/** The claims about the linear dynamics that theorems of this suite make. */
export type ProblemClaim =
  | SideClaim
  | OrderClaim
  | InequalityClaim
  | TypicalClaim
  | EscapeClaim
  | ClippedClaim
  | RestClaim
  | ForecastClaim;

/** A theorem about the linear dynamics of one of these kinds. */
export type LinearTheorem = ProblemTheorem<ProblemClaim>;

/**
 * The kind of a claim: the one it carries, or the one of that name.
 *
 * @throws TypeError if there is none.
 */
export function kindOf({ kind, examinedAs }: Claim): ClaimKind {
  const found = examinedAs ?? KINDS.find(({ name }) => name === kind);
  if (!found) {
    const names = KINDS.map(({ name }) => name).join(', ');
    throw new TypeError(`kind of a claim must be one of ${names}, or come with the claim; got ${kind}`);
  }
  return found;
}

/** True if the hypotheses of a claim hold for a problem. */
export function appliesTo(claim: Claim, problem: ReducedProblem): boolean {
  return kindOf(claim).applies?.(claim, problem) ?? true;
}

/** True if a theorem speaks of the procedure of a problem, and its hypotheses hold: one that names none is about the plain step. */
export function speaksOf({ claim, procedure }: Theorem, problem: ReducedProblem): boolean {
  return (procedure !== undefined || isPlain(problem)) && appliesTo(claim, problem);
}

/** The side that a claim asserts; null if it is about none. */
export function assertionOf(claim: Claim): Assertion | null {
  return kindOf(claim).sides?.asserts(claim) ?? null;
}

/** A kind of claim as reports know it: by name, or with its own words if it came with the claim. */
export interface WordedKind {
  /** What kind of statement it is, which says how it is tested. */
  readonly kind: string;
  /** The side that a statement about sides asserts, else null. */
  readonly asserts: Assertion | null;
  /** What is said of a kind that came with the claim. */
  readonly words?: KindWords;
}

/** The words of a kind for the claims that assert a side (null: none). */
export interface KindWords {
  /** How it is put to the test, in a line. */
  readonly testedAs: string;
  /** What its margin measures; null without words for it. */
  readonly margin: string | null;
}

/** The kind of a claim, for reports. */
export function wordedKind(claim: Claim): WordedKind {
  const asserts = assertionOf(claim);
  const { kind, examinedAs } = claim;
  return { kind, asserts, ...(examinedAs ? { words: wordsFor(examinedAs, asserts) } : {}) };
}

/** The words of a kind of claim. */
export function wordsOf({ kind, asserts, words }: WordedKind): KindWords {
  return words ?? wordsFor(kindOf({ kind }), asserts);
}

/** A report of `verify` in which each theorem has the words of its kind: what pages are made of. */
export function worded<Report extends { readonly theorems: readonly WordedKind[] }>(report: Report) {
  const theorems: readonly (Report['theorems'][number] & { readonly words: KindWords })[] =
    report.theorems.map((summary) => ({ ...summary, words: wordsOf(summary) }));
  return { ...report, theorems };
}

/** Theorems with the sides they assert. */
export function asserting(theorems: readonly Theorem[]): AssertingTheorem[] {
  return theorems.map((theorem) => ({ ...theorem, asserts: assertionOf(theorem.claim) }));
}

/** Statement of a theorem, with the side it asserts; null if it is about none. */
export interface AssertingTheorem extends Description {
  readonly asserts: Assertion | null;
}

function wordsFor({ wording }: ClaimKind, asserts: Assertion | null): KindWords {
  return { testedAs: wording.testedAs(asserts), margin: wording.margin ?? null };
}

/** Puts one instance of a claim to the test. Deterministic in its arguments. */
export function examine(claim: Claim, instance: Instance, settings: ExaminationSettings): Examination {
  const kind = kindOf(claim);
  if (('problem' in instance ? 'problem' : 'network') !== kind.about) {
    throw new Error(`a claim of kind ${claim.kind} has instances of another kind`);
  }
  return kind.examine(claim, instance, settings);
}

/** True if a theorem speaks of the linear dynamics of a problem. */
export function isProblemTheorem(theorem: Theorem): theorem is ProblemTheorem {
  return kindOf(theorem.claim).about === 'problem';
}

/** The experiments on data and networks that instances may have: those of the suite, and those of other theorems. */
export function experimentsOf(theorems: readonly Theorem[]): string[] {
  const kinds = [...KINDS, ...theorems.map(({ claim }) => kindOf(claim))];
  return [...new Set(kinds.flatMap(({ experiments = [] }) => experiments))];
}

/** True if one of the theorems is compared with gradients by automatic differentiation. */
export function usesBackend(theorems: readonly Theorem[]): boolean {
  return theorems.some(({ claim }) => kindOf(claim).usesBackend === true);
}
