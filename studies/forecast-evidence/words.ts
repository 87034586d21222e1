import { proportionUpperBound } from '../../src/statistics/intervals.js';
import type { EvidenceRecord, Share } from './evidence.js';

/** How tables call a setting. */
export function recordName({ subject, procedure, lr, weight }: EvidenceRecord): string {
  return `${subject} ${procedure}, lr ${lr}, weight ${weight}`;
}

/** A step, or a dash. */
export function stepText(found: number | null): string {
  return found === null ? '-' : String(found);
}

/** 12 of 13 (92.3 %), or a dash. */
export function shareText({ yes, of }: Share): string {
  return of === 0 ? '-' : `${yes} of ${of} (${percent(yes / of)})`;
}

/** Upper bound of the proportion that a share estimates, or a dash. */
export function ratioText({ yes, of }: Share, confidence: number): string {
  return of === 0 ? '-' : percent(proportionUpperBound(yes, of, confidence));
}

/** Per cent, to a tenth. */
export function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}

/** Three digits. */
export function short(x: number): string {
  return String(Number(x.toPrecision(3)));
}

/** The middle one; of an even number the lower of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1]!;
}
