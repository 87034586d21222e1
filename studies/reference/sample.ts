import { createHash } from 'node:crypto';
import { runInstances, type CodeUnderTest } from '../../src/harness/run-instances.js';
import type { Theorem } from '../../src/harness/theorem.js';
import type { AgreementReport } from '../../src/report/agreement.js';

/** Backend that gradients are compared with: the one that is everywhere the same. */
export const BACKEND = 'wasm';

/** Instances of a theorem that are examined again, evenly spread over its draw. */
const INSTANCES = 5;

/** Digests of what a few instances of every theorem of a report came to, and of the report itself. */
export interface ReferenceSample {
  /** Of the report without the machine and the time. */
  readonly report: string;
  /** By theorem, in the order of instance numbers. */
  readonly theorems: Readonly<Record<string, readonly string[]>>;
}

/** The parts of a report that are a function of seed, budget and program. */
export function resultsOf(report: AgreementReport): unknown {
  const { name, version } = report.tool;
  return { ...report, tool: { name, version }, timing: null, environment: null };
}

export function reportDigest(report: AgreementReport): string {
  return digest(resultsOf(report));
}

/** Examines a few instances of a theorem as the run of the report did. */
export function instanceDigests(theorem: Theorem, report: AgreementReport, code: CodeUnderTest): string[] {
  const { seed, budget, errorBudget } = report;
  const settings = { seed, budget, perVerdict: errorBudget.perVerdict };
  return Array.from({ length: INSTANCES }, (_, k) => {
    const index = Math.round((k * (budget.instances - 1)) / (INSTANCES - 1));
    return digest(runInstances(theorem, settings, code, index, index + 1));
  });
}

export function referenceSample(
  theorems: readonly Theorem[],
  report: AgreementReport,
  code: CodeUnderTest,
): ReferenceSample {
  return {
    report: reportDigest(report),
    theorems: Object.fromEntries(
      theorems.map((theorem) => [theorem.id, instanceDigests(theorem, report, code)]),
    ),
  };
}

/** Digits that count: processors and versions of Node differ in the last places. */
const DIGITS = 9;

function digest(value: unknown): string {
  const text = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'number' ? Number(part.toPrecision(DIGITS)) : part,
  );
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
