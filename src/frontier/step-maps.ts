import { criticalMixing } from '../theory/critical-mixing.js';
import { problemFromSpec } from '../theory/problem.js';
import { reduceSets } from '../theory/reduction.js';
import { InputError } from '../input/input-error.js';
import { axisCellProblem, groupedFamily } from './axis-problem.js';
import { linearMap, samplingWords, shortNumber } from './linear-map.js';
import { integerValues, linearAxis, linearValues, logAxis, logValues } from './map-axis.js';
import { naturalSteps, problemWords, requestedProblem, variedProblem } from './requested-problem.js';

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
