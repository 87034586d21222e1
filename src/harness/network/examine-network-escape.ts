import type { Examination, ExaminationSettings } from '../examination.js';
import type { NetworkEscapeClaim, NetworkInstance } from '../network-claim.js';
import { examineEscapeTrend } from './examine-escape-trend.js';
import { examineNetworkRun } from './examine-network-run.js';

/** Compares real unlearning runs of trained networks with the claimed rate, or with its rise with SNR. */
export function examineNetworkEscape(
  claim: NetworkEscapeClaim,
  { experiment, setting }: NetworkInstance,
  settings: ExaminationSettings,
): Examination {
  return experiment === 'escape-trend'
    ? examineEscapeTrend(claim, setting, settings)
    : examineNetworkRun(claim, setting, settings);
}
