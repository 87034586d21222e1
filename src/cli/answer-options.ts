import { ESCAPE_FACTOR } from '../analysis/analyze-problem.js';
import { DEFAULT_REQUEST, type RecommendationRequest } from '../analysis/recommend.js';
import { ABOVE_ONE, numberOption, type AllowedNumbers } from './number-option.js';
import { integerOption } from './option-values.js';
import { UsageError } from './usage-error.js';

/** Options of `analyze` that say what to answer, as commander gives them. */
export interface AnswerOptions {
  readonly json?: boolean;
  readonly out?: string;
  readonly factor?: string;
  readonly recommend?: boolean;
  readonly steps?: string;
  readonly retainShare?: string;
  readonly batches?: string;
}

/** What to answer. */
export interface AnswerRequest {
  readonly factor: number;
  /** Null: no setting is to be recommended. */
  readonly recommendation: RecommendationRequest | null;
}

const BELOW_ONE: AllowedNumbers = { includes: (x) => x >= 0 && x < 1, words: 'in [0, 1)' };

/** Options that say nothing without --recommend, as they are typed. */
const FOR_RECOMMENDATION = { steps: 'steps', retainShare: 'retain-share', batches: 'batches' } as const;

/** @throws UsageError if a value is not allowed, or stands without --recommend. */
export function answerRequest(options: AnswerOptions): AnswerRequest {
  const factor =
    options.factor === undefined ? ESCAPE_FACTOR : numberOption('factor', options.factor, ABOVE_ONE);
  const { steps, retainShare, batches } = options;
  if (options.recommend !== true) {
    for (const [key, name] of Object.entries(FOR_RECOMMENDATION)) {
      const text = options[key as keyof typeof FOR_RECOMMENDATION];
      if (text !== undefined)
        throw new UsageError(`--${name} is for --recommend, which is missing; got ${text}`);
    }
    return { factor, recommendation: null };
  }
  return {
    factor,
    recommendation: {
      factor,
      steps: steps === undefined ? DEFAULT_REQUEST.steps : integerOption('steps', steps, 1, 1e9),
      retainShareLimit:
        retainShare === undefined
          ? DEFAULT_REQUEST.retainShareLimit
          : numberOption('retain-share', retainShare, BELOW_ONE),
      batches: batches === undefined ? null : batchSizes(batches),
    },
  };
}

function batchSizes(text: string): number[] {
  return text.split(',').map((size) => integerOption('batches', size, 1, Number.MAX_SAFE_INTEGER));
}

/** Checks the batch sizes to try against the set. @throws UsageError */
export function checkBatches({ recommendation }: AnswerRequest, samples: number): void {
  for (const size of recommendation?.batches ?? []) {
    if (size > samples) throw new UsageError(`--batches must be integers in 1..${samples}; got ${size}`);
  }
}
