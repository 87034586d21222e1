/** An axis for the mixings above alpha*, wide near alpha* and near 1, where a little decides much. */
export interface MixingScale {
  /** Place from the left end in percent; alphas beyond the ends are put on them. */
  readonly position: (alpha: number) => number;
  /** Places with their labels. */
  readonly labels: readonly (readonly [place: number, label: string])[];
  /** Left and right border of the column of each of some alphas (ascending): half way to its neighbours. */
  readonly columns: (alphas: readonly number[]) => (readonly [from: number, to: number])[];
}

/** Places of the labels, in percent. */
const LABELLED = [25, 50, 75];

/** By how much a label may be beside the place of its number, in percent of the length. */
const LABEL_ERROR = 1.5;

const DIGITS = [2, 3, 4, 5, 6] as const;

/** Room beyond the outermost alphas if there is but one, in units of log odds. */
const ALONE = 0.2;

/**
 * The odds of t = (alpha - alpha*)/(1 - alpha*) on a logarithmic axis.
 *
 * @param alphas those that have to fit. @throws RangeError without any between alpha* and 1.
 */
export function mixingScale(alphas: readonly number[], alphaStar: number): MixingScale {
  const logOdds = (alpha: number): number => Math.log((alpha - alphaStar) / (1 - alpha));
  const inside = alphas.filter((alpha) => alpha > alphaStar && alpha < 1);
  if (inside.length === 0)
    throw new RangeError(`alphas must hold one in (${alphaStar}, 1); got ${alphas.join(', ')}`);
  const borders = midpoints(inside.map(logOdds).sort((a, b) => a - b));
  const [from, to] = [borders[0]!, borders.at(-1)!];
  const place = (x: number): number =>
    Number((100 * Math.min(1, Math.max(0, (x - from) / (to - from)))).toFixed(2));
  const alphaAt = (percent: number): number => {
    const odds = Math.exp(from + (percent / 100) * (to - from));
    return (alphaStar + odds) / (1 + odds);
  };
  const position = (alpha: number): number =>
    alpha <= alphaStar ? 0 : alpha >= 1 ? 100 : place(logOdds(alpha));
  return {
    position,
    labels: LABELLED.map((percent) => [percent, String(rounded(alphaAt(percent), position))]),
    columns: (some) => {
      const own = midpoints(some.map(logOdds)).map(place);
      return some.map((_, k) => [own[k]!, own[k + 1]!]);
    },
  };
}

/** With as few digits as keep it at its place. */
function rounded(alpha: number, position: (alpha: number) => number): number {
  const digits = DIGITS.find(
    (count) => Math.abs(position(Number(alpha.toPrecision(count))) - position(alpha)) < LABEL_ERROR,
  );
  return Number(alpha.toPrecision(digits ?? DIGITS.at(-1)!));
}

/** Borders between ascending numbers, and beyond the outermost as far as on their other side. */
function midpoints(ascending: readonly number[]): number[] {
  const between = ascending.slice(1).map((x, k) => (x + ascending[k]!) / 2);
  const [first, last] = [ascending[0]!, ascending.at(-1)!];
  const before = between.length > 0 ? between[0]! - first : ALONE;
  const after = between.length > 0 ? last - between.at(-1)! : ALONE;
  return [first - before, ...between, last + after];
}
