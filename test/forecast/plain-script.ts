import type { StepBatches } from '../../src/forecast/batches.js';
import type { ForecastSets, OutputSet } from '../../src/forecast/output-set.js';
import type { ForecastSetting } from '../../src/forecast/setting.js';

/*
 * A training script in the weights themselves, number by number, as torch.optim has it: what a forecast must not differ from.
 */

/** Sets with J w* for weights of one's own, 0.5, -0.2, 0.5, -0.2, .. */
export function withWeights(sets: ForecastSets): { sets: ForecastSets; weights: number[] } {
  const p = sets.retain.jacobian.columns;
  const weights = Array.from({ length: p }, (_, k) => (k % 2 === 0 ? 0.5 : -0.2));
  const pulled = (set: OutputSet): OutputSet => ({ ...set, pull: Float64Array.from(times(set, weights)) });
  const { retain, forget, test } = sets;
  return { sets: { retain: pulled(retain), forget: pulled(forget), test: test && pulled(test) }, weights };
}

function rowsOf({ jacobian }: OutputSet): number[][] {
  const p = jacobian.columns;
  const all = Array.from(jacobian.readColumns(0, p));
  return Array.from({ length: all.length / p }, (_, row) => all.slice(row * p, (row + 1) * p));
}

function times(set: OutputSet, v: readonly number[]): number[] {
  return rowsOf(set).map((row) => row.reduce((sum, x, k) => sum + x * v[k]!, 0));
}

/** Outputs f* + J (w - w*) of a set. */
function outputsAt(set: OutputSet, start: readonly number[], w: readonly number[]): number[] {
  const moved = times(
    set,
    w.map((x, k) => x - start[k]!),
  );
  return moved.map((x, row) => set.outputs[row]! + x);
}

/** Outputs of every set after steps with these batches, from the weights on. */
export function scriptOutputs(
  { retain, forget, test }: ForecastSets,
  start: readonly number[],
  { loss, lr, retainWeight, forgetWeight, procedure }: ForecastSetting,
  batches: readonly StepBatches[],
): number[][] {
  const { momentum: b, nesterov, weightDecay, optimizer, clip } = procedure;
  let w = [...start];
  let v = w.map(() => 0);
  let s = w.map(() => 0);
  batches.forEach((batch, step) => {
    let g = w.map(() => 0);
    for (const [set, drawn, weight] of [
      [retain, batch.retain, retainWeight],
      [forget, batch.forget, -forgetWeight],
    ] as const) {
      if (drawn === null) continue;
      const { width: c, targets } = set;
      const z = outputsAt(set, start, w);
      const rows = rowsOf(set);
      for (const i of drawn.samples) {
        const own = z.slice(i * c, (i + 1) * c);
        const total = own.reduce((sum, x) => sum + Math.exp(x), 0);
        own.forEach((x, k) => {
          const said = { squared: x, softmax: Math.exp(x) / total, sigmoid: 1 / (1 + Math.exp(-x)) }[loss];
          const slope = (weight * (said - targets[i * c + k]!)) / drawn.divisor;
          g = g.map((y, a) => y + slope * rows[i * c + k]![a]!);
        });
      }
    }
    const length = Math.hypot(...g);
    if (clip !== null && clip / (length + 1e-6) < 1) g = g.map((x) => (x * clip) / (length + 1e-6));
    if (optimizer === 'sgd') {
      g = g.map((x, a) => x + weightDecay * w[a]!);
      v = v.map((x, a) => b * x + g[a]!);
      w = w.map((x, a) => x - lr * (nesterov ? g[a]! + b * v[a]! : v[a]!));
    } else {
      w = w.map((x) => x - lr * weightDecay * x);
      v = v.map((x, a) => 0.9 * x + 0.1 * g[a]!);
      s = s.map((x, a) => 0.999 * x + 0.001 * g[a]! ** 2);
      const [first, second] = [1 - 0.9 ** (step + 1), 1 - 0.999 ** (step + 1)];
      w = w.map((x, a) => x - (lr * (v[a]! / first)) / (Math.sqrt(s[a]! / second) + 1e-8));
    }
  });
  return [retain, forget, ...(test ? [test] : [])].map((set) => outputsAt(set, start, w));
}
