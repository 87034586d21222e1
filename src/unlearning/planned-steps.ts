import { type SamplingChoice, samplingOf, SET_NAMES, type SetName } from '../theory/problem.js';
import { epochSizes, isDrawn, periodSteps, PLAIN_PROCEDURE } from '../theory/procedure.js';
import { type Batch, type BatchSampler, emptySampler } from './batch-sampler.js';
import type { StepSettings } from './step.js';

/** A step of a period: its batches, and its settings, with the size of a short batch as divisor. */
export interface PlannedStep extends Readonly<Record<SetName, Batch>> {
  readonly settings: StepSettings;
  readonly sets: readonly SetName[];
}

/** The steps of a period: a set that takes part has a batch of its own there, or that of its sampler if there is one step. */
export function plannedSteps(
  settings: StepSettings,
  sampling: SamplingChoice,
  samplers: Readonly<Record<SetName, BatchSampler>>,
): PlannedStep[] {
  const { procedure = PLAIN_PROCEDURE, batch } = settings;
  const groups = SET_NAMES.map((name) => ({
    name,
    sampling: samplingOf(sampling, name),
    batchSize: batch[name],
    samples: settings[name],
  }));
  const present = groups.filter(({ samples }) => samples.sampleCount > 0);
  const period = periodSteps(present, procedure);
  const used = { retain: 0, forget: 0 };
  return period.map((taking) => {
    const own = (name: SetName): Batch => {
      if (!taking.some((group) => group.name === name)) return emptySampler().batch;
      const { batch: drawn } = samplers[name];
      return period.length === 1 ? drawn : { indices: drawn.indices.slice(), size: 0 };
    };
    const divisors = { ...batch };
    for (const group of taking) {
      if (isDrawn(group)) continue;
      const epoch = epochSizes(group, procedure.dropLast);
      divisors[group.name] = epoch[used[group.name]++ % epoch.length]!;
    }
    const sets = taking.map(({ name }) => name);
    return { settings: { ...settings, batch: divisors }, sets, retain: own('retain'), forget: own('forget') };
  });
}

/** Copies a drawn batch, which the next draw overwrites. */
export function keep(drawn: Batch, copy: Batch): void {
  for (let k = 0; k < drawn.size; k++) copy.indices[k] = drawn.indices[k]!;
  copy.size = drawn.size;
}
