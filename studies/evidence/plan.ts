import type { Theorem } from '../../src/harness/theorem.js';
import type { Digits } from '../shared/digit-images.js';
import { assessCell } from './assess-cell.js';
import { cellKey, driftCells, type PlannedCell, plannedCells, subjectCriticalMixing } from './design.js';
import { assessDriftCell } from './drift.js';
import type { LoggedCell } from './log.js';
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
