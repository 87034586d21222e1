import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { DriftCellRecord, DriftRunRecord } from '../../studies/evidence/drift.js';
import { cellTable, pooledDeviation } from '../../studies/evidence/cell-tables.js';
import { cellError, judged, judgedSwapped, type AssessedCell } from '../../studies/evidence/judge.js';
import { contradictions, sortedRecords } from '../../studies/evidence/log.js';
import { plannedWork } from '../../studies/evidence/study.js';
import { readDigits } from '../../studies/shared/checkout.js';
import { theorems } from '../../theorems/index.js';
import { root } from './shown-output.js';

const page = readFileSync(`${root}docs/evidence.md`, 'utf8');
const planned = plannedWork(readDigits(), theorems, 1);

/** Rows of a table of the page, behind its heading. */
function rowsOf(title: string): string[][] {
  const section = page.slice(page.indexOf(`\n## ${title}\n`)).split('\n## ')[1]!;
  const lines = section.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(2).map((line) => {
    const cells = line.slice(2, -2).split(' | ');
    return cells.map((cell) => cell.trim().replaceAll(String.raw`\*`, '*'));
  });
}

const rows = rowsOf('All cells');

/** Cells that take a moment each: those that escape, of the small models and of full batches. */
const recomputed = rows
  .filter(([key, ...columns]) => /^iris|^digits-network .*32\/8/.test(key!) && !columns[7]!.includes('-'))
  .map(([key]) => key!);

const assess = (key: string) => planned.find((work) => work.key === key)!.assess();
const fitted: readonly AssessedCell[] = sortedRecords(recomputed.map(assess)).fitted;

describe('docs/evidence.md', () => {
  it('has a row for every cell of the grid at minima that fit, and of more than 200 real runs', () => {
    const keys = planned.map(({ key }) => key).filter((key) => !key.includes('hard labels'));
    expect(rows.map(([key]) => key)).toEqual(keys);
    expect(Number(rowsOf('Prediction and real runs').at(-1)![2])).toBeGreaterThan(200);
  });

  it('has the rows that come out again, and no others', () => {
    expect(recomputed.length).toBeGreaterThan(40);
    // The p-value stands as it is; its level depends on how many cells there are, and decides none of them.
    expect(cellTable(fitted).rows).toEqual(rows.filter(([key]) => recomputed.includes(key!)));
    const [first, ...others] = fitted;
    const changed = { ...first!, cell: { ...first!.cell, logGrowth: 1.001 * first!.cell.logGrowth } };
    expect(cellTable([changed, ...others]).rows[0]).not.toEqual(
      rows.find(([key]) => key === first!.cell.cell),
    );
  });

  it('tells of no certificate against the exact operator and of no disagreement, and one put in is found', () => {
    const [, , , , , disagree, , otherSide, , , contradicted] = rowsOf('Prediction and real runs').at(-1)!;
    expect([disagree, otherSide, contradicted]).toEqual(['0', '0', '0']);
    expect(contradictions({ fitted, drifting: [] })).toEqual([]);
    const [first, ...others] = fitted;
    const { cell } = first!;
    const side = cell.logGrowth > 0 ? ('stable' as const) : ('diverges' as const);
    const turned = { ...first!, cell: { ...cell, certificate: { side, samples: 1 } } };
    expect(contradictions({ fitted: [turned, ...others], drifting: [] })).toEqual([turned.cell]);
  });
});

describe('a minimum with gradients', () => {
  it('is left with full batches at the steps of the closed form, not at those without drift', () => {
    const key = 'iris-logistic, hard labels random, alpha 2 alpha*, batches 120/30, eta 0.25 1/lambda_1(K)';
    const { cell, runs } = assess(key) as { cell: DriftCellRecord; runs: DriftRunRecord[] };
    for (const { crossings, predicted } of runs) {
      expect(crossings.slice(0, 2)).toEqual(predicted!.slice(0, 2));
      expect(crossings.slice(0, 2)).not.toEqual(cell.withoutDrift.slice(0, 2));
    }
  });
});

describe('the judgement of a cell', () => {
  const error = cellError(fitted);
  const ofKind = (full: boolean): AssessedCell[] => fitted.filter(({ cell }) => cell.full === full);

  it('is an agreement in every one of them', () => {
    expect(fitted.filter((assessed) => !judged(assessed, error).agrees)).toEqual([]);
  });

  it('is a disagreement where full batches escape two steps later than predicted', () => {
    expect(ofKind(true).length).toBeGreaterThan(20);
    for (const { cell, runs } of ofKind(true)) {
      const late = runs.map((run) => ({ ...run, escapeStep: run.predicted!.escapeStep! + 2 }));
      expect(judged({ cell, runs: late }, error).agrees).toBe(false);
    }
  });

  it('over all drawn batches shows growths that are a third larger, and none that are as predicted', () => {
    const faster = fitted.map(({ cell, runs }) => ({
      cell,
      runs: runs.map((run) => ({ ...run, growth: (4 / 3) * run.growth })),
    }));
    expect(Math.abs(pooledDeviation(fitted))).toBeLessThan(4);
    expect(pooledDeviation(faster)).toBeGreaterThan(4);
  });

  it('is a disagreement in most cells with drawn batches that grow at three times the rate', () => {
    const refuted = ofKind(false).filter(({ cell, runs }) => {
      const faster = runs.map((run) => ({ ...run, growth: 3 * run.growth }));
      return !judged({ cell, runs: faster }, error).agrees;
    });
    expect(ofKind(false).length).toBeGreaterThan(20);
    expect(refuted.length / ofKind(false).length).toBeGreaterThan(0.8);
  });

  it('tells alpha from 1 - alpha', () => {
    const fooled = fitted.filter((assessed) => judgedSwapped(assessed, error).agrees);
    expect(fooled.length / fitted.length).toBeLessThan(0.2);
  });
});
