import { linearTheorems } from '../../theorems/index.js';
import { analyzeProblem, isDrawn } from '../analysis/analyze.js';
import { clippingFault } from '../analysis/clipping.js';
import type { Analysis } from '../analysis/answer.js';
import type { Recommendation } from '../analysis/recommendation.js';
import { DEFAULT_REQUEST, recommend as recommendFor } from '../analysis/recommend.js';
import type { Theorem } from '../harness/theorem.js';
import {
  type ProblemInput,
  parseProblem,
  parseUnsteppedProblem,
  type UnsteppedProblem,
} from '../input/problem-input.js';
import { type FieldsOf, InputError, withKnownFields } from '../input/input-error.js';
import type { ReadProblem } from '../input/read-problem.js';
import type { TrainingFit } from '../input/training-fit.js';
import type { TranslatedWords } from '../input/training-words.js';
import { plainStepFault } from '../theory/procedure.js';
import { integerIn, numberWhich } from './checked-options.js';

export interface AnalyzeOptions {
  /** Theorems that are asked; default: those of this package about the linear dynamics. */
  readonly theorems?: readonly Theorem[];
  /** Growth of |delta| that counts as escape, > 1; default 1000. */
  readonly factor?: number;
  /** With which the intervals of a subset hold together, in (0, 1); default 0.95. */
  readonly confidence?: number;
  /** Norm at which the gradient of a step is clipped, > 0. */
  readonly clip?: number;
  /** A distance from w*, > 0, of which is asked when the push of the given gradients exceeds it. */
  readonly start?: number;
}

const ANALYZE_OPTIONS: FieldsOf<AnalyzeOptions> = {
  theorems: true,
  factor: true,
  confidence: true,
  clip: true,
  start: true,
};

/**
 * The whole linear theory of one problem at its step size, as `unlearning-stability analyze --json` prints it:
 * on which side the setting is, coherences, thresholds, growth, and what each theorem says.
 *
 * @param problem in memory, or as `readProblem` read it from files.
 * @throws InputError in one line that names the field, the value and what is allowed.
 * @example analyze({ retain: [[1, 0], [0, 1]], forget: [[1, 0]], alpha: 0.1, eta: 0.5,
 *   batch: { retain: 1, forget: 1 }, sampling: 'bernoulli' }).exact.side
 */
export function analyze(
  problem: ProblemInput | ReadProblem,
  given: AnalyzeOptions = {},
): Analysis &
  Pick<Partial<ReadProblem>, 'notes'> & {
    readonly training?: TrainingFit;
    readonly translation?: TranslatedWords;
  } {
  const { theorems = linearTheorems, ...options } = withKnownFields('analyze', given, ANALYZE_OPTIONS);
  const { factor, confidence, clip, start } = options;
  if (factor !== undefined) numberWhich('factor', factor, (value) => value > 1, '> 1 and finite');
  if (confidence !== undefined) {
    numberWhich('confidence', confidence, (value) => value > 0 && value < 1, 'in (0, 1)');
  }
  const read: Pick<ReadProblem, 'problem' | 'eta'> & Partial<ReadProblem> = isRead(problem)
    ? problem
    : parseProblem(problem);
  const { eta, training, translation, notes = [], problem: checked, ...known } = read;
  for (const [name, value] of Object.entries({ clip, start })) {
    if (value !== undefined) numberWhich(name, value, (x) => x > 0, '> 0 and finite');
  }
  if (start !== undefined && !known.gradients)
    throw new InputError('start needs gradients at w*; there are none');
  if (known.gradients) refuseBeyondPlain('the answer about gradients', checked);
  if (clip !== undefined) {
    refuseBeyondPlain('clip', checked);
    const fault = clippingFault(checked);
    if (fault !== null) throw new InputError(`clip: ${fault}`);
  }
  const analysis = analyzeProblem(checked, eta, theorems, { ...known, ...options });
  return {
    ...analysis,
    ...(training && { training }),
    ...(translation && { translation }),
    ...(notes.length > 0 && { notes }),
  };
}

function isRead(problem: UnsteppedProblem | ReadProblem): problem is ReadProblem {
  // Whatever else is given is refused by its parser.
  return Object(problem) === problem && 'problem' in problem;
}

/** @throws InputError unless the step is the plain one with batches drawn anew. */
function refuseBeyondPlain(what: string, problem: ReadProblem['problem']): void {
  const fault = plainStepFault(what, problem);
  if (fault !== null) throw new InputError(fault);
}

export interface RecommendOptions {
  /** K, the steps that the escape may take; default 1000. */
  readonly steps?: number;
  /** Growth of |delta| that counts as escape, > 1; default 1000. */
  readonly factor?: number;
  /** Largest share of the retain curvature that may go with the forget directions, in [0, 1); default 0.1. */
  readonly retainShareLimit?: number;
  /** Retain batch sizes that may be used, of which the smallest that serves is taken; default: the given one. */
  readonly batches?: readonly number[];
  /** Called with the share that is done, in [0, 1]. */
  readonly onProgress?: (done: number) => void;
}

const RECOMMEND_OPTIONS: FieldsOf<RecommendOptions> = {
  steps: true,
  factor: true,
  retainShareLimit: true,
  batches: true,
  onProgress: true,
};

/**
 * The settings (eta, alpha) with which the forget directions escape in time while the expected kept loss does not rise;
 * of the smallest batches that may be used the one with the largest margin in which single runs serve, too; or what
 * blocks them all.
 *
 * @param problem in memory, or as `readProblem` read it from files with all samples: its alpha is among those tried,
 *   its batch sizes are what is used unless `batches` are given, its step size does not matter.
 * @throws InputError in one line that names the field, the value and what is allowed.
 */
export function recommend(
  problem: UnsteppedProblem | ReadProblem,
  options: RecommendOptions = {},
): Recommendation {
  const checked = isRead(problem) ? problem.problem : parseUnsteppedProblem(problem);
  if (isDrawn(checked))
    throw new InputError('recommend needs all samples; got a problem of which a subset was drawn');
  refuseBeyondPlain('recommend', checked);
  const { onProgress, batches, ...goal } = withKnownFields('recommend', options, RECOMMEND_OPTIONS);
  const wanted = { ...DEFAULT_REQUEST, ...goal };
  const n = checked.retain.sampleCount;
  const request = {
    steps: integerIn('steps', wanted.steps, 1),
    factor: numberWhich('factor', wanted.factor, (factor) => factor > 1, '> 1 and finite'),
    retainShareLimit: numberWhich(
      'retainShareLimit',
      wanted.retainShareLimit,
      (share) => share >= 0 && share < 1,
      'in [0, 1)',
    ),
    batches: batches?.map((size) => integerIn('batches', size, 1, n)) ?? null,
  };
  return recommendFor(checked, request, onProgress);
}
