import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evidenceMarkdown } from '../../studies/evidence/document.js';
import { cellError, judged, judgedSwapped, type AssessedCell } from '../../studies/evidence/judge.js';
import { cellLines, contradictions, parseLog, runCount, sortedRecords } from '../../studies/evidence/log.js';
import { plannedWork, runsOf } from '../../studies/evidence/study.js';
import { pooledDeviation } from '../../studies/evidence/cell-tables.js';
import { parseDigits } from '../../studies/shared/digit-images.js';
import { theorems } from '../../theorems/index.js';
import { root } from '../docs/shown-output.js';

const SEED = 1;
const text = readFileSync(`${root}studies/evidence/runs.jsonl`, 'utf8');
const log = parseLog(text, runsOf);
const evidence = sortedRecords([...log.values()]);
const planned = plannedWork(
  parseDigits(readFileSync(`${root}studies/data/digits.csv`, 'utf8')),
  theorems,
  SEED,
);

/** Cells that take a moment each: of every model, with full and with drawn batches, and with hard labels. */
const RECOMPUTED = [
  'digits-logistic class 8, alpha 2 alpha*, batches 120/30, eta 1 1/lambda_1(K)',
  'digits-logistic random, alpha 0.5 alpha*, batches 8/4, eta 1.5 eta*',
  'digits-network class 5, alpha 0.3, batches 32/8, eta 1 1/lambda_1(K)',
  'iris-logistic random, alpha 2 alpha*, batches 8/4, eta 1 1/lambda_1(K)',
  'iris-logistic, hard labels random, alpha 2 alpha*, batches 120/30, eta 0.25 1/lambda_1(K)',
];

describe('the committed log', () => {
  it('holds every cell of the grid, and more than 200 real runs', () => {
    expect([...log.keys()]).toEqual(planned.map(({ key }) => key));
    expect(runCount(evidence.fitted)).toBeGreaterThan(200);
  });

  it.each(RECOMPUTED)('has the bytes that come out again: %s', (key) => {
    const work = planned.find((cell) => cell.key === key)!;
    expect(cellLines(work.assess())).toBe(cellLines(log.get(key)!));
  });

  it('is what docs/evidence.md is made of', () => {
    const markdown = evidenceMarkdown(evidence, { seed: SEED, planned: planned.length });
    expect(readFileSync(`${root}docs/evidence.md`, 'utf8')).toBe(markdown);
  });

  it('holds no certificate against the exact operator, and one put in is found', () => {
    expect(contradictions(evidence)).toEqual([]);
    const [first, ...others] = evidence.fitted;
    const { cell } = first!;
    const side = cell.logGrowth > 0 ? ('stable' as const) : ('diverges' as const);
    const turned = { ...first!, cell: { ...cell, certificate: { side, samples: 1 } } };
    expect(contradictions({ ...evidence, fitted: [turned, ...others] })).toEqual([turned.cell]);
  });
});

describe('the judgement of a cell', () => {
  const error = cellError(evidence.fitted);
  const agreeing = evidence.fitted.filter((assessed) => judged(assessed, error).agrees);
  const escaping = (full: boolean): AssessedCell[] =>
    agreeing.filter(({ cell, runs }) => cell.full === full && runs.every((run) => run.escapeStep !== null));

  it('is a disagreement where full batches escape two steps later than predicted', () => {
    for (const { cell, runs } of escaping(true)) {
      const late = runs.map((run) => ({ ...run, escapeStep: run.predicted!.escapeStep! + 2 }));
      expect(judged({ cell, runs: late }, error).agrees).toBe(false);
    }
  });

  it('over all drawn batches shows growths that are a tenth larger, and none that are as predicted', () => {
    const faster = evidence.fitted.map(({ cell, runs }) => ({
      cell,
      runs: runs.map((run) => ({ ...run, growth: 1.1 * run.growth })),
    }));
    expect(Math.abs(pooledDeviation(evidence.fitted))).toBeLessThan(4);
    expect(pooledDeviation(faster)).toBeGreaterThan(4);
  });

  it('is a disagreement in most cells with drawn batches that grow at three times the rate', () => {
    const cells = escaping(false);
    const refuted = cells.filter(({ cell, runs }) => {
      const faster = runs.map((run) => ({ ...run, growth: 3 * run.growth }));
      return !judged({ cell, runs: faster }, error).agrees;
    });
    expect(cells.length).toBeGreaterThan(20);
    expect(refuted.length / cells.length).toBeGreaterThan(0.8);
  });

  it('tells alpha from 1 - alpha', () => {
    const fooled = evidence.fitted.filter((assessed) => judgedSwapped(assessed, error).agrees);
    expect(fooled.length / evidence.fitted.length).toBeLessThan(0.2);
  });
});

describe('a log that was cut off', () => {
  it('loses the cell that was not finished and nothing else', () => {
    const cut = parseLog(text.slice(0, text.trimEnd().lastIndexOf('\n') + 20), runsOf);
    expect([...cut.keys()]).toEqual([...log.keys()].slice(0, -1));
  });
});
