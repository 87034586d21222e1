import { norm, scale } from '../../src/linalg/vectors.js';
import { escapePrediction } from '../../src/network/escape-prediction.js';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { significant } from '../../src/report/number-format.js';
import { sampleQuantiles } from '../../src/statistics/intervals.js';
import { residualQuadratic } from '../../src/unlearning/per-sample-model.js';
import { unlearningProcess, type UnlearningProcess } from '../../src/unlearning/process.js';
import { driftPrediction } from '../../test/reference/drift-path.js';
import type { StudyTable } from '../shared/tables.js';
import {
  cellKey,
  isFull,
  LINEAR_RUNS,
  type PlannedCell,
  REAL_RUNS,
  type Setting,
  settingOf,
  START,
} from './design.js';
import { FAMILY_ERROR, rankSumPValue } from './judge.js';
import type { AssessedDriftCell } from './log.js';
import { randomDirection } from './predictions.js';
import type { Subject } from './subject.js';

/** Distances from w*, relative to |w*|, at whose first crossing runs and predictions are compared. */
export const DISTANCES = [0.001, 0.01, 0.1, 0.3, 1];

/** Most steps of a run from a minimum at which gradients remain. */
const DRIFT_STEPS = 3000;

/** First steps at DISTANCES; null where a distance was not reached. */
export type Crossings = readonly (number | null)[];

/** One real run from a minimum that does not fit every sample: a line of the log. */
export interface DriftRunRecord {
  readonly kind: 'drift-run';
  readonly cell: string;
  readonly run: number;
  readonly crossings: Crossings;
  /** Full batches: with the gradients at w*, in closed form. Null with drawn batches. */
  readonly predicted: Crossings | null;
}

/** Its cell: a line of the log. */
export interface DriftCellRecord {
  readonly kind: 'drift-cell';
  readonly cell: string;
  readonly model: string;
  readonly full: boolean;
  /** Largest |grad l_i(w*)|. */
  readonly residual: number;
  /** Drawn batches: runs of the affine process (the same step on the losses expanded at w*). */
  readonly affine: readonly Crossings[];
  /** Mean path from a random start without the gradients at w*, as if every sample were fitted. */
  readonly withoutDrift: Crossings;
}

/** Real runs and affine predictions at a minimum where gradients remain. */
export function assessDriftCell(
  cell: PlannedCell,
  alphaStar: number,
  seed: number,
): { readonly cell: DriftCellRecord; readonly runs: readonly DriftRunRecord[] } {
  const { subject } = cell;
  const setting = settingOf(cell, alphaStar);
  const { settings, local, eta } = setting;
  const key = cellKey(cell);
  const words = ['evidence', seed, key];
  const full = isFull(cell);
  const length = norm(subject.minimum);
  const affine = affineProcess(subject, setting);
  const started = (random: RandomSource): Float64Array => {
    const start = randomDirection(local.reduced.dimension, random);
    scale(start, (START * length) / norm(start));
    return start;
  };
  const linear = randomSource(...words, 'affine');
  const record: DriftCellRecord = {
    kind: 'drift-cell',
    cell: key,
    model: subject.model,
    full,
    residual: Number(subject.residual.toPrecision(6)),
    affine: full
      ? []
      : Array.from({ length: LINEAR_RUNS }, () => crossings(affine, started(linear), linear, length)),
    withoutDrift: crossingsWithoutDrift(setting, subject, started(randomSource(...words, 'mean')), length),
  };
  const process = subject.process(settings, eta);
  const runs = Array.from({ length: full ? REAL_RUNS.full : REAL_RUNS.batches }, (_, k): DriftRunRecord => {
    const random = randomSource(...words, 'real', k);
    const start = started(random);
    return {
      kind: 'drift-run',
      cell: key,
      run: k,
      crossings: crossings(process, local.lift(start), random, length),
      predicted: full ? closedForm(subject, setting, start, length) : null,
    };
  });
  return { cell: record, runs };
}

/** The real step on the losses expanded to second order at w*, with the gradients there; its minimum is 0. */
function affineProcess({ pushes }: Subject, { settings, local, eta }: Setting): UnlearningProcess {
  const { retain, forget, alpha, batch, sampling } = { ...local.problem, ...settings };
  const models = {
    retain: residualQuadratic(retain, pushes!.retain),
    forget: residualQuadratic(forget, pushes!.forget),
  };
  return unlearningProcess(
    { ...models, alpha, eta, batch },
    sampling,
    new Float64Array(local.reduced.dimension),
  );
}

/** g = (1-alpha) mean_R s_i phi_i - alpha mean_F s_j phi_j, the mean step at w* over -eta. */
function driftOf({ pushes }: Subject, { local }: Setting): Float64Array {
  const g = new Float64Array(local.reduced.dimension);
  for (const { name, sign, weight, samples } of local.reduced.groups) {
    const r = samples.dimension;
    pushes![name].forEach((push, i) => {
      const share = (sign * weight * push) / samples.sampleCount;
      for (let a = 0; a < r; a++) g[a]! += share * samples.factors[i * r + a]!;
    });
  }
  return g;
}

