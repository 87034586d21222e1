import { theorems } from '../../theorems/index.js';
import { readDigits } from '../shared/checkout.js';
import { study, type StudyConsole } from '../shared/study.js';
import { checkBatches, digitsOptions, USAGE, type DigitsOptions } from './options.js';
import { digitsModels, positiveCriticalMixing } from './problem.js';
import { describeAgreement, describeData, settingsTable } from './report.js';
import { digitsSettings, measuredGrowth, prediction } from './settings.js';

/**
 * Unlearning of handwritten digits: real images, real mini-batch steps, and the linear theory beside them:
 * npm run example:digits -- --forget class:3 --quick
 */
export default study({ name: 'digits', usage: USAGE, options: digitsOptions, run: compareSettings });

function compareSettings(options: DigitsOptions, console: StudyConsole): number {
  const models = digitsModels(readDigits(), options);
  checkBatches(options.batch, { retain: models.retain.sampleCount, forget: models.forget.sampleCount });
  const alphaStar = positiveCriticalMixing(models);
  console.say('exact second moment');
  const settings = digitsSettings(models, alphaStar, options);
  console.print(describeData(models, alphaStar, settings[0]!, options));
  const rows = settings.map((setting, i) => {
    console.say(`setting ${i + 1} of ${settings.length}: unlearning steps`);
    return {
      setting,
      predicted: prediction(setting, theorems),
      measured: measuredGrowth(models, setting, options),
    };
  });
  console.print(`\n${settingsTable(rows)}\n\n${describeAgreement(rows)}`);
  return 0;
}
