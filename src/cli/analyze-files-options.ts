import { SAMPLINGS, type Sampling } from '../curvature/problem.js';
import { matrixPlace, type MatrixPlace } from '../data/matrix/matrix-place.js';
import { numberOption, POSITIVE, SHARE } from './number-option.js';
import { givenModelOptions, modelRequest, type ModelOptions, type ModelRequest } from './model-options.js';
import { integerOption, wordOption } from './option-values.js';
import { UsageError } from './usage-error.js';

/** Options of `analyze` as commander gives them. */
export interface AnalyzeOptions extends ModelOptions {
  readonly json?: boolean;
  readonly retain?: string;
  readonly forget?: string;
  readonly alpha?: string;
  readonly eta?: string;
  readonly batchRetain?: string;
  readonly batchForget?: string;
  readonly sampling?: string;
}

/** A problem whose sets are in files of their own. */
export interface FilesRequest {
  readonly retain: MatrixPlace;
  readonly forget: MatrixPlace;
  readonly alpha: number;
  readonly eta: number;
  readonly batch: { readonly retain: number; readonly forget: number };
  readonly sampling: Sampling;
  readonly model: ModelRequest;
}

/** Options that a problem given in files needs, as they are typed. */
const NEEDED = {
  retain: 'retain',
  forget: 'forget',
  alpha: 'alpha',
  eta: 'eta',
  batchRetain: 'batch-retain',
  batchForget: 'batch-forget',
  sampling: 'sampling',
} as const satisfies Partial<Record<keyof AnalyzeOptions, string>>;

/**
 * Reads what stands beside a problem file, or in its place.
 *
 * @returns null if the problem is in a problem file.
 * @throws UsageError, InputError if both or neither are given, one is missing, or a value is not allowed.
 */
export function filesRequest(file: string | undefined, options: AnalyzeOptions): FilesRequest | null {
  const keys = Object.keys(NEEDED) as (keyof typeof NEEDED)[];
  const given = [
    ...keys.filter((key) => options[key] !== undefined).map((key) => NEEDED[key]),
    ...givenModelOptions(options),
  ];
  if (file !== undefined) {
    if (given.length === 0) return null;
    throw new UsageError(
      `--${given[0]!} must be left out beside a problem file, which says it all; got ${file}`,
    );
  }
  if (given.length === 0) {
    throw new UsageError('missing required argument: a problem file, or --retain FILE and --forget FILE');
  }
  const value = (key: keyof typeof NEEDED): string => {
    const text = options[key];
    if (text !== undefined) return text;
    const all = Object.values(NEEDED).map((name) => `--${name}`);
    throw new UsageError(`--${NEEDED[key]} is missing; without a problem file give ${all.join(', ')}`);
  };
  const [retain, forget] = [matrixPlace(value('retain')), matrixPlace(value('forget'))];
  const request = {
    retain,
    forget,
    alpha: numberOption('alpha', value('alpha'), SHARE),
    eta: numberOption('eta', value('eta'), POSITIVE),
    batch: {
      retain: integerOption('batch-retain', value('batchRetain'), 1, Number.MAX_SAFE_INTEGER),
      forget: integerOption('batch-forget', value('batchForget'), 1, Number.MAX_SAFE_INTEGER),
    },
    sampling: wordOption('sampling', value('sampling'), SAMPLINGS),
    model: modelRequest(options),
  };
  const features = [retain, forget].find(({ kind }) => kind === 'csv');
  if (features && request.model.kind === 'factors') {
    throw new UsageError(
      `--model is missing; ${features.path} holds features: give --model linear (the factor of a row is the row), logistic or FILE.json`,
    );
  }
  return request;
}
