import { openFileBytes } from './file-bytes.js';
import { InputError } from './input-error.js';
import { readArray } from './matrix-file.js';
import type { MatrixPlace } from './matrix-place.js';
import { npzNames } from './numpy.js';
import type { Reading } from './problem-source.js';

/** What an exporter stored beside the factors of a set, in the same .npz archive. */
interface StoredFacts {
  /** Of the samples at w*; null where the archive does not say. */
  readonly meanLoss: number | null;
  readonly largestGradient: number | null;
  /** True if the chosen member is a Jacobian of outputs, by its name and its neighbours. */
  readonly isJacobian: boolean;
}

/** Names of the members of an archive. @throws InputError in one line */
export async function memberNames(path: string): Promise<readonly string[]> {
  const file = openFileBytes(path);
  try {
    return await npzNames(file);
  } finally {
    file.close();
  }
}

/** The member `ids` of an archive, a number a sample; null where there is none, or, with a note, none that fits. */
export async function storedIds(
  { path, kind }: MatrixPlace,
  samples: number,
  { note }: Pick<Reading, 'note'>,
): Promise<readonly number[] | null> {
  if (kind !== 'npz' || !(await memberNames(path)).includes('ids')) return null;
  try {
    const { name, shape, numbers } = await readArray({ path, kind, part: 'ids' });
    if (shape.length === 1 && shape[0] === samples) return Array.from(numbers);
    throw new InputError(
      `${name}: must have the shape (${samples},), as there are samples; got (${shape.join(', ')})`,
    );
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // They name samples and decide nothing.
    note(`note: ids are left aside: ${error.message}`);
    return null;
  }
}

async function storedFacts({ path, kind, part }: MatrixPlace): Promise<StoredFacts | null> {
  if (kind !== 'npz') return null;
  const names = await memberNames(path);
  const one = async (name: string): Promise<number | null> =>
    names.includes(name) ? ((await readArray({ path, kind, part: name })).numbers[0] ?? null) : null;
  return {
    meanLoss: await one('mean_loss'),
    largestGradient: await one('largest_gradient'),
    isJacobian: (part ?? names[0]) === 'jacobian' && names.includes('outputs'),
  };
}

/**
 * What the archives of factors say that the theory leaves out, a line each; none where they say nothing.
 *
 * @param places archives by what messages call their samples. @throws InputError
 */
export async function factorNotes(places: Readonly<Record<string, MatrixPlace>>): Promise<string[]> {
  const lines: string[] = [];
  const losses: string[] = [];
  let largest = 0;
  for (const [name, place] of Object.entries(places)) {
    const facts = await storedFacts(place);
    const loss = facts?.meanLoss ?? null;
    losses.push(`${loss === null ? 'not known' : Number(loss.toPrecision(4))} ${name}`);
    largest = Math.max(largest, facts?.largestGradient ?? 0);
    if (!facts?.isJacobian) continue;
    lines.push(
      `note: ${place.path}#jacobian holds derivatives of outputs: they are factors of the squared loss; for another loss take factors (export with factors=True), and forecast for the run itself`,
    );
  }
  if (largest > 0) {
    lines.push(
      `note: w* does not interpolate: escape steps are upper bounds (mean loss ${losses.join(' and ')}, largest gradient of a sample ${Number(largest.toPrecision(4))}; forecast follows the gradients)`,
    );
  }
  return lines;
}
