import type { JudgedSets } from '../deletion/deletion-measures.js';
import { freshSamples } from '../deletion/fresh-samples.js';
import type { ForgetSplit } from '../forgetting/forget-set.js';
import { selectSamples } from '../network/patch-data.js';
import { drawSignalPlusNoise } from '../network/signal-plus-noise.js';
import { randomSource } from '../random/generator.js';
import type { DrawnData } from './draw-experiment.js';
import type { ExperimentSettings } from './experiment-settings.js';

/** The sets on which the networks of an experiment are judged; test and fresh samples are drawn here. */
export function judgedSets(
  { data, flipped }: DrawnData,
  { retain, forget }: ForgetSplit,
  { distribution, test, seed }: ExperimentSettings,
): JudgedSets {
  const forgotten = selectSamples(data, forget);
  const random = (word: string) => randomSource('network', seed, word);
  return {
    retain: selectSamples(data, retain),
    forget: forgotten,
    test: drawSignalPlusNoise(distribution, test, random('test'), data.signal),
    fresh: freshSamples(
      distribution,
      forgotten.labels,
      forget.map((i) => flipped.includes(i)),
      test,
      random('fresh'),
      data.signal,
    ),
  };
}
