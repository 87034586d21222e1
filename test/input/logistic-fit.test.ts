import { describe, expect, test } from 'vitest';
import { sigmoid } from '../../src/unlearning/output-loss.js';
import { randomSource } from '../../src/statistics/generator.js';
import { logisticFit, SeparableError } from '../../src/input/logistic-fit.js';

/** Normal features of very different sizes, a bias, and labels that no hyperplane separates. */
function drawn(n: number, scales: readonly number[], seed: number): TwoClasses {
  const random = randomSource('logistic fit', seed);
  const columns = scales.length + 1;
  const features = new Float64Array(n * columns);
  const labels = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let z = 0.3;
    scales.forEach((scale, k) => {
      const x = random.normal();
      features[i * columns + k] = scale * x;
      z += x / 2;
    });
    features[i * columns + scales.length] = 1;
    labels[i] = random.uniform() < sigmoid(z) ? 1 : 0;
  }
  return { features, columns, labels };
}

/** Gradient of the mean loss in the weights, at given logits. */
function gradient({ features, columns, labels }: TwoClasses, logits: Float64Array): Float64Array {
  const out = new Float64Array(columns);
  logits.forEach((z, i) => {
    for (let k = 0; k < columns; k++) {
      out[k]! += ((sigmoid(z) - labels[i]!) * features[i * columns + k]!) / labels.length;
    }
  });
  return out;
}

type TwoClasses = Parameters<typeof logisticFit>[0];

const SCALES = [1e-4, 1, 1e5];

describe('logisticFit', () => {
  test('ends where the gradient of the mean loss vanishes, whatever the scale of a column', () => {
    const data = drawn(200, SCALES, 1);
    const { logits } = logisticFit(data, 0);
    gradient(data, logits).forEach((entry, k) => {
      expect(Math.abs(entry) / (SCALES[k] ?? 1)).toBeLessThan(1e-10);
    });
    // What must be noticed: logits a thousandth off.
    const off = gradient(data, logits.map((z) => 1.001 * z)); // prettier-ignore
    expect(Math.max(...off.map((entry, k) => Math.abs(entry) / (SCALES[k] ?? 1)))).toBeGreaterThan(1e-5);
  });

  test('with a ridge, w = -gradient/ridge for all but the bias gives the logits back', () => {
    const data = drawn(100, [1, 2, 0.5], 2);
    const ridge = 0.1;
    const { logits } = logisticFit(data, ridge, (column) => column < 3);
    const slope = gradient(data, logits);
    expect(Math.abs(slope[3]!)).toBeLessThan(1e-10);
    const offsets = logits.map((z, i) => {
      const own = [0, 1, 2].map((k) => (-slope[k]! / ridge) * data.features[i * 4 + k]!);
      return z - own.reduce((a, b) => a + b, 0);
    });
    // What is left is the bias, the same for every sample.
    for (const offset of offsets) expect(offset).toBeCloseTo(offsets[0]!, 8);
  });

  test('takes columns that repeat each other, and columns of zeros', () => {
    const data = drawn(80, [1, 1], 3);
    const wide = new Float64Array(80 * 5);
    for (let i = 0; i < 80; i++) {
      const row = data.features.subarray(3 * i, 3 * i + 3);
      wide.set([...row, row[0]! - row[1]!, 0], 5 * i);
    }
    const { logits } = logisticFit({ ...data, features: wide, columns: 5 }, 0);
    logisticFit(data, 0).logits.forEach((z, i) => expect(logits[i]!).toBeCloseTo(z, 8));
  });
});

test.each([0, 0.1])('the weights of a fit, with ridge %d, give its logits', (ridge) => {
  for (const scales of [SCALES, [1, 1]]) {
    const data = drawn(60, scales, 5);
    const { logits, weights } = logisticFit(data, ridge);
    logits.forEach((z, i) => {
      const product = weights.reduce((sum, w, k) => sum + w * data.features[i * data.columns + k]!, 0);
      expect(product).toBeCloseTo(z, 10);
    });
  }
});

const line = (x: readonly number[], labels: readonly number[]): TwoClasses => ({
  features: Float64Array.from(x.flatMap((value) => [value, 1])),
  columns: 2,
  labels: Float64Array.from(labels),
});

describe('data without a minimum', () => {
  test.each([
    ['separated by a hyperplane', line([1, 2, 3, 4], [0, 0, 1, 1])],
    ['separated but for two samples on it', line([1, 2, 2, 3], [0, 0, 1, 1])],
    ['with more features than samples', drawn(4, [1, 1, 1, 1, 1], 4)],
  ])('%s are refused, and taken with a ridge', (_, data) => {
    expect(() => logisticFit(data, 0)).toThrow(SeparableError);
    const { logits, weights } = logisticFit(data, 1e-3, (column) => column < data.columns - 1);
    for (const numbers of [logits, weights]) expect(numbers.every(Number.isFinite)).toBe(true);
  });

  test('are not confused with data that have one far out', () => {
    const { logits } = logisticFit(line([1, 2, 2.1, 3, 60], [0, 1, 0, 1, 1]), 0);
    expect(logits.at(-1)).toBeGreaterThan(30);
  });
});

describe('features far from 0', () => {
  /** Column k is moved by shifts[k]; the bias stays. */
  function moved(data: TwoClasses, shifts: readonly number[]): TwoClasses {
    const features = data.features.map((x, k) => x + (shifts[k % data.columns] ?? 0));
    return { ...data, features };
  }

  test.each([1e2, 1e4, 1e6])('have the same fit as those around 0, moved by %d', (shift) => {
    const data = drawn(150, [1, 2, 0.5], 6);
    const far = moved(data, [shift, -shift, 3 * shift]);
    for (const ridge of [0, 0.05]) {
      const [near, there] = [data, far].map((one) => logisticFit(one, ridge, (column) => column < 3));
      there!.logits.forEach((z, i) =>
        expect(Math.abs(z - near!.logits[i]!)).toBeLessThan(1e-9 + 1e-14 * shift),
      );
      // The weights of the features are the same, that of the bias takes the move up.
      for (let k = 0; k < 3; k++) expect(there!.weights[k]).toBeCloseTo(near!.weights[k]!, 6);
    }
  });

  test('a calendar year beside a bias is fitted to a gradient of 0', () => {
    const random = randomSource('logistic fit', 'years');
    const years = Array.from({ length: 80 }, () => 1990 + random.integer(34));
    const labels = years.map((year) => Number(random.uniform() < sigmoid((year - 2007) / 10)));
    const data = line(years, labels);
    const { logits, weights } = logisticFit(data, 0);
    const around = logisticFit(line(years.map((year) => year - 2007), labels), 0); // prettier-ignore
    logits.forEach((z, i) => expect(z).toBeCloseTo(around.logits[i]!, 9));
    expect(Math.abs(gradient(data, logits)[0]!)).toBeLessThan(1e-8);
    expect(weights[0]).toBeCloseTo(around.weights[0]!, 9);
  });
});
