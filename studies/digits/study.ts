/**
 * Unlearning of handwritten digits: real images, real mini-batch steps, and the linear theory beside them.
 *
 *     npm run example:digits -- --forget class:3 --quick
 *
 * Exit code 0, or 2 for wrong usage.
 */
import { readFileSync } from 'node:fs';
import { UsageError } from '../../src/cli/options.js';
import { parseDigits } from '../shared/digit-images.js';
import { theorems } from '../../theorems/index.js';
import { checkBatches, digitsOptions, USAGE, type DigitsOptions } from './options.js';
import { digitsModels, positiveCriticalMixing } from './problem.js';
import { describeAgreement, describeData, settingsTable } from './report.js';
import { digitsSettings, measuredGrowth, prediction } from './settings.js';

// From dist/studies/digits/study.js, where this file is compiled to, back to the sources.
const DATA = new URL('../../../studies/data/digits.csv', import.meta.url);

function runExample(options: DigitsOptions): void {
  const models = digitsModels(parseDigits(readFileSync(DATA, 'utf8')), options);
  checkBatches(options.batch, { retain: models.retain.sampleCount, forget: models.forget.sampleCount });
  const alphaStar = positiveCriticalMixing(models);
  progress('exact second moment');
  const settings = digitsSettings(models, alphaStar, options);
  print(describeData(models, alphaStar, settings[0]!, options));
  const rows = settings.map((setting, i) => {
    progress(`setting ${i + 1} of ${settings.length}: unlearning steps`);
    return {
      setting,
      predicted: prediction(setting, theorems),
      measured: measuredGrowth(models, setting, options),
    };
  });
  print(`\n${settingsTable(rows)}\n\n${describeAgreement(rows)}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function progress(text: string): void {
  process.stderr.write(`digits: ${text}\n`);
}

try {
  const options = digitsOptions(process.argv.slice(2));
  if (options) runExample(options);
  else print(USAGE.trimEnd());
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`digits: ${error.message}\n`);
  process.exitCode = 2;
}
