import { UsageError } from '../../src/cli/options.js';
import { optionValues, seedOption } from '../shared/options.js';

/** Settings of the example. */
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

export function digitsNetworkOptions(words: readonly string[]): DigitsNetworkOptions | null {
  const values = optionValues(
    {
      digits: { type: 'string', default: '3,5' },
      seed: { type: 'string', default: '1' },
      quick: { type: 'boolean', default: false },
    },
    words,
  );
  if (!values) return null;
  const [, first, second] = /^(\d),(\d)$/.exec(values.digits) ?? [];
  if (first === undefined || second === undefined || first === second) {
    throw new UsageError(`--digits must be two different digits such as 3,5; got ${values.digits}`);
  }
  return {
    digits: [Number(first), Number(second)],
    seed: seedOption(values.seed),
    sizes: values.quick ? QUICK : USUAL,
  };
}
