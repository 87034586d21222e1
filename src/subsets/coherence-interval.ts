import { coherenceBlock, spectralNorm } from '../coherence/coherence-matrix.js';
import { coherenceForm, extendedFunction, kernelPart, sampleKernel, topFunction } from './coherence-form.js';
import type { IntervalEstimate, Split } from './interval-estimate.js';
import type { EstimatedProblem } from './estimated-problem.js';
import { sampleWeights } from './estimated-set.js';
import { lowerEnd, upperEnd } from './linear-form.js';

/** sigma = lambda_1(S)/max lambda_1(K_i), whose denominator is known. */
export function coherenceInterval({ whole, halves, errors }: Split): {
  readonly sigma: IntervalEstimate;
  readonly lambda1S: number;
} {
  const kernel = sampleKernel(whole);
  const largest = Math.max(
    ...whole.groups.map(({ weight, set }) => (weight / set.of) * set.largestCurvature),
  );
  const all = kernelPart(whole, whole, null);
  const top = topFunction(kernel, all);
  const parts = [kernelPart(whole, halves[0], 0), kernelPart(whole, halves[1], 1)] as const;
  const forms = parts.map((part, h) => {
    const other = parts[1 - h]!;
    const values = extendedFunction(kernel, part, topFunction(kernel, part), other);
    return coherenceForm(halves[1 - h]!, kernel, other, values);
  });
  const high = upperEnd([coherenceForm(whole, kernel, all, top.values)], errors.plain);
  const value = top.value / largest;
  return {
    sigma: {
      value,
      low: Math.min(value, Math.max(1, lowerEnd(forms, errors.split) / largest)),
      high: high / largest,
    },
    lambda1S: top.value,
  };
}

/**
 * Estimates of the coherence of either set by itself (lambda_1(S)/max lambda_1(H_i) of the unweighted H_i; null for a
 * set that takes no part) and of the spectral norm of S_RF.
 */
export function blockCoherences({ dimension, groups }: EstimatedProblem): {
  readonly retain: number | null;
  readonly forget: number | null;
  readonly cross: number;
} {
  const own = (name: 'retain' | 'forget'): number | null => {
    const group = groups.find((candidate) => candidate.name === name);
    if (!group) return null;
    const alone = { dimension, groups: [{ ...group, weight: 1 }] };
    const { value } = topFunction(sampleKernel(alone), kernelPart(alone, alone, null));
    return (value * group.set.of) / group.set.largestCurvature;
  };
  return { retain: own('retain'), forget: own('forget'), cross: crossNorm(groups) };
}

function crossNorm(groups: EstimatedProblem['groups']): number {
  const [retain, forget] = groups;
  if (!retain || !forget) return 0;
  const [left, right] = [retain, forget].map(({ set, weight }) =>
    sampleWeights(set).map((x) => Math.sqrt(weight * x)),
  ) as [Float64Array, Float64Array];
  const block = coherenceBlock(retain.set.samples, forget.set.samples);
  const columns = right.length;
  return spectralNorm(
    block.map((x, k) => x * left[Math.floor(k / columns)]! * right[k % columns]!),
    left.length,
    columns,
  );
}
