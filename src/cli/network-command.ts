import { join } from 'node:path';
import { BackendUnavailableError } from '../backends/backend-unavailable-error.js';
import type { GradientBackend } from '../backends/gradient-backend.js';
import { experimentRecord } from '../experiment/experiment-record.js';
import { networkExperiment, type ExperimentResult } from '../experiment/network-experiment.js';
import { Interrupted } from '../experiment/turns.js';
import type { UnlearningImplementation } from '../unlearning/process.js';
import type { CliContext } from './context.js';
import { prepareOutputFolder, writeFileWhole } from './files.js';
import { checkCounts, networkPlan, type NetworkCommandOptions, type NetworkPlan } from './network-plan.js';
import { describeExperiment } from './network-text.js';
import { networkProgress } from './network-progress.js';

/** As predicted, or not comparable; not as predicted; nothing to compare; interrupted. */
const EXIT = { fine: 0, otherwise: 1, nothing: 3, interrupted: 130 } as const;

/** `network`: trains a two-layer network, predicts its unlearning, and unlearns it. */
export async function networkCommand(
  context: CliContext,
  options: NetworkCommandOptions,
  implementation: UnlearningImplementation,
): Promise<number> {
  const plan = networkPlan(options);
  const { settings, folder } = plan;
  if (folder !== null) prepareOutputFolder(folder);
  const abort = new AbortController();
  const stopListening = context.onInterrupt(() => abort.abort());
  const display = networkProgress(context);
  try {
    const backend = await startedBackend(context, plan);
    const result = await networkExperiment(settings, {
      theorems: context.theorems,
      backend,
      signal: abort.signal,
      checkSplit: ({ retain, forget }) =>
        checkCounts(settings, { retain: retain.length, forget: forget.length }),
      onProgress: (doing, training) => display.update(doing, training),
      implementation,
    });
    display.clear();
    const json = JSON.stringify(experimentRecord(context.tool, settings, result), null, 2);
    context.stdout.write(`${plan.json ? json : describeExperiment(settings, result)}\n`);
    if (folder !== null) {
      const path = join(folder, 'network.json');
      writeFileWhole(path, `${json}\n`);
      if (!plan.json) context.stdout.write(`\nAll numbers: ${path}\n`);
    }
    return exitCode(result);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    display.clear();
    context.stderr.write('interrupted; nothing was written\n');
    return EXIT.interrupted;
  } finally {
    display.clear();
    stopListening();
  }
}

/** Without a backend that was asked for, gradients are compared if one starts. */
async function startedBackend(
  context: CliContext,
  { backend }: NetworkPlan,
): Promise<GradientBackend | null> {
  try {
    return await context.loadBackend(backend);
  } catch (error) {
    if (backend === null && error instanceof BackendUnavailableError) return null;
    throw error;
  }
}

function exitCode({ outcome }: ExperimentResult): number {
  if (!outcome) return EXIT.nothing;
  return outcome.verdict.says === 'not as predicted' ? EXIT.otherwise : EXIT.fine;
}
