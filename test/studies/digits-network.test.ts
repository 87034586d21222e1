import { describe, expect, test } from 'vitest';
import { comparisonImages, twoDigits } from '../../studies/digits-network/images.js';
import { digitsNetworkOptions } from '../../studies/digits-network/options.js';
import { describeTimes } from '../../studies/digits-network/study.js';
import { readDigits } from '../../studies/shared/checkout.js';
import { PIXEL_COUNT } from '../../studies/shared/digit-images.js';

const digits = readDigits();
const options = digitsNetworkOptions(['--quick', '--digits', '4,9'])!;
const images = twoDigits(digits, options);
const { training, rows, flipped, heldOut } = images;

describe('the options of the example', () => {
  test.each([
    [['--digits', '3,3'], '--digits must be two different digits such as 3,5; got 3,3'],
    [['--digits', '3'], '--digits must be two different digits such as 3,5; got 3'],
    [['--seed', '1.5'], /--seed must be an integer in 0\.\.\d+; got 1.5/],
    [['--fast'], /Unknown option '--fast'; allowed are --digits, --seed, --quick, --help/],
  ])('refuse %s', (words, message) => {
    expect(() => digitsNetworkOptions(words)).toThrow(message);
  });

  test('are none where help is asked for', () => {
    expect(digitsNetworkOptions(['--help'])).toBeNull();
  });
});

describe('the images of two digits', () => {
  test('are all of them once, trained on or held out', () => {
    const count = digits.labels.filter((digit) => digit === 4 || digit === 9).length;
    expect(training.sampleCount + heldOut.sampleCount).toBe(count);
    expect(new Set(rows).size).toBe(options.sizes.images);
  });

  test('have the labels of the file, but for those that are flipped', () => {
    const wrong = rows.flatMap((row, i) =>
      (digits.labels[row] === 4 ? 1 : -1) === training.labels[i] ? [] : [i],
    );
    expect(wrong).toEqual([...flipped]);
    expect(flipped).toHaveLength(options.sizes.forgetCount);
  });

  test('have pixels of mean 0', () => {
    const mean = new Float64Array(PIXEL_COUNT);
    for (const { inputs } of [training, heldOut]) inputs.forEach((x, k) => (mean[k % PIXEL_COUNT]! += x));
    expect(Math.max(...mean.map(Math.abs))).toBeLessThan(1e-10);
  });

  test('are compared with held-out ones of the same digit, mislabelled if they are', () => {
    const right = Array.from({ length: 5 }, (_, i) => i).filter((i) => !flipped.includes(i));
    const forget = [...right, ...flipped];
    const fresh = comparisonImages(images, forget);
    const copies = fresh.sampleCount / forget.length;
    expect(Number.isInteger(copies) && copies >= 1).toBe(true);
    expect(Array.from(fresh.labels)).toEqual(
      forget.flatMap((i) => Array<number>(copies).fill(training.labels[i]!)),
    );
    const trueLabels = Array.from(fresh.labels.keys(), (k) => trueLabel(fresh.inputs, k));
    expect(trueLabels.filter((y, k) => y !== fresh.labels[k])).toHaveLength(copies * flipped.length);
  });

  /** Of image k, found among the held-out ones by its pixels. */
  function trueLabel(inputs: Float64Array, k: number): number {
    const image = (of: Float64Array, i: number) => of.subarray(i * PIXEL_COUNT, (i + 1) * PIXEL_COUNT).join();
    const wanted = image(inputs, k);
    const found = Array.from(heldOut.labels.keys()).find((i) => image(heldOut.inputs, i) === wanted)!;
    return heldOut.labels[found]!;
  }
});

describe('the sentence about mislabelled images', () => {
  const random = Array.from({ length: 100 }, (_, i) => 20 + i);

  test('says faster only of a time below nearly all of the random ones', () => {
    expect(describeTimes(10, random)).toMatch(/Mislabelled images escape faster than random ones\.$/);
    expect(describeTimes(40, random)).toMatch(/do not escape faster .* an ordinary one\.$/);
    expect(describeTimes(500, random)).toMatch(/they escape more slowly\.$/);
  });
});
