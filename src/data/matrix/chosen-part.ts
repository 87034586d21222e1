import { InputError } from '../problem-file.js';

/** Parts that a message lists at most. */
const LISTED = 20;

/**
 * The part of a file with several that was asked for; without a wish the only one.
 *
 * @param noun what the file calls its parts.
 * @throws InputError listing the parts, if there is none of that name, or several and no wish.
 */
export function chosenPart<Part>(
  parts: ReadonlyMap<string, Part>,
  wished: string | null,
  path: string,
  noun: string,
): { name: string; part: Part } {
  const names = [...parts.keys()];
  const name = wished ?? (names.length === 1 ? names[0]! : null);
  const part = name === null ? undefined : parts.get(name);
  if (name !== null && part !== undefined) return { name, part };
  const more = names.length > LISTED ? `, and ${names.length - LISTED} more` : '';
  const listed = names.length === 0 ? 'has none' : `has ${names.slice(0, LISTED).join(', ')}${more}`;
  throw new InputError(
    wished === null
      ? `${path}: must name its ${noun}, as ${path}#NAME; it ${listed}`
      : `${path}: no ${noun} ${JSON.stringify(wished)}; it ${listed}`,
  );
}
