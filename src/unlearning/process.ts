import { norm } from '../linalg/vectors.js';
import type { RandomSource } from '../statistics/generator.js';
import {
  type BatchSizes,
  type CurvatureGroup,
  type GivenParameters,
  emptySet,
  groupNamed,
  type ReducedProblem,
  type Sampling,
  type SamplingChoice,
  samplingOf,
  type SetName,
} from '../theory/problem.js';
import type { Procedure } from '../theory/procedure.js';
import { batchSampler, type BatchSampler, emptySampler } from './batch-sampler.js';
import { factorQuadratic } from './factor-quadratic.js';
import { keep, plannedSteps } from './planned-steps.js';
import { type StepSettings, type UnlearningStep, unlearningStep } from './step.js';
import { LOT, type StepsTogether, stepsTogether } from './steps-together.js';

/** The two pieces of unlearning code that are put to the test; broken ones take their place in tests. */
export interface UnlearningImplementation {
  readonly step: UnlearningStep;
  readonly sampler: (sampling: Sampling, n: number, batchSize: number, dropLast?: boolean) => BatchSampler;
}

/** The real implementation. */
export const unlearning: UnlearningImplementation = { step: unlearningStep, sampler: batchSampler };

/**
 * A running unlearning process around a minimum w*. Its unit is one period: a step of a procedure that draws every batch
 * anew, a round of an alternating one, the epochs of sets that are reshuffled.
 */
export interface UnlearningProcess {
  /** The state that stays: w*, where every gradient vanishes, and a velocity of 0 after it where there is momentum. */
  readonly minimum: Float64Array;
  /** Steps in a period; default 1. */
  readonly period?: number;
  /** Draws the batches of the next period. */
  drawBatches(random: RandomSource): void;
  /** Samples drawn last, over the period; the object stays the same and changes with the next draw. */
  batchSizes(): BatchSizes;
  /** Moves a state by one period with the batches drawn last; several states may share them. */
  applyStep(state: Float64Array): void;
  /** `applyStep` on several states, where that is faster. */
  readonly together?: StepsTogether | undefined;
}

/** Unlearning of two models around their common minimum by the procedure of the settings. */
export function unlearningProcess(
  settings: StepSettings,
  sampling: SamplingChoice,
  minimum: Float64Array,
  implementation: UnlearningImplementation = unlearning,
): UnlearningProcess {
  const samplers = { retain: samplerOf('retain'), forget: samplerOf('forget') };
  const steps = plannedSteps(settings, sampling, samplers);
  // A period of several steps keeps their batches.
  const held = steps.length > 1;
  const draws = steps.flatMap((step) =>
    step.sets.map((name) => ({ name, sampler: samplers[name], kept: held ? step[name] : null })),
  );
  const gradient = new Float64Array(minimum.length);
  const parts = settings.procedure?.momentum ? 2 : 1;
  const sizes = { retain: 0, forget: 0 };
  return {
    minimum: parts === 2 ? Float64Array.of(...minimum, ...gradient) : minimum,
    period: steps.length,
    drawBatches(random) {
      sizes.retain = sizes.forget = 0;
      for (const { name, sampler, kept } of draws) {
        sampler.draw(random);
        if (kept) keep(sampler.batch, kept);
        if (name === 'retain') sizes.retain += sampler.batch.size;
        else sizes.forget += sampler.batch.size;
      }
    },
    batchSizes: () => sizes,
    applyStep(state) {
      for (const step of steps) implementation.step(step.settings, step.retain, step.forget, state, gradient);
    },
    // Only this step is known to work on several.
    together: implementation.step === unlearningStep ? stepsTogether(steps, minimum.length) : undefined,
  };

  function samplerOf(name: SetName): BatchSampler {
    const { sampleCount } = settings[name];
    if (sampleCount === 0) return emptySampler();
    const scheme = samplingOf(sampling, name);
    return implementation.sampler(scheme, sampleCount, settings.batch[name], settings.procedure?.dropLast);
  }
}

/**
 * The process on the quadratic models with the curvature of a reduced problem; its minimum is 0. With a preconditioner
 * the step is made in the given parameters, w - w* = C^{1/2} Q x for a state x.
 */
export function linearisedProcess(
  problem: ReducedProblem,
  eta: number,
  implementation: UnlearningImplementation = unlearning,
): UnlearningProcess {
  const { given, procedure } = problem;
  if (given) return embeddedProcess(problem, given, eta, implementation);
  const inside = procedure?.preconditioner
    ? { ...procedure, preconditioner: Array.from({ length: problem.dimension }, () => 1) }
    : procedure;
  return quadraticProcess(
    problem,
    new Float64Array(problem.dimension),
    { eta, procedure: inside },
    implementation,
  );
}

