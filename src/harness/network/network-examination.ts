import type { Examination } from '../examination.js';

/** An examination of an experiment without step size and threshold; the rest as given. */
export function networkExamination(
  found: Pick<Examination, 'outcome' | 'evidence' | 'samples' | 'certificates' | 'refuted'> &
    Partial<Pick<Examination, 'predicted' | 'observed' | 'eta' | 'far'>>,
): Examination {
  return {
    predicted: 'undecided',
    observed: null,
    eta: null,
    criticalStep: null,
    etaStar: null,
    logGrowth: null,
    far: true,
    conflict: null,
    ...found,
  };
}
