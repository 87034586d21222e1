import type { RandomSource } from './generator.js';

/** Number of outcomes of a table: as many as a byte has. */
export const OUTCOMES = 256;

/**
 * Draws one of up to 256 outcomes with one random word: its first byte chooses a cell, in which one or the other of two
 * outcomes falls by the 24 bits behind it (the alias method: Walker 1977; Vose 1991). Where these are those of the
 * probability, 32 more decide, so that no probability is off by more than 2^-64 but for the rounding of doubles.
 */
export class AliasTable {
  /** Of each cell, the 24 leading bits of the probability of its own outcome, and the 32 behind them. */
  private readonly leading = new Float64Array(OUTCOMES);
  private readonly behind = new Float64Array(OUTCOMES);
  /** The own outcome of each cell and the other one. */
  private readonly outcomes = new Uint8Array(2 * OUTCOMES);

  /** @param probabilities at most 256, sum 1 to rounding. */
  constructor(probabilities: ArrayLike<number>) {
    const shares = Float64Array.from({ length: OUTCOMES }, (_, k) => OUTCOMES * (probabilities[k] ?? 0));
    const below: number[] = [];
    const above: number[] = [];
    shares.forEach((share, k) => (share < 1 ? below : above).push(k));
    for (let cell = below.pop(); cell !== undefined; cell = below.pop()) {
      const other = above.at(-1) ?? cell;
      this.setCell(cell, shares[cell]!, other);
      if (other === cell) continue;
      shares[other]! -= 1 - shares[cell]!;
      if (shares[other]! < 1) below.push(above.pop()!);
    }
    for (const cell of above) this.setCell(cell, 1, cell);
  }

  draw(random: RandomSource): number {
    const word = random.bits();
    const cell = word >>> 24;
    const place = word & 0xffffff;
    const leading = this.leading[cell]!;
    let other = Number(place >= leading);
    if (place === leading) other = Number(random.bits() >>> 0 >= this.behind[cell]!);
    return this.outcomes[2 * cell + other]!;
  }

  private setCell(cell: number, share: number, other: number): void {
    const leading = Math.floor(share * 2 ** 24);
    this.leading[cell] = leading;
    this.behind[cell] = (share * 2 ** 24 - leading) * 2 ** 32;
    this.outcomes.set([cell, other], 2 * cell);
  }
}
