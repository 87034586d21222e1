import type { UnlearningImplementation } from '../../src/unlearning/process.js';
import { checks, type Check } from './checks.js';
import { faults, type Fault } from './faults.js';
import { firstContradiction, verified, type Contradiction } from './verify-check.js';

/** A check that caught a fault, with the first thing it found. */
export interface Catch {
  readonly check: Check;
  readonly complaint: string;
}

/** What every check, and `verify`, make of one implementation. */
export interface Findings {
  readonly catches: readonly Catch[];
  readonly contradictions: readonly Contradiction[];
}

/** A row of the matrix faults x checks. */
export interface FaultRow extends Findings {
  readonly fault: Fault;
}

export function findings(implementation: UnlearningImplementation): Findings {
  return {
    catches: checks.flatMap((check) =>
      check
        .complaints(implementation)
        .slice(0, 1)
        .map((complaint) => ({ check, complaint })),
    ),
    contradictions: verified.flatMap((theorem) => firstContradiction(theorem, implementation) ?? []),
  };
}

const known = new Map<Fault, FaultRow>();

/** The row of a fault, computed once. */
export function rowOf(fault: Fault): FaultRow {
  const row = known.get(fault) ?? { fault, ...findings(fault.implementation) };
  known.set(fault, row);
  return row;
}

/** The matrix faults x checks. */
export function sabotageMatrix(): FaultRow[] {
  return faults.map(rowOf);
}
