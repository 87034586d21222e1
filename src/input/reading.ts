import type { MatrixSource } from '../theory/matrix-source.js';
import type { TrainingFit } from './training-fit.js';

/** How messages call a field of a problem: `batch.retain`, `model.labels.retain`. */
export type FieldName = (field: string) => string;

/** Shows how far a part of the reading is. */
export interface ReadingProgress {
  readonly update: (done: number) => void;
  readonly clear: () => void;
}

/** What reading a problem tells its caller while it goes on. */
export interface Reading {
  /** Default: the field as it is. */
  readonly fieldName: FieldName;
  /** Called with a line for the user about what was done in place of what could not be. */
  readonly note: (line: string) => void;
  /** Begins a part of so many pieces. */
  readonly progress: (name: string, total: number) => ReadingProgress;
  /** Adds what is to be closed when everything is read. */
  readonly closing: (close: () => void) => void;
}

/** Factors of both sets as a model gives them, readable until the reading is closed. */
export interface SetFactors {
  readonly retain: MatrixSource;
  readonly forget: MatrixSource;
  /** How the model fits the samples that were read; null without a model that can tell, or labels. */
  training(): TrainingFit | null;
}
