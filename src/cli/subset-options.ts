import { SMALLEST_SUBSET } from '../analysis/draw-subset.js';
import { DEFAULT_SUBSET, type SubsetRequest } from '../input/subset-size.js';
import { inside, integerOption, numberOption } from './options.js';

/** Options of `analyze` for large sets, as commander gives them. */
export interface SubsetOptions {
  readonly subset?: string;
  readonly seed?: string;
  readonly confidence?: string;
}

/** How a subset is to be drawn, and the confidence of its intervals. */
export type ConfidentSubset = SubsetRequest & { readonly confidence: number };

const CONFIDENCE = 0.95;

/** @throws UsageError if a value is not allowed. */
export function subsetRequest({ subset, seed, confidence }: SubsetOptions): ConfidentSubset {
  const most = Number.MAX_SAFE_INTEGER;
  return {
    size: subset === undefined ? DEFAULT_SUBSET.size : integerOption('subset', subset, SMALLEST_SUBSET, most),
    seed: seed === undefined ? DEFAULT_SUBSET.seed : integerOption('seed', seed, 0, most),
    confidence: confidence === undefined ? CONFIDENCE : numberOption('confidence', confidence, inside(0, 1)),
  };
}
