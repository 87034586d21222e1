import { shortNumber } from '../analysis/answer.js';
import { InputError } from '../input/input-error.js';
import { procedureWords } from '../harness/instance.js';
import { randomSource, type RandomSource } from '../statistics/generator.js';
import { criticalMixing, naturalStep } from '../theory/mean-curvature.js';
import {
  problemFromSpec,
  type ProblemSpec,
  type ReducedProblem,
  type SampleSpec,
  type Sampling,
} from '../theory/problem.js';
import { procedureFromSpec } from '../theory/procedure.js';
import { reduceProblem, reduceSets } from '../theory/reduction.js';
import { mapTheory } from './assessed-problem.js';
import { axisCellProblem, groupedFamily } from './axis-problem.js';
import {
  integerValues,
  linearAxis,
  linearValues,
  logAxis,
  logValues,
  type MapRequest,
} from './frontier-map.js';
import { linearMap, samplingWords } from './linear-map.js';

/** Grids of step sizes have these many rows; and as many columns, unless there are fewer values. */
const GRID = { columns: 48, rows: 44 };

/** Step size against batch size, of both sets; the forget batch is no larger than its set. */
export const stepBatch = linearMap(
  {
    id: 'step-batch',
    summary: 'step size against batch size, on a planted or given problem',
    takes: ['problem', 'alpha', 'sampling'],
  },
  (request) => {
    const spec = requestedProblem(request);
    const problemWith = variedProblem(spec);
    const { columns, rows } = request.grid ?? GRID;
    const [most, mostForget] = [spec.retain.length, spec.forget.length];
    const sizes = integerValues(1, most, columns);
    const problem = (b: number) => ({
      problem: problemWith({ batch: { retain: b, forget: Math.min(b, mostForget) } }),
    });
    const { low, high } = naturalSteps([sizes[0]!, sizes.at(-1)!].map((b) => problem(b).problem));
    const capped = spec.alpha > 0 && mostForget < most ? ` (forget: at most ${mostForget})` : '';
    return {
      title: 'Escape from the old minimum over step size and batch size',
      setting: `${problemWords(request, spec)}; α = ${shortNumber(spec.alpha)}, ${samplingWords(spec.sampling)}`,
      x: linearAxis('batch', `batch size B${capped}`, sizes, 'samples'),
      y: logAxis('eta', 'step size η', logValues(low, high, rows)),
      eta: null,
      problem,
    };
  },
);

/** Largest alpha of step-mixing, as a multiple of alpha*; and where alpha* is 0. */
const BEYOND_CRITICAL = 1.6;
const WITHOUT_CRITICAL = 0.5;

/** Step size against mixing weight, from 0 to beyond the critical one. */
export const stepMixing = linearMap(
  {
    id: 'step-mixing',
    summary: 'step size against mixing weight alpha, on a planted or given problem',
    takes: ['problem', 'sampling'],
  },
  (request) => {
    const spec = requestedProblem(request);
    if (spec.forget.length === 0) {
      throw new InputError('step-mixing needs a problem with forget samples; forget is empty');
    }
    const problemWith = variedProblem(spec);
    const { columns, rows } = request.grid ?? GRID;
    const { retain, forget } = problemFromSpec(spec);
    const sets = reduceSets([retain, forget]).sets;
    const alphaStar = criticalMixing(sets[0]!, sets[1]!);
    const reach = alphaStar > 0 ? Math.min(1, BEYOND_CRITICAL * alphaStar) : WITHOUT_CRITICAL;
    const alphas = linearValues(0, Number(reach.toPrecision(2)), columns);
    const held = alphas.filter((alpha) => alpha < 0.9 * alphaStar);
    const ends = held.length > 0 ? [held[0]!, held.at(-1)!] : [alphas[0]!];
    const { low, high } = naturalSteps(ends.map((alpha) => problemWith({ alpha })));
    const { batch, sampling } = spec;
    return {
      title: 'Escape from the old minimum over step size and mixing weight',
      setting: `${problemWords(request, spec)}; ${samplingWords(sampling)} of ${batch.retain} / ${batch.forget}, α* = ${shortNumber(alphaStar)}`,
      x: linearAxis('alpha', 'mixing weight α of the ascent', alphas),
      y: logAxis('eta', 'step size η', logValues(low, high, rows)),
      eta: null,
      problem: (alpha) => ({ problem: problemWith({ alpha }) }),
    };
  },
);

/** n and B of step-coherence, and the ends of its axis of step sizes. */
const COHERENCE_SAMPLES = 48;
const COHERENCE_BATCH = 4;
const COHERENCE_STEPS = { low: 0.08, high: 4 };

