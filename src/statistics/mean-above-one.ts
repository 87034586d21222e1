/**
 * Sequential test of "the mean of x is at most 1" for independent x_s >= 0, by betting: the capital
 * prod_s (1 + lambda (x_s - 1)), 0 <= lambda <= 1, is a nonnegative supermartingale under the
 * hypothesis, whatever the upper range of x, so it ever reaches 1/error with probability at most
 * `error` (Ville's inequality; Waudby-Smith & Ramdas, arXiv 2010.09686). The stakes lambda are fixed
 * before the first observation; with several, the capitals are averaged.
 *
 * Valid at every time: looking after each observation costs nothing.
 */
export class MeanAboveOneTest {
  private readonly logCapital: Float64Array;
  private readonly product: Float64Array;
  private pending = 0;

  /** @throws RangeError unless every stake is in (0, 1]. */
  constructor(private readonly stakes: readonly number[]) {
    for (const stake of stakes) {
      if (!(stake > 0 && stake <= 1)) throw new RangeError(`a stake must be in (0, 1]; got ${stake}`);
    }
    this.logCapital = new Float64Array(stakes.length);
    this.product = new Float64Array(stakes.length).fill(1);
  }

  /** Takes one observation x >= 0; infinite or NaN values are overflow and count as the largest number. */
  observe(x: number): void {
    const bounded = x < 1e150 ? x : 1e150;
    for (let k = 0; k < this.stakes.length; k++) this.product[k]! *= 1 + this.stakes[k]! * (bounded - 1);
    if (++this.pending === 16 || bounded > 1e8) this.settle();
  }

  /** log of the mean capital; the hypothesis is rejected at level `error` once it reaches log(1/error). */
  logEvidence(): number {
    this.settle();
    const largest = Math.max(...this.logCapital);
    if (largest === -Infinity) return -Infinity;
    const sum = this.logCapital.reduce((total, x) => total + Math.exp(x - largest), 0);
    return largest + Math.log(sum / this.stakes.length);
  }

  private settle(): void {
    for (let k = 0; k < this.stakes.length; k++) {
      this.logCapital[k]! += Math.log(this.product[k]!);
      this.product[k] = 1;
    }
    this.pending = 0;
  }
}

/**
 * The stake in (0, 1] with the largest mean log growth on trial observations, from a geometric grid. The growth is
 * concave in the stake, so the first fall ends the search.
 */
export function bestStake(observations: ArrayLike<number>): { stake: number; growth: number } {
  let best = { stake: 1, growth: -Infinity };
  for (let stake = 1; stake > 1e-5; stake *= 0.7) {
    const growth = meanLogGrowth(observations, stake);
    if (growth < best.growth) break;
    if (growth > best.growth) best = { stake, growth };
  }
  return best;
}

function meanLogGrowth(observations: ArrayLike<number>, stake: number): number {
  let sum = 0;
  for (let s = 0; s < observations.length; s++) {
    sum += Math.log1p(stake * (Math.min(observations[s]!, 1e150) - 1));
  }
  return sum / observations.length;
}
