import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import { unlearningCoherence } from '../theory/coherence.js';
import { criticalMixing } from '../theory/critical-mixing.js';
import { batchNoise, meanCurvature, sampleWeight } from '../theory/mean-curvature.js';
import { problemFromSpec, type ReducedProblem } from '../theory/problem.js';
import { reduceProblem, reduceSets } from '../theory/reduction.js';
import type { Assertion } from './claim.js';
import type { DrawFeatures, Examination } from './examination.js';
import { type ProblemInstance, samplingName } from './instance.js';

/** Relative error of a threshold that telling instances tell from the right one. */
const TOLD = 0.1;

type Steps = Pick<Examination, 'eta' | 'criticalStep' | 'etaStar'>;

/** Features of a drawn instance with the step sizes that its examination found. */
export function drawFeatures(
  { problem: spec }: ProblemInstance,
  steps: Steps,
  asserts: Assertion | null,
): DrawFeatures {
  const full = problemFromSpec(spec);
  const reduced = reduceProblem(full);
  const [retain, forget] = reduceSets([full.retain, full.forget]).sets;
  const sizes = symmetricEigen(meanCurvature(reduced), reduced.dimension).values.map(Math.abs);
  const shares = reduced.groups.map(({ batchSize, samples }) => batchSize / samples.sampleCount);
  const { criticalStep, etaStar, eta } = steps;
  const critical = criticalMixing(retain!, forget!);
  const threshold = [criticalStep, etaStar].find(isStep);
  const inMixing = critical > 0 ? Math.abs(spec.alpha / critical - 1) : null;
  return {
    sampling: samplingName(spec.sampling),
    batchShare: Math.min(...shares),
    nu: Math.max(...reduced.groups.map(batchNoise)),
    samples: spec.retain.length + spec.forget.length,
    r: reduced.dimension,
    factors: Math.max(...[...spec.retain, ...spec.forget].map((sample) => sample.length)),
    alpha: spec.alpha,
    criticalMixing: critical,
    condition: Math.max(...sizes) / Math.min(...sizes),
    ...alignment(reduced),
    distance: threshold !== undefined && eta !== null ? Math.abs(eta / threshold - 1) : inMixing,
    ratio: isStep(criticalStep) && isStep(etaStar) ? criticalStep / etaStar : null,
    telling: isTelling(steps, asserts),
  };
}

function isStep(step: number | null): step is number {
  return step !== null && step > 0 && Number.isFinite(step);
}

/** True if a threshold 10 % too low, of a claim of divergence, or too high, of one of stability, is wrong at eta. */
function isTelling({ eta, criticalStep, etaStar }: Steps, asserts: Assertion | null): boolean {
  if (eta === null || asserts === null || !isStep(criticalStep) || !isStep(etaStar)) return false;
  const low = asserts !== 'stability' && eta > (1 - TOLD) * criticalStep && eta < etaStar;
  const high = asserts !== 'divergence' && eta < (1 + TOLD) * criticalStep && eta > etaStar;
  return low || high;
}

/** Alignment within the retain set and across the sets. */
function alignment(reduced: ReducedProblem): Pick<DrawFeatures, 'within' | 'across'> {
  const { retainBlock, forgetBlock, cross } = unlearningCoherence(reduced);
  const retain = reduced.groups.find(({ name }) => name === 'retain');
  const trace = retain ? sampleWeight(retain) * hessianNorms(retain.samples) : 0;
  return {
    within: trace > 0 ? retainBlock / trace : null,
    across: reduced.groups.length === 2 ? cross / Math.sqrt(retainBlock * forgetBlock) : null,
  };
}

/** sum_i |H_i|_Frobenius. */
function hessianNorms({
  dimension,
  offsets,
  factors,
  sampleCount,
}: ReducedProblem['groups'][0]['samples']): number {
  let total = 0;
  for (let i = 0; i < sampleCount; i++) {
    let square = 0;
    for (let s = offsets[i]!; s < offsets[i + 1]!; s++) {
      for (let t = offsets[i]!; t < offsets[i + 1]!; t++) {
        let inner = 0;
        for (let a = 0; a < dimension; a++)
          inner += factors[s * dimension + a]! * factors[t * dimension + a]!;
        square += inner ** 2;
      }
    }
    total += Math.sqrt(square);
  }
  return total;
}