function quadraticProcess(
  problem: ReducedProblem,
  minimum: Float64Array,
  { eta, procedure }: { eta: number; procedure: Procedure | undefined },
  implementation: UnlearningImplementation,
): UnlearningProcess {
  const model = (name: SetName) =>
    factorQuadratic(groupNamed(problem, name)?.samples ?? emptySet(minimum.length), minimum);
  const ofSets = <T>(value: (group: CurvatureGroup | undefined) => T) => ({
    retain: value(groupNamed(problem, 'retain')),
    forget: value(groupNamed(problem, 'forget')),
  });
  const settings = {
    retain: model('retain'),
    forget: model('forget'),
    alpha: problem.alpha,
    eta,
    batch: ofSets((group) => group?.batchSize ?? 1),
    ...(procedure && { procedure }),
  };
  const sampling = ofSets((group) => group?.sampling ?? 'bernoulli');
  return unlearningProcess(settings, sampling, minimum, implementation);
}

/** The process in the given parameters, seen in reduced coordinates: x = Q^T C^{-1/2} (w - w*), and Q^T C^{1/2} v. */
function embeddedProcess(
  problem: ReducedProblem,
  { preconditioner, embedding, samples }: GivenParameters,
  eta: number,
  implementation: UnlearningImplementation,
): UnlearningProcess {
  const [r, p] = [problem.dimension, preconditioner.length];
  const groups = problem.groups.map((group, g) => ({ ...group, samples: samples[g]! }));
  const real = quadraticProcess(
    { ...problem, groups },
    new Float64Array(p),
    { eta, procedure: problem.procedure },
    implementation,
  );
  const parts = real.minimum.length / p;
  const w = new Float64Array(parts * p);
  const { together } = real;
  return {
    ...real,
    minimum: new Float64Array(parts * r),
    applyStep(state) {
      embed(state, w);
      real.applyStep(w);
      project(w, state);
    },
    together: together && {
      move(states) {
        const embedded = new Float64Array((states.length / r) * p);
        embed(states, embedded);
        together.move(embedded);
        project(embedded, states);
      },
      from(states) {
        const embedded = new Float64Array((states.length / r) * p);
        embed(states, embedded);
        const again = together.from(embedded);
        const moved = new Float64Array(LOT * embedded.length);
        return {
          take(k) {
            again.take(k, moved);
          },
          finish(count, out) {
            again.finish(count, moved);
            project(moved.subarray(0, count * embedded.length), out.subarray(0, count * states.length));
          },
        };
      },
    },
  };

  /** The states (m x s, x and its velocity in each row) in the given parameters. */
  function embed(states: Float64Array, out: Float64Array): void {
    out.fill(0);
    for (let from = 0, to = 0; from < states.length; from += parts * r, to += parts * p) {
      for (let j = 0; j < p; j++) {
        for (let a = 0; a < r; a++) {
          const e = embedding[j * r + a]!;
          out[to + j]! += e * states[from + a]!;
          if (parts > 1) out[to + p + j]! += (e / preconditioner[j]!) * states[from + r + a]!;
        }
      }
    }
  }

  /** Back again. */
  function project(given: Float64Array, states: Float64Array): void {
    states.fill(0);
    for (let from = 0, to = 0; to < states.length; from += parts * p, to += parts * r) {
      for (let j = 0; j < p; j++) {
        for (let a = 0; a < r; a++) {
          const e = embedding[j * r + a]!;
          states[to + a]! += (e / preconditioner[j]!) * given[from + j]!;
          if (parts > 1) states[to + r + a]! += e * given[from + p + j]!;
        }
      }
    }
  }
}

/**
 * The process with the gradient of every step clipped, as torch.nn.utils.clip_grad_norm_ does it: g * min(1, c/|g|).
 *
 * @param process of plain steps, w' = w - eta g. @param limit c > 0.
 */
export function clippedProcess(process: UnlearningProcess, eta: number, limit: number): UnlearningProcess {
  return {
    ...process,
    together: undefined,
    applyStep(w) {
      const before = w.slice();
      process.applyStep(w);
      const length = norm(w.map((x, a) => x - before[a]!));
      if (!(length > eta * limit)) return;
      const share = (eta * limit) / length;
      for (let a = 0; a < w.length; a++) w[a] = before[a]! + share * (w[a]! - before[a]!);
    },
  };
}
