import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { BACKEND, instanceDigests, type ReferenceSample } from '../../studies/reference/sample.js';
import { type CodeUnderTest, runInstances } from '../../src/harness/run-instances.js';
import { summariseTheorem } from '../../src/harness/summary.js';
import { loadBackend } from '../../src/network/tfjs-backend.js';
import type { AgreementReport } from '../../src/report/agreement.js';
import type { FrontierDocument } from '../../src/frontier/frontier-document.js';
import { requestedMap } from '../../src/frontier/maps.js';
import { frontierPicture } from '../../src/report/frontier-picture.js';
import { unlearning } from '../../src/unlearning/process.js';
import { theorems } from '../../theorems/index.js';
import { U3 } from '../../theorems/U3.js';
import { withScaledThreshold } from '../cli/sabotage.js';
import { computedMap } from '../frontier/computed-map.js';
import { root } from '../docs/shown-output.js';
import { flippedAscent } from '../sabotage/faults.js';

const reportIn = (folder: string): AgreementReport =>
  JSON.parse(readFileSync(join(folder, 'agreement.json'), 'utf8')) as AgreementReport;

/** Of so many theorems one is verified anew in whole, in the order of the register; of the others a few instances. */
const EVERY = 6;

const inJson = (value: object): object => JSON.parse(JSON.stringify(value)) as object;

describe('the sample of instances of the committed report', () => {
  const report = reportIn(`${root}reports/reference`);
  const sample = JSON.parse(readFileSync(`${root}reports/reference/sample.json`, 'utf8')) as ReferenceSample;
  let code: CodeUnderTest;
  beforeAll(async () => {
    code = { implementation: unlearning, backend: await loadBackend(BACKEND) };
  });

  test.each(theorems.map((theorem) => [theorem.id, theorem] as const))('of %s comes out the same', (id, theorem) => {
    expect(instanceDigests(theorem, report, code)).toEqual(sample.theorems[id]);
  });

  const whole = theorems.filter((_, k) => k % EVERY === 0);
  test.each(whole.map((theorem) => [theorem.id, theorem] as const))(
    'every number of %s comes out again from all of its instances',
    { timeout: 300_000 },
    (id, theorem) => {
      const { seed, budget, errorBudget } = report;
      const settings = { seed, budget, perVerdict: errorBudget.perVerdict };
      const examinations = runInstances(theorem, settings, code, 0, budget.instances);
      const recorded = report.theorems.find((one) => one.id === id);
      const summary = summariseTheorem(theorem, examinations, null);
      expect({ ...inJson(summary), boundary: null }).toEqual({ ...recorded, boundary: null });
    },
  );

  test.each(['U3', 'U11'])('is stale for %s if the step or the draw is another', (id) => {
    const theorem = theorems.find((candidate) => candidate.id === id)!;
    const other = instanceDigests(theorem, report, { ...code, implementation: flippedAscent });
    expect(other).not.toEqual(sample.theorems[id]);
    const drawn = instanceDigests(theorem, { ...report, seed: report.seed + 1 }, code);
    expect(drawn).not.toEqual(sample.theorems[id]);
  });

  test('is stale if a threshold is a millionth higher', () => {
    const higher = instanceDigests(withScaledThreshold(U3, 1 + 1e-6), report, code);
    expect(higher).not.toEqual(sample.theorems.U3);
  });
});

describe('the committed map and pictures', () => {
  test('that of networks has the cells of today, in one picked from the middle', () => {
    const document = JSON.parse(
      readFileSync(`${root}reports/reference/snr-samples.json`, 'utf8'),
    ) as FrontierDocument;
    const map = requestedMap(document.request, { theorems, implementation: unlearning });
    const { frame } = map;
    const [column, row] = [frame.x, frame.y].map(({ values }) => Math.floor(values.length / 2)) as [number, number];
    const recorded = document.cells.find(
      ({ x, y }) => x === frame.x.values[column] && y === frame.y.values[row],
    );
    expect(inJson(map.cell(column, row))).toEqual({ ...recorded, x: undefined, y: undefined });
  });

  const pictured = [
    { map: 'three-axes', seed: 1, grid: null, simulate: false, settings: {} },
    { map: 'step-mixing', seed: 1, grid: { columns: 18, rows: 14 }, simulate: false, settings: {} },
  ];
  test.each(pictured)('the picture of $map in docs/frontier.md is that of today, and one cell off is not', async (request) => {
    const { document } = await computedMap(request);
    const committed = readFileSync(`${root}docs/${request.map}.svg`, 'utf8');
    expect(frontierPicture(document)).toBe(committed);
    const { field } = document.map.colour;
    const [first, ...others] = document.cells.toReversed();
    const turned = { ...first!, fields: { ...first!.fields, [field]: -first!.fields[field]! } };
    const other = { ...document, cells: [...others.toReversed(), turned] };
    expect(frontierPicture(other)).not.toBe(committed);
  });
});
