import type { Digits } from '../digits/digit-images.js';
import type { Theorem } from '../../src/harness/theorem.js';
import { assessCell } from './assess-cell.js';
import { cellKey, driftCells, plannedCells, REAL_RUNS, type PlannedCell } from './design.js';
import { assessDriftCell } from './drift-cell.js';
import type { LoggedCell } from './log-file.js';
import { subjectCriticalMixing } from './setting.js';
import { fittedSubjects, hardLabelSubjects } from './subjects.js';

/** One cell to be assessed. */
export interface PlannedWork {
  readonly key: string;
  assess(): LoggedCell;
}

/** All cells of the grid, in the order of the document, without any of the work. */
export function plannedWork(digits: Digits, theorems: readonly Theorem[], seed: number): PlannedWork[] {
  const work = (cell: PlannedCell, assess: () => LoggedCell): PlannedWork => ({ key: cellKey(cell), assess });
  const fitted = fittedSubjects(digits, seed).flatMap((subject) => {
    const alphaStar = subjectCriticalMixing(subject);
    return plannedCells(subject, alphaStar).map((cell) =>
      work(cell, () => assessCell(cell, alphaStar, theorems, seed)),
    );
  });
  const hard = hardLabelSubjects(digits, seed).flatMap((subject) => {
    const alphaStar = subjectCriticalMixing(subject);
    return driftCells(subject, alphaStar).map((cell) =>
      work(cell, () => assessDriftCell(cell, alphaStar, seed)),
    );
  });
  return [...fitted, ...hard];
}

/** Real runs that a cell of the log must have. */
export function runsOf({ full }: LoggedCell['cell']): number {
  return full ? REAL_RUNS.full : REAL_RUNS.batches;
}
