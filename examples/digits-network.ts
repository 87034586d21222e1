/**
 * A two-layer ReLU network on handwritten digits: forgetting random and mislabelled images.
 *
 *     npm run example:digits-network -- --quick
 *
 * Exit code 0, or 2 for wrong usage.
 */
import { readFileSync } from 'node:fs';
import { UsageError } from '../src/cli/usage-error.js';
import { parseDigits } from '../src/data/digits.js';
import { digitsNetworkOptions, USAGE } from './digits-network/options.js';
import { runExample } from './digits-network/run-example.js';

// From dist/examples/digits-network.js, where this file is compiled to, back to the sources.
const DATA = new URL('../../examples/data/digits.csv', import.meta.url);

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
