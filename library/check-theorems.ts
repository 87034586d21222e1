import { InputError } from '../src/data/input-error.js';
import type { Theorem } from '../src/harness/theorem.js';

/** Ids name files, test cases and parts of a page. */
const ID = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** Checks what a run relies on. @throws InputError for no theorem, an id that is none, and one that is not unique. */
export function checkTheorems(theorems: readonly Theorem[]): void {
  if (theorems.length === 0) throw new InputError('theorems must have at least one theorem; got none');
  const ids = new Set<string>();
  for (const { id } of theorems) {
    checkId(id);
    if (ids.has(id)) throw new InputError(`theorems must have different ids; got ${id} twice`);
    ids.add(id);
  }
}

/** @throws InputError unless it is a letter followed by letters, digits, _ and -. */
export function checkId(id: string): void {
  if (ID.test(id)) return;
  throw new InputError(`id must be a letter followed by letters, digits, _ or -; got ${JSON.stringify(id)}`);
}

/** A line for every theorem without wrong variants: agreement means little if nothing could have been noticed. */
export function untriedTheorems(theorems: readonly Theorem[]): string[] {
  return theorems
    .filter(({ mutants }) => mutants.length === 0)
    .map(({ id }) => `${id} has no wrong variants: nothing shows that a mistake in it would be noticed`);
}
