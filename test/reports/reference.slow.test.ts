import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BACKEND, resultsOf } from '../../studies/reference/sample.js';
import type { AgreementReport } from '../../src/report/agreement.js';
import { temporaryFolder } from '../cli/captured-context.js';
import { spawnProgram } from '../cli/spawned-program.js';
import { root } from '../docs/shown-output.js';

const reportIn = (folder: string): AgreementReport =>
  JSON.parse(readFileSync(join(folder, 'agreement.json'), 'utf8')) as AgreementReport;

test('the committed reference report comes out again, every number of it', { timeout: 900_000 }, async () => {
  const recorded = reportIn(`${root}reports/reference`);
  const out = temporaryFolder();
  const seed = String(recorded.seed);
  const { code } = await spawnProgram(['verify', '--budget', 'standard', '--seed', seed, '--backend', BACKEND, '--out', out]);
  expect(code).toBe(0);
  expect(resultsOf(reportIn(out))).toEqual(resultsOf(recorded));
});
