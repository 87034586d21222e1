import { leaveOneOutInfluence } from '../../src/network/forget-set.js';
import { LOSSES } from '../../src/network/losses.js';
import { randomSource, randomSubset } from '../../src/statistics/generator.js';
import {
  escapeTime,
  forgottenSet,
  predictionFor,
  ALPHA,
  DISPLACEMENT,
  FACTOR,
  type ForgottenSet,
  type JudgedRun,
} from './forgotten-set.js';
import { twoDigits, type TwoDigits } from './images.js';
import { digitsNetworkOptions, USAGE, type DigitsNetworkOptions } from './options.js';
import { trainedOn } from './trained.js';
import { readDigits } from '../shared/checkout.js';
import { study } from '../shared/study.js';
import {
  COMPARISON_LEGEND,
  COMPARISON_TITLE,
  comparisonTables,
} from '../../src/report/network-comparison-text.js';
import { norm } from '../../src/linalg/vectors.js';
import type { TrainingResult } from '../../src/network/training.js';
import { significant } from '../../src/report/number-format.js';
import { textTable } from '../../src/report/table.js';

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

/** Data and training. */
function describeTraining(
  { training, flipped, heldOut }: TwoDigits,
  result: TrainingResult,
  { digits, seed, sizes }: DigitsNetworkOptions,
): string {
  const { weights, steps, relativeLoss, interpolationResidual } = result;
  return [
    `data         ${training.sampleCount} images of ${digits[0]} (+1) and ${digits[1]} (-1), ${flipped.length} of them mislabelled before training; ${heldOut.sampleCount} held out (seed ${seed})`,
    `network      two layers, ${sizes.width} filters of each sign on ${training.dimension} pixels: ${weights.length} weights of length ${significant(norm(weights))}`,
    `training     ${steps} steps to ${significant(relativeLoss)} of the initial loss; largest per-sample gradient ${significant(interpolationResidual)}`,
  ].join('\n');
}

/** The images that the network has memorised most. */
function memorisedTable(
  scores: Float64Array,
  { training, rows, flipped }: TwoDigits,
  { digits }: DigitsNetworkOptions,
): string {
  const wrong = new Set(flipped);
  const order = Array.from(scores.keys()).sort((i, k) => scores[k]! - scores[i]! || i - k);
  const found = order.slice(0, flipped.length).filter((i) => wrong.has(i)).length;
  return [
    `Memorised most (leave-one-out influence); ${found} of the ${flipped.length} mislabelled are among the first ${flipped.length}:`,
    textTable(
      ['rank', 'row', 'influence', 'label', 'image of'],
      order.slice(0, 10).map((i, rank) => {
        const label = training.labels[i] === 1 ? digits[0] : digits[1];
        const other = digits[0] + digits[1] - label;
        const image = wrong.has(i) ? `${other}  mislabelled` : String(label);
        return [String(rank + 1), String(rows[i]! + 1), significant(scores[i]!), String(label), image];
      }),
    ),
  ].join('\n');
}

/** Prediction and runs of the forget sets side by side. */
function escapeTable(sets: readonly ForgottenSet[]): string {
  const ofSets: [string, (set: ForgottenSet) => string][] = [
    ['unlearning coherence', ({ coherence }) => significant(coherence.unlearning)],
    ['retain coherence', ({ coherence }) => significant(coherence.retain)],
    ['forget coherence', ({ coherence }) => significant(coherence.forget)],
    ['cross coherence', ({ coherence }) => significant(coherence.cross)],
    ['kappa', ({ coherence }) => significant(coherence.kappa)],
    ['relative escape rate', ({ prediction }) => significant(prediction.relativeEscapeRate)],
  ];
  const ofRuns: [string, (judged: JudgedRun) => string][] = [
    ['escape predicted at step', ({ run }) => String(run.predictedEscapeStep ?? '-')],
    ['escape measured at step', ({ run }) => String(run.escapeStep ?? '-')],
    ['activations flipped there', ({ run }) => String(run.flipsAtEscape ?? '-')],
    ['slope predicted', ({ run }) => significant(run.slope?.predicted ?? null)],
    ['slope measured', ({ run }) => significant(run.slope?.measured ?? null)],
    ['diverges at step', ({ run }) => String(run.divergedAt ?? '-')],
  ];
  return [
    textTable(
      ['', ...sets.map(({ name }) => name)],
      ofSets.map(([label, value]) => [label, ...sets.map(value)]),
    ),
    '',
    `Runs with alpha ${ALPHA}, eta ${significant(sets[0]!.prediction.eta)} and full batches, from |delta| = ${DISPLACEMENT} |w*| to ${FACTOR} times that`,
    textTable(
      ['', ...sets.flatMap(({ runs }) => runs.map(({ name }) => name))],
      ofRuns.map(([label, value]) => [label, ...sets.flatMap(({ runs }) => runs.map(value))]),
    ),
  ].join('\n');
}

/** Where the time of the mislabelled set is among those of random subsets, and the sentence that answers. */
export function describeTimes(mislabelled: number, random: readonly number[]): string {
  const sorted = [...random].sort((a, b) => a - b);
  const slower = sorted.filter((time) => time > mislabelled).length;
  const median = sorted[Math.floor(sorted.length / 2)]!;
  const share = slower / sorted.length;
  const answer =
    share > 0.95
      ? 'Mislabelled images escape faster than random ones.'
      : share < 0.05
        ? 'Mislabelled images do not escape faster than random ones: they escape more slowly.'
        : 'Mislabelled images do not escape faster than random ones: their time is an ordinary one.';
  return [
    `steps of the linear dynamics for a growth by ${FACTOR}: mislabelled ${significant(mislabelled)}; ${sorted.length} random subsets ${significant(sorted[0]!)} .. ${significant(sorted.at(-1)!)}, median ${significant(median)}, ${slower} of them slower`,
    answer,
  ].join('\n');
}

/** The tables beside the prediction, one for each run, and what they mean. */
function describeDeletion(sets: readonly ForgottenSet[]): string {
  const runs = sets.flatMap((set) => set.runs);
  return [
    COMPARISON_TITLE,
    ...runs.map(({ name, beyond }) => `Forget set: ${name}\n${comparisonTables(beyond)}`),
    COMPARISON_LEGEND,
  ].join('\n\n');
}
