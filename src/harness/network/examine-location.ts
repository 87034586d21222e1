import type { Interval } from '../../statistics/intervals.js';
import { medianInterval } from '../../statistics/median-interval.js';
import type { Examination, ExaminationSettings, Outcome } from '../examination.js';
import type { LocationClaim, NetworkInstance, NetworkSetting } from '../network-claim.js';
import { networkExamination } from './network-examination.js';
import { measuredSpectrum } from './measured-spectrum.js';

/**
 * Compares the claimed location of a measured quantity with an exact interval for its median over
 * `repeats` independent data sets; the same interval serves claim and wrong variants.
 */
export function examineLocation(
  claim: LocationClaim,
  { experiment, setting }: NetworkInstance,
  { mutants, errorProbability }: ExaminationSettings,
): Examination {
  const measured = Array.from({ length: setting.repeats }, (_, repeat) =>
    measuredSpectrum(experiment, setting, repeat),
  );
  const median = medianInterval(measured, errorProbability);
  return networkExamination({
    outcome: outcomeOf(claim, setting, median),
    evidence: `median of ${setting.repeats} data sets in [${median.low.toFixed(4)}, ${median.high.toFixed(4)}], predicted ${claim.limit(setting).toFixed(4)} +- ${claim.tolerance(setting).toFixed(4)}`,
    samples: setting.repeats,
    certificates: 1,
    refuted: mutants.flatMap(({ id, claim: wrong }) =>
      wrong.kind === 'location' && outcomeOf(wrong, setting, median) === 'contradict' ? [id] : [],
    ),
  });
}

/** Whether the median's interval lies inside the claimed one, apart from it, or neither. */
function outcomeOf(claim: LocationClaim, setting: NetworkSetting, { low, high }: Interval): Outcome {
  const limit = claim.limit(setting);
  const tolerance = claim.tolerance(setting);
  if (low >= limit - tolerance && high <= limit + tolerance) return 'agree';
  return high < limit - tolerance || low > limit + tolerance ? 'contradict' : 'inconclusive';
}
