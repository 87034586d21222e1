/**
 * # F1: a forecast of squared loss is the linear process
 *
 * Statement: squared loss at a minimum that fits every sample: the outputs of a forecast are f* + J delta_k, delta_k the
 * linear process with H_i = J_i^T J_i and the same batches, step for step.
 * Definitions: the forecast of a training loop descends W_R L_R - W_F L_F of f* + J delta with its true loss; delta_{k+1} =
 * delta_k - eta [(1-alpha) Hbar_R - alpha Hbar_F] delta_k, the means over the batches; l_i = |f_i - y_i|^2/2.
 * Hypotheses: squared loss; every sample is fitted at w*; the plain step.
 * Source: worked out for this project from the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: f_i - y_i = J_i delta, so that the gradient of sample i is J_i^T J_i delta = H_i delta.
 */
import type { NamedBatches } from '../src/harness/exact-rest.js';
import type { ForecastClaim, ForecastedSetting } from '../src/harness/forecast-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import type { CurvatureGroup } from '../src/theory/problem.js';
import { NOT_MANY } from './draws/draw-floors.js';
import { startedNetworks } from './draws/run-problems.js';
import { isPlainModel, outputsPerSample } from './rest-terms.js';
import { CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/F1.json' with { type: 'json' };
import { wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'F1',
  name: 'a forecast of squared loss is the linear process',
  procedure: 'forecast',
  statement:
    'squared loss at a minimum that fits every sample: the outputs of a forecast are f* + J delta_k, delta_k the linear process with H_i = J_i^T J_i and the same batches, step for step.',
  formula: String.raw`\begin{gathered} f_k = f^* + J\,\delta_k, \\[0.4em] \delta_{k+1} = \delta_k - \eta\bigl[(1-\alpha)\,\overline{J_i^T J_i}_R - \alpha\,\overline{J_i^T J_i}_F\bigr]\,\delta_k \end{gathered}`,
  hypotheses: ['squared loss', 'every sample is fitted at w*', 'the plain step'],
  unneeded: {
    'squared loss': 'other losses follow the process to first order only: F2',
    'every sample is fitted at w*': 'else the gradient at w* pushes the process: F3',
    'the plain step': 'other procedures follow the processes of their own theorems',
  },
  source: CHANG_KHANNA,
  proof: 'f_i - y_i = J_i delta, so that the gradient of sample i is J_i^T J_i delta = H_i delta.',
};

/** Changes of a variant to the linear process; default: none. */
interface LinearProcess {
  /** Factors of the step size and of the ascent. */
  readonly step?: number;
  readonly ascent?: number;
  /** What the sum over a batch is divided by; default: the batch size. */
  readonly divisor?: (drawn: number, size: number, n: number) => number;
  /** Curvature of the whole set in place of that of the batch. */
  readonly whole?: boolean;
  /** The descent is made first, and the ascent from where it ends. */
  readonly inTurns?: boolean;
  /** Factor of the curvature by outputs of a sample. */
  readonly loss?: (c: number) => number;
  /** Steps that are left out at the end. */
  readonly without?: number;
}

/** delta_K of delta' = delta - eta [(1-alpha) Hbar_R(batch) - alpha Hbar_F(batch)] delta, from w* = 0 and delta_0 = the minimum on. */
function linearPath(
  { problem, eta, minimum }: ForecastedSetting,
  batches: readonly NamedBatches[],
  {
    step = 1,
    ascent = 1,
    divisor = (_, size) => size,
    whole = false,
    inTurns = false,
    loss = () => 1,
    without = 0,
  }: LinearProcess = {},
): Float64Array {
  let delta = minimum.slice();
  for (const named of batches.slice(0, batches.length - without)) {
    const next = delta.slice();
    for (const group of problem.groups) {
      const indices = named[group.name];
      if (indices === null) continue;
      const n = group.samples.sampleCount;
      const taken = whole ? Array.from({ length: n }, (_, i) => i) : indices;
      const over = whole ? n : divisor(indices.length, group.batchSize, n);
      const c = outputsPerSample(group);
      const from = inTurns && group.name === 'forget' ? next.slice() : delta;
      const scale =
        (step * eta * group.sign * group.weight * (group.name === 'forget' ? ascent : 1) * loss(c)) / over;
      for (const i of taken) addCurvature(group, i, from, -scale, next);
    }
    delta = next;
  }
  return delta;
}

/** out += scale H_i x. */
function addCurvature(
  { samples: { factors, offsets, dimension: p } }: CurvatureGroup,
  i: number,
  x: Float64Array,
  scale: number,
  out: Float64Array,
): void {
  for (let row = offsets[i]!; row < offsets[i + 1]!; row++) {
    let along = 0;
    for (let a = 0; a < p; a++) along += factors[row * p + a]! * x[a]!;
    for (let a = 0; a < p; a++) out[a]! += scale * along * factors[row * p + a]!;
  }
}

const claim: ForecastClaim = {
  kind: 'forecast',
  loss: 'squared',
  interpolates: true,
  applies: isPlainModel,
  path: (setting, batches) => linearPath(setting, batches),
};

/** The claim with another process. */
function process(change: LinearProcess): ForecastClaim {
  return { ...claim, path: (setting, batches) => linearPath(setting, batches, change) };
}

const mutants = wrongVariants<ForecastClaim>('F1', [
  ['steps 2 % too long', process({ step: 1.02 }), 'quick'],
  ['descent on the forget set, too', process({ ascent: -1 })],
  ['no ascent', process({ ascent: 0 })],
  ['the curvature of the whole set in every step', process({ whole: true }), 'quick'],
  ['the sum over a batch in place of its mean', process({ divisor: () => 1 })],
  ['the sum over a batch divided by the whole set', process({ divisor: (_drawn, _size, n) => n })],
  ['batches of random size divided by their own size', process({ divisor: (drawn) => Math.max(1, drawn) })],
  ['the mean over the outputs, as MSELoss takes it', process({ loss: (c) => 2 / c })],
  ['ascent from where the descent ends', process({ inTurns: true })],
  ['a step too few', process({ without: 1 }), 'quick'],
]);

export const F1: ProblemTheorem<ForecastClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing:
    'small random models of one to three parameters and outputs that the retain set covers, any alpha and sampling, and a start away from the minimum. Twelve steps, on the Jacobian and in output space, of a third to three times the exact threshold.',
  floors: {
    without: NOT_MANY,
    asked: [],
    near: [],
  },
  instances: startedNetworks,
};
