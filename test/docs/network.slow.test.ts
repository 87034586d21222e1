import { expect, test } from 'vitest';
import { INTERPOLATING, NOT_INTERPOLATING, runSetting } from '../../studies/network-settings/setting.js';
import { deletionTable, driftTable, escapeTable } from '../../studies/network-settings/study.js';
import { capture } from '../cli/captured-context.js';
import { expectShown } from './shown-output.js';

test('the network in the docs is what the command prints', async () => {
  const words =
    'network --backend wasm --samples 24 --forget-count 6 --dimension 60 --batch-retain 6 --batch-forget 2';
  const { code, stdout } = await capture(words.split(' '));
  expect(code).toBe(0);
  expectShown('docs/network.md', 'network', stdout);
});

test('the tables of escape and deletion in the docs are what the example prints', () => {
  const results = INTERPOLATING.map(runSetting);
  for (const { name, run } of results) expect(run.escapeStep, name).toBe(run.predictedEscapeStep);
  expectShown('docs/network.md', 'network-escape', escapeTable(results));
  expectShown('docs/network.md', 'network-deletion', deletionTable(results));
});

test('the table of minima that do not interpolate in the docs is what the example prints', () => {
  expectShown('docs/network.md', 'network-drift', driftTable(NOT_INTERPOLATING.map(runSetting)));
});
