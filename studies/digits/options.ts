import {
  integerOption,
  numberOption,
  UsageError,
  wordOption,
  type AllowedNumbers,
} from '../../src/cli/options.js';
import { SAMPLINGS, SET_NAMES, type BatchSizes, type Sampling } from '../../src/theory/problem.js';
import { optionValues, seedOption } from '../shared/options.js';

/** Images to forget: all of one digit, or a number of images drawn from all. */
export type ForgetChoice =
  { readonly kind: 'class'; readonly digit: number } | { readonly kind: 'random'; readonly count: number };

/** Settings of the example. */
export interface DigitsOptions {
  readonly forget: ForgetChoice;
  readonly seed: number;
  readonly batch: BatchSizes;
  readonly sampling: Sampling;
  /** Smallest share of the images in which a pixel must be lit to be a feature. */
  readonly lit: number;
  readonly quick: boolean;
}

/** More than half of the images cannot be asked for: the others must still tell all features apart. */
const LARGEST_RANDOM = 898;

const LARGEST_BATCH = 1797;

export const USAGE = `Usage: digits [options]

  --forget class:DIGIT | random:COUNT   images to forget (default class:8)
  --seed N                              seed of everything random (default 1)
  --batch-retain B                      retain batch size (default 64)
  --batch-forget B                      forget batch size (default 16)
  --sampling SCHEME                     ${SAMPLINGS.join(', ')}
                                        (default without-replacement)
  --lit SHARE                           leave out pixels lit in a smaller share of the images (default 0.02)
  --quick                               shorter runs, wider intervals
`;

export function digitsOptions(words: readonly string[]): DigitsOptions | null {
  const values = optionValues(
    {
      forget: { type: 'string', default: 'class:8' },
      seed: { type: 'string', default: '1' },
      'batch-retain': { type: 'string', default: '64' },
      'batch-forget': { type: 'string', default: '16' },
      sampling: { type: 'string', default: 'without-replacement' },
      lit: { type: 'string', default: '0.02' },
      quick: { type: 'boolean', default: false },
    },
    words,
  );
  if (!values) return null;
  const batchSize = (name: 'batch-retain' | 'batch-forget'): number =>
    integerOption(name, values[name], 1, LARGEST_BATCH);
  return {
    forget: forgetChoice(values.forget),
    seed: seedOption(values.seed),
    batch: { retain: batchSize('batch-retain'), forget: batchSize('batch-forget') },
    sampling: wordOption('sampling', values.sampling, SAMPLINGS),
    lit: numberOption('lit', values.lit, LIT_SHARES),
    quick: values.quick,
  };
}

/** Beyond half of the images there would be no pixel left that tells them apart. */
const LIT_SHARES: AllowedNumbers = { includes: (share) => share >= 0 && share <= 0.5, words: 'in 0..0.5' };

/** @throws UsageError if a batch is larger than its set. */
export function checkBatches(batch: BatchSizes, counts: BatchSizes): void {
  for (const set of SET_NAMES) {
    if (batch[set] > counts[set]) {
      throw new UsageError(`--batch-${set} must be an integer in 1..${counts[set]}; got ${batch[set]}`);
    }
  }
}

function forgetChoice(text: string): ForgetChoice {
  const [, kind, digits] = /^(class|random):(\d+)$/.exec(text) ?? [];
  const number = Number(digits);
  if (kind === 'class' && number <= 9) return { kind, digit: number };
  if (kind === 'random' && number >= 1 && number <= LARGEST_RANDOM) return { kind, count: number };
  throw new UsageError(
    `--forget must be class:DIGIT with a digit in 0..9 or random:COUNT with a count in 1..${LARGEST_RANDOM}; got ${text}`,
  );
}
