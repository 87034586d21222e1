import { leaveOneOutInfluence } from '../../src/network/forget-set.js';
import { LOSSES } from '../../src/network/losses.js';
import { randomSource, randomSubset } from '../../src/statistics/generator.js';
import { escapeTime, forgottenSet, predictionFor } from './forgotten-set.js';
import { twoDigits } from './images.js';
import { digitsNetworkOptions, USAGE, type DigitsNetworkOptions } from './options.js';
import { describeDeletion, describeTimes, describeTraining, escapeTable, memorisedTable } from './report.js';
import { trainedOn } from './trained.js';
import { readDigits } from '../shared/checkout.js';
import { study } from '../shared/study.js';

/**
 * A two-layer ReLU network on handwritten digits, forgetting random and mislabelled images:
 * npm run example:digits-network -- --quick
 */
export default study({
  name: 'digits-network',
  usage: USAGE,
  options: digitsNetworkOptions,
  run(options, console) {
    console.print(forgettingOfDigits(options, (doing) => console.say(doing)));
    return 0;
  },
});

/**
 * Trains on two digits, some of them mislabelled, and forgets once a random subset and once the mislabelled ones;
 * the text that the example prints.
 */
export function forgettingOfDigits(
  options: DigitsNetworkOptions,
  onProgress: (doing: string) => void,
): string {
  const { seed, sizes } = options;
  onProgress('training');
  const images = twoDigits(readDigits(), options);
  const result = trainedOn(images.training, sizes.width, ['digits network', seed, 'start']);
  const network = { width: sizes.width, dimension: images.training.dimension };
  const trained = { network, weights: result.weights, data: images.training, loss: LOSSES.squared };
  const scores = leaveOneOutInfluence(network, result.weights, images.training);

  const wrong = new Set(images.flipped);
  const right = Array.from({ length: sizes.images }, (_, i) => i).filter((i) => !wrong.has(i));
  const random = randomSource('digits network', seed, 'random subsets');
  const subsets = Array.from({ length: sizes.subsets }, () => randomSubset(right, sizes.forgetCount, random));
  // One step size for all, so that their times can be compared.
  const { eta } = predictionFor(trained, subsets[0]!, null, seed);
  const timeOf = (forget: readonly number[]) => escapeTime(predictionFor(trained, forget, eta, seed));
  onProgress('times of random subsets');
  const times = { mislabelled: timeOf(images.flipped), random: subsets.map(timeOf) };
  const sets = [
    { name: `${sizes.forgetCount} random`, forget: subsets[0]! },
    { name: `${sizes.forgetCount} mislabelled`, forget: images.flipped },
  ].map(({ name, forget }) => {
    onProgress(`forgetting ${name}`);
    return forgottenSet(name, trained, forget, eta, images, options);
  });
  return [
    describeTraining(images, result, options),
    memorisedTable(scores, images, options),
    `${escapeTable(sets)}\n${describeTimes(times.mislabelled, times.random)}`,
    describeDeletion(sets),
  ].join('\n\n');
}
