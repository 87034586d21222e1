/*
 * Numbers with a bound on the error that float32 makes of them, for every order of summation (Higham 2002, sections 3.1
 * and 3.3): what automatic differentiation in float32 may be from a closed form in float64.
 */

/** Unit roundoff of float32. */
const U = 2 ** -24;

/** Units in which tanh and its derivative 1 - tanh^2 may be off, besides what comes in. */
const TANH_ROUNDINGS = 8;

export interface Bounded {
  readonly value: number;
  readonly error: number;
}

export const exact = (value: number): Bounded => ({ value, error: 0 });

/** sum_k x_k y_k: each term passes through at most n + 1 roundings, with one more to spare. */
export function inner(x: readonly Bounded[], y: readonly Bounded[]): Bounded {
  let [value, size, inherited] = [0, 0, 0];
  x.forEach((own, k) => {
    const other = y[k]!;
    value += own.value * other.value;
    size += Math.abs(own.value * other.value);
    inherited +=
      Math.abs(own.value) * other.error + own.error * Math.abs(other.value) + own.error * other.error;
  });
  return { value, error: inherited + (x.length + 2) * U * (size + inherited) };
}

export const times = (x: Bounded, y: Bounded): Bounded => inner([x], [y]);

/** An activation with its derivative. @throws Error at a kink that float32 may see from the other side. */
export type BoundedActivation = (x: Bounded) => { readonly value: Bounded; readonly slope: Bounded };

export const boundedRelu: BoundedActivation = (x) => {
  if (Math.abs(x.value) <= 2 * x.error) throw new Error(`too near to the kink: ${x.value}`);
  return x.value > 0 ? { value: x, slope: exact(1) } : { value: exact(0), slope: exact(0) };
};

export const boundedTanh: BoundedActivation = (x) => {
  const t = Math.tanh(x.value);
  // |tanh'| <= 1 and |tanh''| < 0.77.
  return {
    value: { value: t, error: x.error + TANH_ROUNDINGS * U },
    slope: { value: 1 - t * t, error: 0.77 * x.error + TANH_ROUNDINGS * U },
  };
};
