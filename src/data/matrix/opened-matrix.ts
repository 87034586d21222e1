import type { MatrixSource } from '../../curvature/matrix-source.js';

/** A matrix whose file is open until `close`. */
export interface OpenedMatrix {
  readonly source: MatrixSource;
  readonly close: () => void;
}
