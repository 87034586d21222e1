import { parseArgs } from 'node:util';
import { integerOption, UsageError } from '../../src/cli/options.js';

/** What the example is asked to do. */
export interface DigitsNetworkOptions {
  /** Two different digits: label +1 and label -1. */
  readonly digits: readonly [number, number];
  readonly seed: number;
  readonly sizes: Sizes;
}

/** How much of everything. */
export interface Sizes {
  /** Training images; the other images of the two digits are held out. */
  readonly images: number;
  /** Images with flipped label, and images in each forget set. */
  readonly forgetCount: number;
  /** m: filters of each sign. */
  readonly width: number;
  /** Networks retrained without the forget set. */
  readonly retrained: number;
  /** Random forget sets whose escape is predicted, for comparison. */
  readonly subsets: number;
}

const USUAL: Sizes = { images: 200, forgetCount: 10, width: 30, retrained: 4, subsets: 40 };
const QUICK: Sizes = { images: 100, forgetCount: 6, width: 12, retrained: 3, subsets: 20 };

export const USAGE = `Usage: digits-network [options]

  --digits A,B   two different digits (default 3,5)
  --seed N       seed of everything random (default 1)
  --quick        fewer images, filters and networks
`;

const optionTypes = {
  digits: { type: 'string', default: '3,5' },
  seed: { type: 'string', default: '1' },
  quick: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/**
 * Options from command line words; null if help is asked for.
 *
 * @throws UsageError naming the option, the value and what is allowed.
 */
export function digitsNetworkOptions(words: readonly string[]): DigitsNetworkOptions | null {
  const values = parsedWords(words);
  if (values.help) return null;
  const [, first, second] = /^(\d),(\d)$/.exec(values.digits) ?? [];
  if (first === undefined || second === undefined || first === second) {
    throw new UsageError(`--digits must be two different digits such as 3,5; got ${values.digits}`);
  }
  return {
    digits: [Number(first), Number(second)],
    seed: integerOption('seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    sizes: values.quick ? QUICK : USUAL,
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