function closedForm(subject: Subject, setting: Setting, start: Float64Array, length: number): Crossings {
  const drift = driftOf(subject, setting);
  const last = { distance: DISTANCES.at(-1)! * length };
  const { distances } = driftPrediction(setting.local.reduced, setting.eta, drift, start, last, DRIFT_STEPS);
  return DISTANCES.map((distance) => firstAt(distances, distance * length));
}

function crossingsWithoutDrift(
  { local, settings, eta }: Setting,
  { counts }: Subject,
  start: Float64Array,
  length: number,
): Crossings {
  // The mean path is that of full batches.
  const groups = local.reduced.groups.map((group) => ({ ...group, batchSize: counts[group.name] }));
  const problem = { ...local.reduced, groups, sampling: settings.sampling };
  return DISTANCES.map((distance) => {
    const step = escapePrediction(problem, eta, start, { distance: distance * length }).escapeStep;
    return step !== null && step <= DRIFT_STEPS ? step : null;
  });
}

function crossings(
  process: UnlearningProcess,
  start: Float64Array,
  random: RandomSource,
  length: number,
): Crossings {
  const { minimum } = process;
  const w = minimum.map((x, a) => x + start[a]!);
  const distances = [norm(start)];
  while (distances.length <= DRIFT_STEPS && distances.at(-1)! < DISTANCES.at(-1)! * length) {
    process.drawBatches(random);
    process.applyStep(w);
    distances.push(norm(w.map((x, a) => x - minimum[a]!)));
  }
  return DISTANCES.map((distance) => firstAt(distances, distance * length));
}

function firstAt(distances: ArrayLike<number>, threshold: number): number | null {
  const step = Array.from(distances).findIndex((distance) => distance >= threshold);
  return step < 0 ? null : step;
}

/** Full batches: steps may differ by one, or by this share. */
const SHARE = 0.05;

/** How far the linear theory reaches at a minimum where gradients remain, one row a distance. */
export function driftTable(cells: readonly AssessedDriftCell[]): StudyTable {
  const tests = DISTANCES.length * Math.max(1, cells.filter(({ cell }) => !cell.full).length);
  const error = FAMILY_ERROR / tests;
  return {
    title: 'Hard labels: a minimum that fits no sample exactly',
    note: `The same logistic regressions, the same w* and so the same D, K, alpha* and eta*, but with the labels themselves. At w* every sample keeps a gradient, so that the step has a drift and additive noise, and a run leaves the neighbourhood of w* within a few steps whatever the growth rates are. The affine theory has both: delta' = A delta - eta g. Measured is the first step at which |w - w*| reaches a share of |w*|. Full batches agree within one step or ${SHARE * 100} % (closed form); drawn batches by the rank-sum test of level ${significant(error)} against 40 runs of the affine process. The ratio is predicted over measured, of full-batch runs. The last columns are the prediction of the theory for fitted minima, which leaves the gradients at w* out.`,
    header: [
      'distance over length of w*',
      'full batches: agree',
      'ratio 5 %',
      'median',
      '95 %',
      'drawn batches: agree',
      'gradients left out: agree',
    ],
    rows: DISTANCES.map((distance, d) => {
      const full = cells.filter(({ cell }) => cell.full);
      const drawn = cells.filter(({ cell }) => !cell.full);
      const pairs = full.flatMap(({ runs }) =>
        runs.map(({ crossings, predicted }) => [crossings[d] ?? null, predicted?.[d] ?? null] as const),
      );
      const ratios = pairs.flatMap(([measured, predicted]) =>
        measured === null || predicted === null ? [] : [predicted / measured],
      );
      return [
        String(distance),
        counted(pairs.map(([measured, predicted]) => close(measured, predicted))),
        ...(sampleQuantiles(ratios, [0.05, 0.5, 0.95]) ?? [null, null, null]).map(significant),
        counted(drawn.map((cell) => pValueAt(cell, d) >= error)),
        counted(
          full.flatMap(({ cell, runs }) =>
            runs.map((run) => close(run.crossings[d] ?? null, cell.withoutDrift[d] ?? null)),
          ),
        ),
      ];
    }),
  };
}

/** Distances never reached are the longest times. */
function pValueAt({ cell, runs }: AssessedDriftCell, d: number): number {
  const time = (crossings: Crossings): number => crossings[d] ?? Infinity;
  return rankSumPValue(
    runs.map(({ crossings }) => time(crossings)),
    cell.affine.map(time),
  );
}

function close(measured: number | null, predicted: number | null): boolean {
  if (measured === null || predicted === null) return measured === predicted;
  return Math.abs(measured - predicted) <= Math.max(1, SHARE * measured);
}

function counted(agree: readonly boolean[]): string {
  return `${agree.filter(Boolean).length} of ${agree.length}`;
}
