import { theorems } from '../../theorems/index.js';
import { readDigits } from '../shared/checkout.js';
import { study, type StudyConsole } from '../shared/study.js';
import { checkBatches, digitsOptions, USAGE, type DigitsOptions } from './options.js';
import { digitsModels, positiveCriticalMixing, type DigitsModels } from './problem.js';
import {
  digitsSettings,
  measuredGrowth,
  prediction,
  type MeasuredGrowth,
  type Prediction,
  type Setting,
} from './settings.js';
import { sideOfGrowth } from '../../src/theory/operator/exact-stability.js';
import { crossCoherence, setCoherence, unlearningCoherence } from '../../src/theory/coherence.js';
import { PIXEL_COUNT } from '../shared/digit-images.js';
import { percent, significant } from '../../src/report/number-format.js';
import { textTable } from '../../src/report/table.js';
import type { GrowthEstimate } from '../../src/unlearning/growth.js';

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

/** Growth per step that rounding of w near w* may hide; with full batches it is the whole difference. */
const GROWTH_ROUNDING = 1e-9;

/** One line of the table. */
interface Row {
  readonly setting: Setting;
  readonly predicted: Prediction;
  readonly measured: MeasuredGrowth;
}

/** Data, sizes and the coherence of the sets; sigma is that of the given setting. */
function describeData(
  models: DigitsModels,
  alphaStar: number,
  setting: Setting,
  options: DigitsOptions,
): string {
  const { retain, forget, minimum } = models;
  const { batch, sampling, seed, lit } = options;
  const chosen =
    options.forget.kind === 'class'
      ? `every ${options.forget.digit}`
      : `${options.forget.count} drawn images`;
  const { chi2, kappa } = crossCoherence(retain.curvature, forget.curvature);
  const unlearning = unlearningCoherence(setting.problem);
  return [
    `data         ${retain.sampleCount + forget.sampleCount} handwritten digits; forget ${chosen}: ${forget.sampleCount}, retain ${retain.sampleCount}`,
    `model        least squares with the labels of a linear teacher (seed ${seed}), fitted exactly at w*`,
    `             ${minimum.length} of ${PIXEL_COUNT} pixels (lit in at least ${lit > 0 ? percent(lit) : 'one'} of the images); ${setting.problem.dimension} parameters matter (rank r)`,
    `batches      ${sampling}, ${batch.retain} retain / ${batch.forget} forget`,
    `coherence    retain ${significant(setCoherence(retain.curvature))}, forget ${significant(setCoherence(forget.curvature))}`,
    `             cross: chi2 ${significant(chi2)}, kappa ${significant(kappa)}; norm of S_RF ${significant(unlearning.cross)} (at alpha = ${setting.mixingRatio} alpha*)`,
    `             unlearning: sigma ${significant(unlearning.sigma)} (at alpha = ${setting.mixingRatio} alpha*)`,
    `mixing       alpha* ${significant(alphaStar)}: above it the mean escapes at every step size`,
    `step size    eta* ${significant(setting.etaStar)} at alpha = ${setting.mixingRatio} alpha*`,
  ].join('\n');
}

/** The settings with what theorems, exact operator and measurement say of them. */
function settingsTable(rows: readonly Row[]): string {
  return textTable(
    [
      'alpha/alpha*',
      'eta',
      'eta/eta*',
      'theorems say',
      'exact side',
      'log rho',
      'measured E|delta|^2',
      'measured 2 gamma',
    ],
    rows.map(({ setting: { mixingRatio, eta, etaStar, growth }, predicted, measured }) => [
      significant(mixingRatio),
      significant(eta),
      etaStar > 0 ? significant(eta / etaStar) : '-',
      [predicted.side, predicted.ids.join(', ')].join(' '),
      sideOfGrowth(growth.logGrowth),
      significant(growth.logGrowth),
      estimate(measured.secondMoment),
      estimate(measured.typical),
    ]),
  );
}

/** How the three columns of the table agree, and how to read them. */
function describeAgreement(rows: readonly Row[]): string {
  const decided = rows.filter(({ predicted }) => predicted.side !== 'undecided');
  const right = decided.filter(
    ({ setting, predicted }) => predicted.side === sideOfGrowth(setting.growth.logGrowth),
  );
  const inside = rows.filter(({ setting, measured }) => {
    const { low, high } = measured.secondMoment.interval;
    return Math.max(low - setting.growth.logGrowth, setting.growth.logGrowth - high) <= GROWTH_ROUNDING;
  });
  return [
    `theorems     decide ${decided.length} of ${rows.length} settings, ${right.length} as the exact operator does`,
    `measured     log rho lies in the 99 % interval of the growth of E|delta|^2 in ${inside.length} of ${rows.length} settings`,
    '',
    'Growth is per step; brackets are 99 % intervals. Measured: mini-batch steps on the images, started along the',
    'Perron matrix, where E|delta_k|^2 = rho^k |delta_0|^2 at every k. 2 gamma (single runs) is at most log rho.',
    'eta/eta* is "-" where eta* = 0.',
    ...(inside.length < rows.length
      ? [
          'Outside its interval: one in 100 by chance; with tiny batches more, as rare batches matter that few runs see.',
        ]
      : []),
  ].join('\n');
}

function estimate({ growth, interval }: GrowthEstimate): string {
  return `${significant(growth)} [${significant(interval.low)}, ${significant(interval.high)}]`;
}
