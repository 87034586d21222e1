import type { TensorBackendName } from '../src/backends/gradient-backend.js';
import { checkedCounterexample } from '../src/data/counterexample-file.js';
import { InputError } from '../src/data/input-error.js';
import { replayCounterexample, type Counterexample } from '../src/harness/counterexample.js';
import type { Examination } from '../src/harness/examination.js';
import type { Theorem } from '../src/harness/theorem.js';
import { unlearning } from '../src/unlearning/process.js';
import { backendFor } from './verify.js';

/**
 * Examines a recorded contradiction again: the contradiction stands if `outcome` is `contradict`.
 *
 * @param record of a report, or as read from a counterexample file.
 * @param theorems among which the contradicted one is found by its id.
 * @throws InputError if the record is not one, or its theorem is not among those given.
 */
export async function replay(
  record: Counterexample,
  theorems: Theorem | readonly Theorem[],
  options: { readonly backend?: TensorBackendName | null } = {},
): Promise<Examination> {
  const checked = checkedCounterexample(record, 'counterexample');
  const list = [theorems].flat() as readonly Theorem[];
  const theorem = list.find(({ id }) => id === checked.theorem.id);
  if (!theorem) {
    const allowed = list.map(({ id }) => id).join(', ');
    throw new InputError(`counterexample: theorem.id must be one of ${allowed}; got ${checked.theorem.id}`);
  }
  return replayCounterexample(theorem, checked, unlearning, await backendFor([theorem], options.backend));
}
