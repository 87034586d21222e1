/** Where a growth rate changes its sign, and between which step sizes that was found. */
export interface Crossing {
  readonly eta: number;
  /** d growth / d log eta there. */
  readonly slope: number;
}

/** Step sizes on which a first crossing is looked for stand in this ratio; a window of escape between two of them is missed. */
const RATIO = 1.15;

/** Step sizes tried on the way up, to 4 x 10^8 times the first, and on the way down. */
const TRIES_UP = 142;
const TRIES_DOWN = 60;

/** Halvings and secants after which the bracket is as narrow as doubles allow. */
const ROOT_STEPS = 100;

/**
 * The smallest step size at which a growth rate becomes positive, where all small enough step sizes are known to have a
 * negative one. Found on a grid of ratio RATIO from a guide on, then by regula falsi with halving (Illinois; Dowell and
 * Jarratt 1971).
 *
 * @param growth log of the growth at a step size; the second argument asks for few digits, for the sign alone.
 * @param guide a step size that is stable, as far as anybody knows; the search goes down from it where it is not.
 * @returns null if nothing on the way up grows.
 */
export function firstCrossing(
  growth: (eta: number, rough: boolean) => number,
  guide: number,
): Crossing | null {
  let low = guide;
  let high = guide;
  if (growth(guide, true) < 0) {
    for (let tries = 0; ; tries++) {
      if (tries === TRIES_UP) return null;
      high = low * RATIO;
      if (growth(high, true) >= 0) break;
      low = high;
    }
  } else {
    for (let tries = 0; ; tries++) {
      if (tries === TRIES_DOWN) return { eta: 0, slope: 0 };
      low = high / 4;
      if (growth(low, true) < 0) break;
      high = low;
    }
  }
  let [atLow, atHigh] = [growth(low, false), growth(high, false)];
  for (; atLow >= 0; atLow = growth(low, false)) low /= RATIO;
  for (; atHigh < 0; atHigh = growth(high, false)) high *= RATIO;
  return root((eta) => growth(eta, false), [low, atLow], [high, atHigh]);
}

type Point = readonly [eta: number, growth: number];

function root(growth: (eta: number) => number, [from, atFrom]: Point, [to, atTo]: Point): Crossing {
  let [low, high] = [Math.log(from), Math.log(to)];
  let [atLow, atHigh] = [atFrom, atTo];
  const slope = (atHigh - atLow) / (high - low);
  let side = 0;
  for (let k = 0; k < ROOT_STEPS && high - low > 4 * Number.EPSILON * Math.max(1, Math.abs(high)); k++) {
    const secant = (low * atHigh - high * atLow) / (atHigh - atLow);
    const isInside = secant > low && secant < high && k % 8 !== 7;
    const middle = isInside ? secant : (low + high) / 2;
    const value = growth(Math.exp(middle));
    if (value === 0) return { eta: Math.exp(middle), slope };
    if (value < 0) {
      [low, atLow] = [middle, value];
      if (side === -1) atHigh /= 2;
      side = -1;
    } else {
      [high, atHigh] = [middle, value];
      if (side === 1) atLow /= 2;
      side = 1;
    }
  }
  return { eta: Math.exp((low + high) / 2), slope };
}
