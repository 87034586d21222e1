import { parseArgs } from 'node:util';
import { integerOption, UsageError } from '../../src/cli/options.js';
import { SIZES, type CalibrationSize } from './calibration.js';

/** What a calibration is asked to do. */
export interface CalibrateOptions {
  readonly seed: number;
  readonly size: CalibrationSize;
  /** Folder for calibration.md and calibration.svg. */
  readonly out: string;
}

export const USAGE = `Usage: npm run calibrate -- [options]

  --seed N    seed of everything random (default 1)
  --quick     small: a few seconds
  --out DIR   folder for calibration.md and calibration.svg (default docs; with --quick: reports/calibration)
`;

const optionTypes = {
  seed: { type: 'string', default: '1' },
  quick: { type: 'boolean', default: false },
  out: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/**
 * Options from command line words; null if help is asked for.
 *
 * @throws UsageError naming the option, the value and what is allowed.
 */
export function calibrateOptions(words: readonly string[]): CalibrateOptions | null {
  const { seed, quick, out, help } = parsedWords(words);
  if (help) return null;
  return {
    seed: integerOption('seed', seed, 0, Number.MAX_SAFE_INTEGER),
    size: SIZES[quick ? 'quick' : 'full'],
    out: out ?? (quick ? 'reports/calibration' : 'docs'),
  };
}

function parsedWords(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: optionTypes }).values;
  } catch (error) {
    // Messages of parseArgs go on with advice; their first sentence says what is wrong.
    const problem = error instanceof Error ? error.message.split(/\. |\.?\n/)[0]! : String(error);
    const allowed = Object.keys(optionTypes).map((name) => `--${name}`);
    throw new UsageError(`${problem}; allowed are ${allowed.join(', ')}`);
  }
}
