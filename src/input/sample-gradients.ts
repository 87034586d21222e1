import type { GradientFiles, SampleGradients, Reading } from './problem-source.js';
import { type MatrixSource, storedSet } from '../theory/matrix-source.js';
import {
  emptySet,
  type FactorSet,
  rankOneSet,
  scaledSet,
  SET_NAMES,
  type SetName,
} from '../theory/problem.js';
import { InputError } from './input-error.js';
import { matrixFile } from './matrix-file.js';
import { matrixPlace } from './matrix-place.js';
import { forColumnBlocks } from './matrix-views.js';

/** Shape that the gradients must fit. */
export interface GradientShape {
  /** Numbers of samples. */
  readonly samples: Readonly<Record<SetName, number>>;
  /** p. */
  readonly parameters: number;
}

/**
 * Opens the files of gradients: as many rows as a set has samples, of p finite numbers.
 *
 * @returns a source a set that has samples, retain first.
 * @throws InputError in one line.
 */
export async function gradientSources(
  files: GradientFiles,
  { samples, parameters }: GradientShape,
  { closing, fieldName }: Pick<Reading, 'closing' | 'fieldName'>,
): Promise<MatrixSource[]> {
  const sources: MatrixSource[] = [];
  for (const name of SET_NAMES.filter((set) => samples[set] > 0)) {
    const path = files[name];
    if (path === undefined) {
      throw new InputError(`${fieldName(`gradients.${name}`)} is missing; give the gradients of both sets`);
    }
    const { source, close } = await matrixFile(matrixPlace(path), 'numbers');
    closing(close);
    const { rows, columns } = source;
    if (source.factorsPerSample !== 1 || rows !== samples[name] || columns !== parameters) {
      throw new InputError(
        `${source.name}: must hold one gradient a sample, ${samples[name]} x ${parameters}; got ${rows} x ${columns}`,
      );
    }
    forColumnBlocks(source, (block, from, to) => {
      const bad = block.findIndex((x) => !Number.isFinite(x));
      if (bad < 0) return;
      const at = `row ${Math.floor(bad / (to - from))}, column ${from + (bad % (to - from))} (from 0)`;
      throw new InputError(`${source.name}: ${at} must be a finite number; got ${block[bad]!}`);
    });
    sources.push(source);
  }
  return sources;
}

/** The gradients of files in memory. */
export function storedGradients(sources: readonly MatrixSource[]): SampleGradients {
  const [retain, forget] = sources.map(storedSet);
  return { retain: retain!, forget: forget ?? emptySet(retain!.dimension) };
}

/** Gradients g_i in the coordinates of the sets of a problem: with a preconditioner C these are C^{1/2} g_i. */
export function inCoordinatesOfSets(
  gradients: SampleGradients,
  preconditioner: readonly number[] | null | undefined,
): SampleGradients {
  if (!preconditioner) return gradients;
  const roots = preconditioner.map(Math.sqrt);
  return { retain: scaledSet(gradients.retain, roots), forget: scaledSet(gradients.forget, roots) };
}

/** Gradients of a problem file. @throws InputError */
export function listedGradients(
  lists: Readonly<Record<SetName, readonly (readonly number[])[]>>,
  shape: GradientShape,
  named: (field: string) => string,
): SampleGradients {
  const read = (name: SetName): FactorSet => {
    lists[name].forEach(({ length }, i) => {
      if (length === shape.parameters) return;
      const place = named(`gradients.${name}[${i}]`);
      throw new InputError(`${place} must have ${shape.parameters} numbers, as the factors; got ${length}`);
    });
    return rankOneSet(Float64Array.from(lists[name].flat()), shape.parameters);
  };
  return checkedGradients({ retain: read('retain'), forget: read('forget') }, shape, named);
}

/** Checks gradients that are in memory. @throws InputError */
export function checkedGradients(
  gradients: SampleGradients,
  { samples, parameters }: GradientShape,
  named: (field: string) => string,
): SampleGradients {
  for (const name of SET_NAMES) {
    const { sampleCount, factors } = gradients[name];
    const rows = factors.length / parameters;
    if (sampleCount === samples[name] && rows === sampleCount) continue;
    throw new InputError(
      `${named(`gradients.${name}`)} must have one gradient a sample, ${samples[name]}; got ${rows}`,
    );
  }
  return gradients;
}
