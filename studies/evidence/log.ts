import { existsSync, readFileSync } from 'node:fs';
import { LogError } from '../../src/jobs/checked-lines.js';
import { continueLog, type GrowingLog, type LogFormat, parseLog, startLog } from '../../src/jobs/log.js';
import { sideOfGrowth } from '../../src/theory/operator/exact-stability.js';
import type { CellRecord, RunRecord } from './assess-cell.js';
import { REAL_RUNS } from './design.js';
import type { DriftCellRecord, DriftRunRecord } from './drift.js';
import type { AssessedCell } from './judge.js';

/** A cell at a minimum with gradients, and its runs. */
export interface AssessedDriftCell {
  readonly cell: DriftCellRecord;
  readonly runs: readonly DriftRunRecord[];
}

/** All cells of a log by kind. */
export interface Evidence {
  readonly fitted: readonly AssessedCell[];
  readonly drifting: readonly AssessedDriftCell[];
}

export function sortedRecords(cells: readonly LoggedCell[]): Evidence {
  const fitted: AssessedCell[] = [];
  const drifting: AssessedDriftCell[] = [];
  for (const { cell, runs } of cells) {
    if (cell.kind === 'cell') fitted.push({ cell, runs: runs as readonly RunRecord[] });
    else drifting.push({ cell, runs: runs as readonly DriftRunRecord[] });
  }
  return { fitted, drifting };
}

/** Number of real runs. */
export function runCount(cells: readonly { readonly runs: readonly unknown[] }[]): number {
  return cells.reduce((sum, { runs }) => sum + runs.length, 0);
}

/** Side of the second moment that the exact operator says. */
export function exactSide({ logGrowth }: CellRecord): 'diverges' | 'stable' {
  return sideOfGrowth(logGrowth);
}

/** Cells where sampled steps of the real model prove the side that the exact operator denies. */
export function contradictions({ fitted }: Evidence): CellRecord[] {
  return fitted
    .map(({ cell }) => cell)
    .filter((cell) => cell.certificate.side !== 'inconclusive' && cell.certificate.side !== exactSide(cell));
}

/** A cell with its prediction, and its real runs: a line of the log. */
export interface LoggedCell<Cell = CellRecord | DriftCellRecord, Run = RunRecord | DriftRunRecord> {
  readonly cell: Cell;
  readonly runs: readonly Run[];
}

/** First line of a log: what finds the same cells. */
export interface EvidenceHeader {
  readonly study: 'evidence';
  readonly seed: number;
}

export function evidenceHeader(seed: number): EvidenceHeader {
  return { study: 'evidence', seed };
}

/** The log of a collection, one line a cell with its runs. */
export const EVIDENCE_LOG: LogFormat<EvidenceHeader, LoggedCell> = {
  noun: 'log of evidence',
  header(value, place) {
    const { study, seed } = Object(value) as Partial<EvidenceHeader>;
    if (study === 'evidence' && Number.isSafeInteger(seed)) return evidenceHeader(seed!);
    throw new LogError(`${place} must be {study: "evidence", seed}; got ${JSON.stringify(value)}`);
  },
  entry(value, place) {
    const { cell, runs } = Object(value) as Partial<LoggedCell>;
    if (cell && runs?.length === (cell.full ? REAL_RUNS.full : REAL_RUNS.batches)) return { cell, runs };
    throw new LogError(`${place} must be a cell with all its runs; got ${runs?.length ?? 'no'} runs`);
  },
};

/** Takes up the log of a collection with this seed; starts it if there is none, or one with another seed. */
export function continuedOrNewLog(
  path: string,
  seed: number,
): { readonly entries: readonly LoggedCell[]; readonly log: GrowingLog<LoggedCell> } {
  if (existsSync(path)) {
    const saved = parseLog(readFileSync(path, 'utf8'), path, EVIDENCE_LOG);
    if (saved.header.seed === seed) return { entries: saved.entries, log: continueLog(path, saved) };
  }
  return { entries: [], log: startLog(path, evidenceHeader(seed)) };
}
