import type { Examination, ExaminationSettings } from '../examination.js';
import type { NetworkClaim, NetworkInstance } from '../network-claim.js';
import { examineBlockModel } from './examine-block-model.js';
import { examineFrequency } from './examine-frequency.js';
import { examineGram } from './examine-gram.js';
import { examineLocation } from './examine-location.js';
import { examineNetworkEscape } from './examine-network-escape.js';

/** Puts one instance of a claim about data or networks to the test. Deterministic in its arguments. */
export function examineNetwork(
  claim: NetworkClaim,
  instance: NetworkInstance,
  settings: ExaminationSettings,
): Examination {
  switch (claim.kind) {
    case 'gram':
      return examineGram(claim, instance, settings);
    case 'frequency':
      return examineFrequency(claim, instance, settings);
    case 'location':
      return examineLocation(claim, instance, settings);
    case 'block-model':
      return examineBlockModel(claim, instance, settings);
    case 'network-escape':
      return examineNetworkEscape(claim, instance, settings);
  }
}
