/** Ends of an axis of shares, from the largest. */
const TOPS = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];

/** The end of an axis on which all shares have room and can be told apart. */
export function shareTop(shares: readonly number[]): number {
  const largest = shares.reduce((a, b) => Math.max(a, b), 0);
  return TOPS.findLast((top) => top >= largest) ?? 1;
}
