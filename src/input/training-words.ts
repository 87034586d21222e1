import type { Procedure } from '../theory/procedure.js';
import type { BatchSizes } from '../theory/problem.js';
import { type FieldName, InputError } from './input-error.js';

/** A setting in the words of training scripts: loss = retainWeight L_R - forgetWeight L_F, learning rate lr. */
export interface TrainingWords {
  readonly lr: number;
  readonly retainWeight: number;
  readonly forgetWeight: number;
  /** Samples of a step of either set, over all devices and accumulated gradients; smaller sets are taken whole. */
  readonly batchSize?: number | undefined;
  /** batchSize = perDevice x devices x accumulation; the last two are 1 if they are left out. */
  readonly perDevice?: number | undefined;
  readonly devices?: number | undefined;
  readonly accumulation?: number | undefined;
  /** Batch sizes of the sets, in place of a common one. */
  readonly batchRetain?: number | undefined;
  readonly batchForget?: number | undefined;
  /** Epochs over the forget set, or steps. */
  readonly epochs?: number | undefined;
  readonly steps?: number | undefined;
}

/** Words that are integers >= 1. */
export const INTEGER_WORDS = [
  ...(['batchSize', 'perDevice', 'devices', 'accumulation', 'batchRetain', 'batchForget'] as const),
  ...(['epochs', 'steps'] as const),
] as const;

/**
 * The same in the words of the theory: w' = w - eta [(1-alpha) g_R - alpha g_F]. Its gradients are those of the script over
 * W_R + W_F, so that a weight decay, or a norm at which gradients are clipped, is divided by that, too.
 */
interface Translation {
  readonly alpha: number;
  readonly eta: number;
  readonly batch: BatchSizes;
  /** Null if neither epochs nor steps are given. */
  readonly steps: number | null;
}

/** Words with their translation. */
export interface TranslatedWords
  extends Translation, Pick<TrainingWords, 'lr' | 'retainWeight' | 'forgetWeight'> {}

/**
 * Translates the words of training scripts for sets of so many samples.
 *
 * @throws InputError in one line for what is given twice, is missing, or is not allowed.
 */
export function translated(
  words: TrainingWords,
  samples: BatchSizes,
  { schedule, dropLast }: Pick<Procedure, 'schedule' | 'dropLast'>,
  fieldName: FieldName = (field) => field,
): Translation {
  const { epochs, steps } = words;
  onlyOneOf(words, ['epochs', 'steps'], fieldName);
  const batch = batchesOf(words, samples, fieldName);
  const perEpoch = dropLast
    ? Math.floor(samples.forget / batch.forget)
    : Math.ceil(samples.forget / batch.forget);
  const ascents = epochs === undefined ? null : epochs * perEpoch;
  const periodic =
    ascents === null || schedule === null
      ? ascents
      : Math.ceil(ascents / schedule.ascent) * (schedule.ascent + schedule.descent);
  return { ...mixingOf(words, fieldName), batch, steps: steps ?? periodic };
}

/** alpha and eta of a rate and two weights. @throws InputError if both weights are 0 */
export function mixingOf(
  { lr, retainWeight, forgetWeight }: Pick<TrainingWords, 'lr' | 'retainWeight' | 'forgetWeight'>,
  fieldName: FieldName = (field) => field,
): Pick<Translation, 'alpha' | 'eta'> {
  const weight = retainWeight + forgetWeight;
  if (weight > 0) return { alpha: forgetWeight / weight, eta: lr * weight };
  throw new InputError(
    `${fieldName('retainWeight')} and ${fieldName('forgetWeight')} must not both be 0; got ${retainWeight} and ${forgetWeight}`,
  );
}

function batchesOf(words: TrainingWords, samples: BatchSizes, fieldName: FieldName): BatchSizes {
  const { batchSize, perDevice, devices, accumulation, batchRetain, batchForget } = words;
  const own = batchRetain !== undefined || batchForget !== undefined;
  const ofDevices = [perDevice, devices, accumulation].some((value) => value !== undefined);
  if (ofDevices && perDevice === undefined) {
    throw new InputError(
      `${fieldName('perDevice')} is missing beside ${fieldName(devices === undefined ? 'accumulation' : 'devices')}`,
    );
  }
  onlyOneOf(words, ['batchSize', 'perDevice'], fieldName);
  if (own) {
    onlyOneOf(
      words,
      [
        batchSize === undefined ? 'perDevice' : 'batchSize',
        batchRetain === undefined ? 'batchForget' : 'batchRetain',
      ],
      fieldName,
    );
    return { retain: sizeOf('Retain', batchRetain), forget: sizeOf('Forget', batchForget) };
  }
  const common =
    batchSize ?? (perDevice === undefined ? null : perDevice * (devices ?? 1) * (accumulation ?? 1));
  if (common === null) {
    throw new InputError(
      `${fieldName('batchSize')} is missing; give it, or ${fieldName('perDevice')}, or ${fieldName('batchRetain')} and ${fieldName('batchForget')}`,
    );
  }
  return { retain: Math.min(common, samples.retain), forget: Math.min(common, samples.forget) };

  function sizeOf(set: 'Retain' | 'Forget', size: number | undefined): number {
    const field = `batch${set}` as const;
    const n = samples[set === 'Retain' ? 'retain' : 'forget'];
    if (size === undefined)
      throw new InputError(`${fieldName(field)} is missing beside the other batch size`);
    if (size <= n) return size;
    throw new InputError(`${fieldName(field)} must be an integer in 1..${n}; got ${size}`);
  }
}

function onlyOneOf(
  words: TrainingWords,
  [one, other]: readonly (keyof TrainingWords)[],
  fieldName: FieldName,
): void {
  if (words[one!] === undefined || words[other!] === undefined) return;
  throw new InputError(
    `${fieldName(one!)} and ${fieldName(other!)} say the same; give one of them: got ${words[one!]} and ${words[other!]}`,
  );
}
