import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { digitsNetworkOptions } from '../../studies/digits-network/options.js';
import { runExample } from '../../studies/digits-network/run-example.js';
import { parseDigits } from '../../studies/shared/digit-images.js';
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

test('the digits table in the docs is what the example prints', () => {
  const script = `${root}dist/studies/digits/study.js`;
  const stdout = execFileSync(process.execPath, [script, '--quick'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expectShown('docs/digits.md', 'digits', stdout);
});

test('the network on digits in the docs is what the example prints', () => {
  const digits = parseDigits(readFileSync(`${root}studies/data/digits.csv`, 'utf8'));
  const options = digitsNetworkOptions(['--quick'])!;
  expectShown(
    'docs/digits.md',
    'digits-network',
    runExample(digits, options, () => undefined),
  );
});
