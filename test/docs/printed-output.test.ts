import { test } from 'vitest';
import { capture, temporaryFolder } from '../cli/captured-context.js';
import { expectShown, root } from './shown-output.js';

test('the analysis in the README is what analyze prints', async () => {
  const { stdout } = await capture(['analyze', `${root}examples/problem.json`]);
  expectShown('README.md', 'analyze', stdout);
});

test('the map in the docs is what frontier prints', async () => {
  const out = temporaryFolder();
  const { stdout } = await capture(['frontier', 'step-coherence', '--grid', '16x12', '--text', '--out', out]);
  expectShown('docs/frontier.md', 'frontier', stdout.replaceAll(out, 'reports/frontier'));
});
