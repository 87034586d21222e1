import { exactStability } from '../theory/operator/exact-stability.js';
import type { ReducedProblem } from '../theory/problem.js';
import type { Budget } from './budget.js';
import { PROBLEMS, SHARED, sharedOverlaps, sharedProblems } from './shared-axes.js';
import { isSideClaim, type SideClaim } from './side-claim.js';
import type { Theorem } from './theorem.js';

/** The two ends of all problems with the same axes, by critical steps. */
export interface SharedEnds {
  /** Stable below it. */
  readonly stable: (problem: ReducedProblem) => number | null;
  /** Diverges above it. */
  readonly diverges: (problem: ReducedProblem) => number | null;
}

/** Both ends of all problems with the same axes, and the exact critical steps of some of them; lambda_1(D) = 1. */
export interface SharedColumn {
  readonly q: number;
  readonly stable: number;
  readonly diverges: number;
  /** eta* of a problem that attains the lower end. */
  readonly witness: number;
  /** eta* of a problem that approaches the upper end as its samples grow in number. */
  readonly approaching: number;
  /** eta* of problems whose samples lie on common axes. */
  readonly planted: readonly number[];
  /** eta* of those in which random samples lie beside them. */
  readonly random: readonly number[];
}

/** Rounding of a critical step beside an end that it attains. */
export const END_ROUNDING = 1e-9;

/** Both ends beside the critical steps of the first `count` problems of a column. @throws Error if an end says nothing of them. */
export function sharedColumn(
  q: number,
  { stable, diverges }: SharedEnds,
  count: number,
  words: readonly (string | number)[],
): SharedColumn {
  const problems = sharedProblems(q, count, words);
  const [first] = problems as [ReducedProblem];
  const ends = { stable: stable(first), diverges: diverges(first) };
  if (ends.stable === null || ends.diverges === null)
    throw new Error(`at overlap ${q} an end says nothing: ${JSON.stringify(ends)}`);
  const [lower, upper, ...steps] = problems.map((problem) => exactStability(problem).criticalStep().value);
  return {
    q,
    stable: ends.stable,
    diverges: ends.diverges,
    witness: lower!,
    approaching: upper!,
    planted: steps.filter((_, k) => k % 2 === 0),
    random: steps.filter((_, k) => k % 2 === 1),
  };
}

/** Critical steps of problems that share their axes, between the two sharp ends of a run. */
export interface SharedAxes {
  /** What the problems share besides the overlap q of their column: lambda_1(D) = 1, and this. */
  readonly setting: typeof SHARED;
  /** Ids of the theorems whose critical steps the ends are. */
  readonly stable: string;
  readonly diverges: string;
  readonly columns: readonly SharedColumn[];
}

/** Instances of a budget for each problem of a column: quick has 200 problems, standard a thousand. */
const INSTANCES_PER_PROBLEM = 8;

/** Problems of every column at a budget: both ends and a planted one at least. */
export function problemsOfColumn({ instances }: Budget): number {
  return Math.min(PROBLEMS, Math.max(3, Math.ceil(instances / INSTANCES_PER_PROBLEM)));
}

/**
 * The two sharp ends beside the exact critical steps of problems between them; null unless both are among the theorems.
 *
 * @throws Error if the critical step of an end is not known.
 */
export function sharedAxes(theorems: readonly Theorem[], seed: number, budget: Budget): SharedAxes | null {
  const [stable, diverges] = [sharpEnd(theorems, 'stability'), sharpEnd(theorems, 'divergence')];
  if (!stable || !diverges) return null;
  const count = problemsOfColumn(budget);
  const ends: SharedEnds = {
    stable: (problem) => stable.claim.criticalStep(problem),
    diverges: (problem) => diverges.claim.criticalStep(problem),
  };
  const columns = sharedOverlaps().map((q, k) => sharedColumn(q, ends, count, [seed, k]));
  return { setting: SHARED, stable: stable.id, diverges: diverges.id, columns };
}

/** True if both sharp ends are among the theorems. */
export function hasSharpEnds(theorems: readonly Theorem[]): boolean {
  return Boolean(sharpEnd(theorems, 'stability') && sharpEnd(theorems, 'divergence'));
}

function sharpEnd(theorems: readonly Theorem[], asserts: SideClaim['asserts']) {
  const found = theorems.find(
    ({ sharpEnd, claim }) => sharpEnd === true && isSideClaim(claim) && claim.asserts === asserts,
  );
  return found && { id: found.id, claim: found.claim as SideClaim };
}

/** Problems on the wrong side of an end, in words: the theorem whose end it is is contradicted. */
export function beyondEnds({ stable, diverges, columns }: SharedAxes): string[] {
  const all = columns.flatMap((column) => stepsOf(column).map((etaStar) => ({ ...column, etaStar })));
  const below = all.filter(({ etaStar, stable }) => !(etaStar >= stable * (1 - END_ROUNDING)));
  const above = all.filter(({ etaStar, diverges }) => !(etaStar <= diverges * (1 + END_ROUNDING)));
  return [
    ...faultOf(stable, 'below', below, ({ stable }) => stable),
    ...faultOf(diverges, 'above', above, ({ diverges }) => diverges),
  ];
}

type Beyond = SharedColumn & { readonly etaStar: number };

function faultOf(
  id: string,
  where: string,
  beyond: readonly Beyond[],
  end: (of: Beyond) => number,
): string[] {
  const [first] = beyond;
  if (!first) return [];
  return [
    `${id}: eta* of ${beyond.length} problem(s) with the same axes lies ${where} its end, such as ${first.etaStar} at q = ${first.q}, where the end is ${end(first)}`,
  ];
}

/** Witnesses that do not lie on the lower end, in words. */
export function offLowerEnd({ stable: id, columns }: SharedAxes): string[] {
  const off = columns.filter(({ witness, stable }) => !(Math.abs(witness - stable) <= END_ROUNDING * stable));
  const [first] = off;
  if (!first) return [];
  return [
    `${id}: the witness of ${off.length} overlap(s) does not attain its end, such as eta* ${first.witness} at q = ${first.q}, where the end is ${first.stable}`,
  ];
}

/** eta* of all problems of a column. */
export function stepsOf({ witness, approaching, planted, random }: SharedColumn): number[] {
  return [witness, approaching, ...planted, ...random];
}