/** Step size against coherence, on a family of problems that has every coherence from 1 to n. */
export const stepCoherence = linearMap(
  {
    id: 'step-coherence',
    summary: 'step size against coherence sigma, on groups of sigma identical samples',
    takes: ['sampling'],
  },
  ({ grid, settings }) => {
    const n = COHERENCE_SAMPLES;
    const { columns, rows } = grid ?? GRID;
    const { sampling = 'bernoulli' } = settings;
    return {
      title: 'Instability of descent over step size and coherence',
      setting: `groups of σ identical samples on orthogonal axes, n = ${n}, ${samplingWords(sampling)} of ${COHERENCE_BATCH}, α = 0, λ₁(H) = 1`,
      x: linearAxis(
        'sigma',
        'coherence σ: size of the groups of identical samples',
        integerValues(1, n, columns),
      ),
      y: logAxis('eta', 'step size η λ₁(H)', logValues(COHERENCE_STEPS.low, COHERENCE_STEPS.high, rows)),
      eta: null,
      problem: (sigma) =>
        axisCellProblem({
          samples: groupedFamily(sigma, n),
          alpha: 0,
          batchSize: COHERENCE_BATCH,
          sampling,
        }),
    };
  },
);

/** alpha of the planted problem where the map does not vary it. */
const PLANTED_ALPHA = 0.1;

/** The problem of a request: the given one, or one planted by the seed; `alpha` and `sampling` may replace its own. */
export function requestedProblem(
  { seed, settings }: MapRequest,
  planted: (seed: number, alpha: number, sampling: Sampling) => ProblemSpec = plantedProblem,
): ProblemSpec {
  const { problem, alpha, sampling } = settings;
  if (!problem) return planted(seed, alpha ?? PLANTED_ALPHA, sampling ?? 'bernoulli');
  if (problem.optimizer?.preconditioner) {
    throw new InputError('maps know no preconditioner: scale the factors by its square root; got one');
  }
  const chosen = { ...problem, alpha: alpha ?? problem.alpha, sampling: sampling ?? problem.sampling };
  if (chosen.forget.length === 0 && chosen.alpha !== 0) {
    throw new InputError(`--alpha must be 0 for a problem without forget samples; got ${chosen.alpha}`);
  }
  return chosen;
}

/** Origin and size of a request's problem, for the setting of a map. */
export function problemWords({ seed, settings }: MapRequest, spec: ProblemSpec): string {
  const { retain, forget } = spec;
  const procedure = procedureWords(procedureFromSpec(spec));
  const origin = settings.problem ? 'given problem' : `planted problem (seed ${seed})`;
  return `${origin}, ${retain.length} retain and ${forget.length} forget samples${procedure && `, ${procedure}`}`;
}

/** A reduced problem as a function of what a map varies; the sets are reduced once. */
function variedProblem(
  spec: ProblemSpec,
): (change: Partial<Pick<ProblemSpec, 'alpha' | 'batch'>>) => ReducedProblem {
  const problem = problemFromSpec(spec);
  const [retain, forget] = reduceSets([problem.retain, problem.forget]).sets;
  const common = { ...problem, retain: retain!, forget: forget! };
  return (change) => reduceProblem({ ...common, ...change });
}

/** Samples of each set. */
const SAMPLES = 48;
/** Scales of the axes. */
const SPECTRUM = [1, 0.8, 0.6, 0.5];
/** Direction that the forget samples share, and its share in them. */
const FORGET_DIRECTION = [0.6, 0, 0.8, 0];
const ALIGNMENT = 0.7;

/**
 * The default problem of the maps over step size, batch size and mixing: 48 retain samples without a common direction
 * and 48 forget samples around one, in four dimensions, drawn by the seed.
 */
export function plantedProblem(seed: number, alpha: number, sampling: Sampling): ProblemSpec {
  return plantedSamples(seed, { alpha, sampling, count: SAMPLES, batch: 12 });
}

/** The same with fewer samples. */
export function plantedSamples(
  seed: number,
  { alpha, sampling, count, batch }: { alpha: number; sampling: Sampling; count: number; batch: number },
): ProblemSpec {
  const random = randomSource('frontier', 'planted problem', seed);
  const retain = samples(count, () => SPECTRUM.map((scale) => scale * random.normal()));
  const forget = samples(count, () => alignedVector(random));
  return { retain, forget, alpha, batch: { retain: batch, forget: batch }, sampling };
}

function samples(count: number, draw: () => number[]): SampleSpec[] {
  return Array.from({ length: count }, () => [draw().map((x) => Number(x.toFixed(4)))]);
}

function alignedVector(random: RandomSource): number[] {
  return FORGET_DIRECTION.map((m, a) => ALIGNMENT * m + (1 - ALIGNMENT) * SPECTRUM[a]! * random.normal());
}

/** Factors below the smallest and above the largest threshold that an axis of step sizes reaches. */
const BELOW = 2.5;
const ABOVE = 2.5;

/**
 * A range of step sizes that has the exact thresholds of the problems inside; around 1/lambda_1(K) if all of them
 * escape at every step size. Ends in two digits.
 */
export function naturalSteps(problems: readonly ReducedProblem[]): { low: number; high: number } {
  const thresholds = problems.map((problem) => mapTheory(problem).criticalStep().value);
  const positive = thresholds.filter((value) => value > 0 && value < Infinity);
  const reference = positive.length > 0 ? positive : problems.map(naturalStep);
  return {
    low: Number((Math.min(...reference) / BELOW).toPrecision(2)),
    high: Number((Math.max(...reference) * ABOVE).toPrecision(2)),
  };
}
