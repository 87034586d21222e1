import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ForecastSets, OutputSet } from '../../src/forecast/output-set.js';
import { npyBytes, type NpyVariant } from '../input/npy-bytes.js';
import { zipBytes } from '../input/zip-bytes.js';

/** A member of an archive: numbers and their shape, and how they are stored. */
export type Member = readonly [numbers: ArrayLike<number>, shape: readonly number[], variant?: NpyVariant];

/** The members that the .npz file of a set has; classes stand for unit vectors where `classes` is true. */
export function membersOf(set: OutputSet, classes: boolean): Record<string, Member> {
  const { samples: n, width: c, outputs, targets, pull, jacobian } = set;
  const p = jacobian.columns;
  const labels = Float64Array.from({ length: n }, (_, i) => targets.subarray(i * c, (i + 1) * c).indexOf(1));
  return {
    jacobian: [jacobian.readColumns(0, p), [n, c, p], { type: 'f4' }],
    outputs: [outputs, [n, c]],
    labels: classes ? [labels, [n], { type: 'i8' }] : [targets, [n, c]],
    ...(pull && { jw: [pull, [n, c]] }),
  };
}

export function writeNpz(path: string, members: Readonly<Record<string, Member>>): string {
  const entries = Object.entries(members).map(([name, [numbers, shape, variant]]) => ({
    name: `${name}.npy`,
    data: npyBytes(Float64Array.from(numbers), shape, variant),
  }));
  writeFileSync(path, zipBytes(entries));
  return path;
}

/** Writes all sets to a folder; returns the options that name them. */
export function writeSets(folder: string, sets: ForecastSets, classes = true): string[] {
  return (['retain', 'forget', 'test'] as const).flatMap((name) => {
    const set = sets[name];
    return set ? [`--${name}`, writeNpz(join(folder, `${name}.npz`), membersOf(set, classes))] : [];
  });
}
