import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeAnalysis } from '../../src/cli/analyze.js';
import { holdingPage, leavingPage } from '../report/sample-analysis.js';
import { temporaryFolder } from './captured-context.js';

test('writeAnalysis writes data, page and picture, and leaves no picture of an earlier analysis', async () => {
  const folder = temporaryFolder();
  const names = ['analysis.json', 'analysis.html', 'forget-samples.svg', 'forget-samples.png'];
  const paths = await writeAnalysis(leavingPage(), folder);
  expect(paths).toEqual(names.map((name) => join(folder, name)));
  expect(readdirSync(folder).sort()).toEqual([...names].sort());
  expect(JSON.parse(readFileSync(paths[0]!, 'utf8'))).toEqual(leavingPage().analysis);
  expect(readFileSync(paths[2]!, 'utf8')).toMatch(/^<svg /);

  expect(await writeAnalysis(holdingPage(), folder)).toEqual(paths.slice(0, 2));
  expect(paths.map((path) => existsSync(path))).toEqual([true, true, false, false]);
  expect(JSON.parse(readFileSync(paths[0]!, 'utf8'))).toEqual(holdingPage().analysis);
});
