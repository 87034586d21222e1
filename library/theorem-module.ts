import { InputError } from '../src/data/input-error.js';
import type { Theorem } from '../src/harness/theorem.js';

/** The theorems that a module exports as its default. @throws InputError if it exports no list of theorems. */
export async function theoremsOf(module: string): Promise<readonly Theorem[]> {
  const { default: exported } = (await import(module)) as { default?: unknown };
  const isList = Array.isArray(exported) && exported.every((item: Theorem | null) => item?.claim);
  if (!isList) throw new InputError(`${module}: must have a list of theorems as its default export`);
  return exported as readonly Theorem[];
}
