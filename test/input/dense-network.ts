import { exact, inner, times, type Bounded, type BoundedActivation } from './bounded.js';

/** One dense layer: kernel[i][j] from input i to output j. */
export interface DenseLayer {
  readonly kernel: readonly (readonly number[])[];
  readonly bias: readonly number[];
  /** null: linear. */
  readonly activation: BoundedActivation | null;
}

/** Outputs of a dense network, and their Jacobian in all kernels (by rows) and biases, layer by layer, in closed form. */
export function denseJacobian(
  layers: readonly DenseLayer[],
  input: readonly number[],
): { outputs: Bounded[]; jacobian: Bounded[][] } {
  const one = exact(1);
  let current = input.map(exact);
  const passed = layers.map(({ kernel, bias, activation }) => {
    const before = current;
    const sums = bias.map((b, j) =>
      inner([...before, one], [...kernel.map((row) => exact(row[j]!)), exact(b)]),
    );
    const after = sums.map((sum) => activation?.(sum) ?? { value: sum, slope: one });
    current = after.map(({ value }) => value);
    return { before, slopes: after.map(({ slope }) => slope) };
  });
  const jacobian = current.map((_, k) => {
    // Derivative of output k in the outputs of the layer, from the last to the first.
    let pulled = current.map((__, j) => exact(j === k ? 1 : 0));
    const parts: Bounded[][] = [];
    for (let l = layers.length - 1; l >= 0; l--) {
      const { before, slopes } = passed[l]!;
      const inSums = pulled.map((own, j) => times(own, slopes[j]!));
      parts.unshift([...before.flatMap((x) => inSums.map((own) => times(x, own))), ...inSums]);
      pulled = layers[l]!.kernel.map((row) => inner(row.map(exact), inSums));
    }
    return parts.flat();
  });
  return { outputs: current, jacobian };
}
