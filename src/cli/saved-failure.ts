import { type Counterexample, misfitOf } from '../harness/counterexample.js';
import { experimentsOf } from '../harness/kinds.js';
import type { Theorem } from '../harness/theorem.js';
import { parseCounterexampleFile } from '../input/counterexample-file.js';
import { fileText } from '../input/file-bytes.js';
import { InputError } from '../input/input-error.js';

/** A counterexample that `verify` has saved, and the theorem that it is of. */
interface SavedCounterexample {
  readonly record: Counterexample;
  readonly theorem: Theorem;
}

/**
 * Reads a counterexample of one of these theorems.
 *
 * @throws InputError in one line that names the file and what is wrong in it: damaged, of another version or program, of
 * a theorem that is not known, or without what that theorem speaks of.
 */
export function readSavedFailure(path: string, theorems: readonly Theorem[]): SavedCounterexample {
  const record = parseCounterexampleFile(fileText(path), path, experimentsOf(theorems));
  const theorem = theorems.find(({ id }) => id === record.theorem.id);
  if (!theorem) {
    const known = theorems.map(({ id }) => id).join(', ');
    throw new InputError(`${path}: theorem.id must be one of ${known}; got ${record.theorem.id}`);
  }
  const misfit = misfitOf(theorem, record);
  if (misfit !== null) throw new InputError(`${path}: ${misfit}`);
  return { record, theorem };
}
