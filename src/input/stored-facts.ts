import { openFileBytes } from './file-bytes.js';
import { InputError } from './input-error.js';
import { readArray } from './matrix-file.js';
import type { MatrixPlace } from './matrix-place.js';
import { npyWord, npzMember, npzNames } from './numpy.js';
import type { Reading } from './problem-source.js';

/** Facts that an exporter stored beside the factors of a set, in the same .npz archive. */
interface StoredFacts {
  /** Of the samples at w*; null where the archive does not say. */
  readonly meanLoss: number | null;
  readonly largestGradient: number | null;
  /** How many samples there are, and of what kind their numbers are, by the exporter's word. */
  readonly n: number | null;
  readonly kind: string | null;
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
  const word = names.includes('kind') ? await storedWord(path, 'kind') : null;
  const one = async (name: string): Promise<number | null> =>
    names.includes(name) ? ((await readArray({ path, kind, part: name })).numbers[0] ?? null) : null;
  return {
    meanLoss: await one('mean_loss'),
    largestGradient: await one('largest_gradient'),
    n: await one('n'),
    kind: word,
    isJacobian: (part ?? names[0]) === 'jacobian' && (word === 'jacobian' || names.includes('outputs')),
  };
}

async function storedWord(path: string, member: string): Promise<string | null> {
  const bytes = await npzMember(openFileBytes(path), member);
  try {
    return npyWord(bytes);
  } finally {
    bytes.close();
  }
}

/** Names of exporters for gradients of the loss. */
const LOSS_GRADIENTS = /^(loss[-_ ])?gradients?$/i;

/** Mean losses up to the square of the rounding of a float32 number of size 1: no float32 weights fit outputs better. */
const ROUNDING_LOSS = 2 ** -46;

/** What archives of factors say of themselves. */
interface FactorFacts {
  /** What the theory leaves out, a line each; none where they say nothing. */
  readonly notes: readonly string[];
  /** Samples that each is said to have, by the same names. */
  readonly samples: Readonly<Record<string, number | null>>;
  /** True if all say that they hold factors, or derivatives of outputs. */
  readonly areDeclared: boolean;
}

/**
 * What the archives of factors say of themselves.
 *
 * @param places archives by what messages call their samples.
 * @throws InputError, also for one that says that it holds gradients of the loss.
 */
export async function factorFacts(places: Readonly<Record<string, MatrixPlace>>): Promise<FactorFacts> {
  const samples: Record<string, number | null> = {};
  let [areDeclared, isRounding] = [true, true];
  const lines: string[] = [];
  const losses: string[] = [];
  let largest = 0;
  for (const [name, place] of Object.entries(places)) {
    const facts = await storedFacts(place);
    const { kind = null, meanLoss: loss = null } = facts ?? {};
    if (kind !== null && LOSS_GRADIENTS.test(kind)) {
      throw new InputError(
        `${place.path}: must hold factors of the curvature; got kind ${JSON.stringify(kind)}, gradients of the loss, which vanish where samples are fitted (docs/exporting.md)`,
      );
    }
    samples[name] = facts?.n ?? null;
    areDeclared &&= kind === 'factors' || facts?.isJacobian === true;
    isRounding &&= loss !== null && loss <= ROUNDING_LOSS;
    losses.push(`${loss === null ? 'not known' : Number(loss.toPrecision(4))} ${name}`);
    largest = Math.max(largest, facts?.largestGradient ?? 0);
    if (!facts?.isJacobian) continue;
    lines.push(
      `note: ${place.path}#jacobian holds derivatives of outputs: they are factors of the squared loss; for another loss take factors (export with factors=True), and forecast for the run itself`,
    );
  }
  if (largest > 0 && !isRounding) {
    lines.push(
      `note: w* does not interpolate: escape steps are upper bounds (mean loss ${losses.join(' and ')}, largest gradient of a sample ${Number(largest.toPrecision(4))}; forecast follows the gradients)`,
    );
  }
  return { notes: lines, samples, areDeclared };
}
