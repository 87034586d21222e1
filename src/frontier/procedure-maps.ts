import { shortNumber } from '../analysis/answer.js';
import { boundaryUnder, type ProcedureChange } from '../harness/procedure-boundaries.js';
import { InputError } from '../input/input-error.js';
import { criticalMixing } from '../theory/mean-curvature.js';
import { problemFromSpec, type ProblemSpec, type ReducedProblem } from '../theory/problem.js';
import { reduceProblem } from '../theory/reduction.js';
import {
  type FrontierCell,
  type LineDefinition,
  linearAxis,
  linearValues,
  logAxis,
  logValues,
  type MapRequest,
} from './frontier-map.js';
import { linearMap, samplingWords } from './linear-map.js';
import { naturalSteps, plantedSamples, problemWords, requestedProblem } from './step-maps.js';

const GRID = { columns: 24, rows: 36 };

/** Samples of either set of the planted problem, few enough that its epochs can be added up, and in a batch. */
const PLANTED = { count: 6, batch: 2 };
const LARGEST_MOMENTUM = 0.95;

/** Ratios k:m are powers of two up to 16. */
const EXPONENTS = [-4, -3, -2, -1, 0, 1, 2, 3, 4];

/** A procedure that a map draws the boundary of, beside the one on its axis. */
interface Compared {
  readonly id: string;
  readonly label: string;
  readonly change: ProcedureChange;
}

const PLAIN: Compared = { id: 'plain', label: 'simultaneous, plain', change: {} };
const EPOCHS: Compared = { id: 'epochs', label: 'epochs', change: { sampling: 'reshuffled' } };
const IN_TURNS: Compared = {
  id: 'alternating',
  label: 'alternating 1:1',
  change: { schedule: { ascent: 1, descent: 1 } },
};
const HEAVY: Compared = { id: 'momentum', label: 'momentum 0.9', change: { optimizer: { momentum: 0.9 } } };

/** Step size against momentum, beside the boundaries of other procedures on the same problem. */
export const procedures = linearMap(
  {
    id: 'procedures',
    summary: 'step size against momentum, beside the boundaries of other procedures on the same problem',
    takes: ['problem', 'alpha', 'sampling'],
  },
  (request) => {
    const spec = plainProblem(request);
    const { columns, rows } = request.grid ?? GRID;
    const withMomentum = (momentum: number) => under(spec, { optimizer: { momentum } });
    const others = boundaries(spec, [PLAIN, IN_TURNS, EPOCHS]);
    const { low, high } = naturalSteps([withMomentum(0), withMomentum(LARGEST_MOMENTUM)]);
    return {
      title: 'Escape from the old minimum over step size and momentum',
      setting: settingWords(request, spec),
      x: linearAxis('momentum', 'momentum b', linearValues(0, LARGEST_MOMENTUM, columns)),
      y: logAxis('eta', 'step size η', logValues(low, high, rows)),
      eta: null,
      problem: (momentum) => ({ problem: withMomentum(momentum) }),
      lines: [...others.lines, lineOf('nesterov', 'Nesterov')],
      extended: (cell, _, { x }) =>
        others.extended(cell, {
          'eta.nesterov': criticalStep(spec, { optimizer: { momentum: x, nesterov: true } }),
        }),
    };
  },
);

/** Step size against the ratio of ascents to descents, beside the boundaries of other procedures on the same problem. */
export const alternation = linearMap(
  {
    id: 'procedures-alternating',
    summary:
      'step size against the ratio k:m of ascents to descents, beside the boundaries of other procedures',
    takes: ['problem', 'alpha', 'sampling'],
  },
  (request) => {
    const spec = plainProblem(request);
    if (spec.alpha === 0 || spec.alpha === 1) {
      throw new InputError(`procedures-alternating needs alpha in (0, 1); got ${spec.alpha}`);
    }
    const { columns, rows } = request.grid ?? { ...GRID, columns: EXPONENTS.length };
    const left = Math.floor(Math.max(0, EXPONENTS.length - columns) / 2);
    const ratios = EXPONENTS.slice(left, left + columns).map((exponent) => 2 ** exponent);
    const inTurns = (ratio: number) =>
      under(spec, { schedule: { ascent: Math.max(1, ratio), descent: Math.max(1, 1 / ratio) } });
    const others = boundaries(spec, [PLAIN, EPOCHS, HEAVY]);
    const { low, high } = naturalSteps([...ratios.map(inTurns), under(spec, {})]);
    return {
      title: 'Escape from the old minimum: step size and ascents to descents',
      setting: settingWords(request, spec),
      x: logAxis('ratio', 'ascents k to descents m of a round, k/m', ratios),
      y: logAxis('eta', 'step size η', logValues(low, high, rows)),
      eta: null,
      problem: (ratio) => ({ problem: inTurns(ratio) }),
      lines: others.lines,
      extended: (cell) => others.extended(cell),
    };
  },
);

/** The problem of a request, whose own procedure would stand against that of the axis. @throws InputError */
function plainProblem(request: MapRequest): ProblemSpec {
  const spec = requestedProblem(request, (seed, _, sampling) => {
    const planted = plantedSamples(seed, { ...PLANTED, alpha: 0, sampling });
    const { retain, forget } = problemFromSpec(planted);
    const half = criticalMixing(retain, forget) / 2;
    return { ...planted, alpha: request.settings.alpha ?? Number(half.toPrecision(2)) };
  });
  const field = (['optimizer', 'schedule', 'dropLast'] as const).find((name) => spec[name] !== undefined);
  if (field === undefined) return spec;
  throw new InputError(`${request.map} needs a problem without ${field}: the map says the procedure`);
}

function settingWords(request: MapRequest, spec: ProblemSpec): string {
  const { alpha, batch, sampling } = spec;
  return `${problemWords(request, spec)}; α = ${shortNumber(alpha)}, ${samplingWords(sampling)} of ${batch.retain} / ${batch.forget}`;
}

/** The problem under another procedure; a loader of epochs makes a last batch short. */
function under(spec: ProblemSpec, change: Compared['change']): ReducedProblem {
  return reduceProblem(problemFromSpec({ ...spec, ...change }));
}

/** First crossing of a problem under a procedure; null where there is none, or no exact operator. */
function criticalStep(spec: ProblemSpec, change: ProcedureChange): number | null {
  const value = boundaryUnder(spec, change)?.value ?? Infinity;
  return Number.isFinite(value) ? value : null;
}

/** The boundaries of procedures that do not depend on the axis, as lines and as fields of every cell. */
function boundaries(spec: ProblemSpec, compared: readonly Compared[]) {
  const alternates = spec.alpha > 0 && spec.alpha < 1;
  const known = compared
    .filter(({ change }) => alternates || !change.schedule)
    .map(({ change, ...line }) => ({ ...line, value: criticalStep(spec, change) }));
  const fields = Object.fromEntries(known.map(({ id, value }) => [`eta.${id}`, value]));
  return {
    lines: known.map(({ id, label }) => lineOf(id, label)),
    extended: (cell: FrontierCell, own: FrontierCell['fields'] = {}): FrontierCell => ({
      ...cell,
      fields: { ...cell.fields, ...fields, ...own },
    }),
  };
}

function lineOf(id: string, label: string): LineDefinition {
  return { id, label, kind: 'other', field: `eta.${id}`, against: 'eta' };
}
