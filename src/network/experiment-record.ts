import type { DeletionMeasures } from './deletion-measures.js';
import type { ExperimentSettings } from './experiment-settings.js';
import type { ExperimentResult, UnlearningOutcome } from './network-experiment.js';

/** Program that made a record. */
interface RecordTool {
  readonly name: string;
  readonly version: string;
  readonly commit: string | null;
}

/** An experiment as plain numbers, in the layout that scripts rely on; arrays of weights are left out. */
export function experimentRecord<Analysis>(
  { name, version, commit }: RecordTool,
  settings: ExperimentSettings,
  { drawn, training, forgotten, outcome }: ExperimentResult<Analysis>,
): object {
  return {
    schemaVersion: 1,
    kind: 'network',
    tool: { name, version, commit },
    settings: settingsRecord(settings),
    data: {
      signalToNoise: drawn.signalToNoise,
      labels: Array.from(drawn.data.labels),
      flipped: drawn.flipped,
    },
    training: without(training, 'weights'),
    forget: forgotten && {
      samples: forgotten.split.forget,
      memorisation: Array.from(forgotten.scores),
    },
    ...(outcome && unlearningRecord(outcome)),
  };
}

/** The settings of all three parts beside each other. */
function settingsRecord({ data, training, unlearning, seed }: ExperimentSettings) {
  const { distribution, samples, labelNoise, test } = data;
  const { forgetCount, forget, retrained, ...step } = unlearning;
  return {
    distribution,
    samples,
    forgetCount,
    forget,
    ...training,
    labelNoise,
    ...step,
    retrained,
    test,
    seed,
  };
}

/** The part of a record that is about unlearning, beside what was predicted; `beyond` is no part of the prediction. */
function unlearningRecord<Analysis>({
  gradients,
  analysis,
  prediction,
  run,
  verdict,
  growth,
  beyond,
}: UnlearningOutcome<Analysis>) {
  return {
    gradients,
    prediction: {
      analysis,
      ...without(prediction, 'local', 'problem', 'displacement'),
      escapeStep: run.predictedEscapeStep,
      escapeStepWithoutDrift: run.interpolatingEscapeStep,
    },
    run: { verdict, ...without(run, 'snapshots', 'predictedEscapeStep', 'interpolatingEscapeStep') },
    growth: typeof growth === 'string' ? { unmeasured: growth } : growth,
    beyond: {
      retrained: beyond.level.networks.map(measuresRecord),
      reference: { distance: beyond.level.distance, tugOfWar: beyond.level.tugOfWar },
      rows: beyond.rows.map(({ at, step, measures, verdict: judged }) => ({
        at,
        step,
        ...measuresRecord(measures),
        verdict: judged,
      })),
    },
  };
}

function measuresRecord(measures: DeletionMeasures): Omit<DeletionMeasures, 'testOutputs'> {
  return without(measures, 'testOutputs');
}

function without<T extends object, K extends keyof T>(record: T, ...fields: readonly K[]): Omit<T, K> {
  const kept = Object.entries(record).filter(([field]) => !fields.includes(field as K));
  return Object.fromEntries(kept) as Omit<T, K>;
}
