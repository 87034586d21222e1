import type { Counterexample } from '../harness/counterexample.js';
import { significant } from './number-format.js';

/** What a recorded contradiction is about, in a line. */
export function instanceText({ problem, network }: Counterexample): string {
  if (problem) {
    const { retain, forget, alpha, eta, sampling, batch } = problem;
    return `${retain.length} retain and ${forget.length} forget samples, alpha ${alpha}, eta ${significant(eta)}, ${sampling} batches ${batch.retain} / ${batch.forget}`;
  }
  if (!network) return '';
  const parameters = Object.entries<number>({ ...network.setting }).map(
    ([name, value]) => `${name} ${significant(value)}`,
  );
  return `experiment ${network.experiment}: ${parameters.join(', ')}`;
}
