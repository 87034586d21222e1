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
import type { ForecastClaim } from '../src/harness/forecast-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { startedNetworks } from './draws/run-problems.js';
import { isOneModel, type LinearProcess, linearPath } from './forecast-terms.js';
import { drawsAnew, isPlainStep } from './procedures.js';
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

const claim: ForecastClaim = {
  kind: 'forecast',
  loss: 'squared',
  interpolates: true,
  applies: (problem) => isPlainStep(problem) && drawsAnew(problem) && isOneModel(problem),
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
    without: ['nu: above 5', 'samples: above 16', 'r: 4 to 8', 'r: above 8'],
    asked: [],
    near: [],
  },
  instances: startedNetworks,
};
