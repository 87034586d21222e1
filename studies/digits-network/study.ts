/**
 * A two-layer ReLU network on handwritten digits: forgetting random and mislabelled images.
 *
 *     npm run example:digits-network -- --quick
 *
 * Exit code 0, or 2 for wrong usage.
 */
import { readFileSync } from 'node:fs';
import { UsageError } from '../../src/cli/options.js';
import { parseDigits } from '../shared/digit-images.js';
import { digitsNetworkOptions, USAGE } from './options.js';
import { runExample } from './run-example.js';

// From dist/studies/digits-network/study.js, where this file is compiled to, back to the sources.
const DATA = new URL('../../../studies/data/digits.csv', import.meta.url);

try {
  const options = digitsNetworkOptions(process.argv.slice(2));
  const progress = (doing: string) => process.stderr.write(`digits-network: ${doing}\n`);
  process.stdout.write(
    options ? `${runExample(parseDigits(readFileSync(DATA, 'utf8')), options, progress)}\n` : USAGE,
  );
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`digits-network: ${error.message}\n`);
  process.exitCode = 2;
}
