import { samplingName } from '../../src/harness/instance.js';
import { type ObservedSide, decideSide } from '../../src/decision/decide-side.js';
import type { Theorem } from '../../src/harness/theorem.js';
import { norm, scale } from '../../src/linalg/vectors.js';
import { randomSource } from '../../src/statistics/generator.js';
import {
  cellKey,
  isFull,
  largestCurvature,
  LIMITS,
  type PlannedCell,
  REAL_RUNS,
  type Setting,
  settingOf,
  START,
} from './design.js';
import {
  fullBatchRun,
  type LinearRun,
  linearRuns,
  type Prediction,
  predictionOf,
  randomDirection,
  type WrongRule,
  wrongRules,
} from './predictions.js';
import { escapeStep, runToThreshold, type RunSide } from './run-to-threshold.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { type Attempt, testDivergence } from '../../src/decision/side-tests.js';
import { networkInCoordinates } from '../../src/network/unlearning-run.js';
import type { Subject } from './subject.js';

/** One real run beside its prediction: a line of the log. */
export interface RunRecord {
  readonly kind: 'run';
  readonly cell: string;
  readonly run: number;
  readonly side: RunSide;
  readonly steps: number;
  /** log|delta| per step over the run. */
  readonly growth: number;
  /** First step at FACTOR times the start; null without one. */
  readonly escapeStep: number | null;
  /** Full batches: the same in closed form, from the same start. Null with drawn batches. */
  readonly predicted: FullBatchPrediction | null;
  /** Activations at the end that are not what they are at w*; null for a smooth model. */
  readonly flips: number | null;
}

interface FullBatchPrediction {
  readonly escapeStep: number | null;
  /** log of the real distance at the end of the run over the predicted one. */
  readonly logError: number;
  /** The prediction with alpha and 1 - alpha exchanged. */
  readonly swappedEscapeStep: number | null;
}

/** One cell: a line of the log. */
export interface CellRecord extends Omit<Prediction, 'runs'> {
  readonly kind: 'cell';
  readonly cell: string;
  readonly model: string;
  readonly forget: string;
  readonly sampling: string;
  readonly batch: string;
  readonly full: boolean;
  readonly alpha: number;
  /** alpha/alpha*; null where alpha* is 0. */
  readonly mixingRatio: number | null;
  readonly eta: number;
  /** eta/eta*; null where eta* is 0. */
  readonly stepRatio: number | null;
  /** eta lambda_1(K). */
  readonly curvatureStep: number;
  /** r = dim U. */
  readonly dimension: number;
  readonly certificate: Certificate;
  /** Runs of the linearised process; none for full batches. */
  readonly linear: readonly LinearRun[];
  /** The same with alpha and 1 - alpha exchanged. */
  readonly swapped: readonly LinearRun[];
  readonly wrongRules: Readonly<Record<WrongRule, Exclude<ObservedSide, 'inconclusive'>>>;
}

/** Prediction, certificate and real runs of one cell. Everything random is named by seed and cell. */
export function assessCell(
  cell: PlannedCell,
  alphaStar: number,
  theorems: readonly Theorem[],
  seed: number,
): { readonly cell: CellRecord; readonly runs: readonly RunRecord[] } {
  const setting = settingOf(cell, alphaStar);
  const { subject } = cell;
  const key = cellKey(cell);
  const words = ['evidence', seed, key];
  const full = isFull(cell);
  const { settings, local, eta, etaStar } = setting;
  const swapped = swappedSetting(cell, setting);
  const prediction = predictionOf(setting, full, theorems, words);
  const record: CellRecord = {
    kind: 'cell',
    cell: key,
    model: subject.model,
    forget: subject.forget,
    sampling: samplingName(settings.sampling),
    batch: full ? 'full' : `${settings.batch.retain}/${settings.batch.forget}`,
    full,
    alpha: rounded(settings.alpha),
    mixingRatio: cell.mixing.unit === 'alpha*' ? cell.mixing.ratio : null,
    eta: rounded(eta),
    stepRatio: etaStar > 0 ? rounded(eta / etaStar) : null,
    curvatureStep: rounded(eta * largestCurvature(local)),
    dimension: local.reduced.dimension,
    logGrowth: rounded(prediction.logGrowth),
    typical: { low: rounded(prediction.typical.low), high: rounded(prediction.typical.high) },
    theorems: prediction.theorems,
    secondMomentStep: prediction.secondMomentStep,
    certificate: certificateOf(subject, setting, CERTIFICATE_ERROR, words),
    linear: prediction.runs.map(roundedRun),
    swapped: full
      ? []
      : linearRuns({ reduced: swapped.local.reduced, eta }, randomSource(...words, 'swapped')).map(
          roundedRun,
        ),
    wrongRules: wrongRules(local.reduced, swapped.local.reduced, eta),
  };
  return { cell: record, runs: realRuns(cell, setting, swapped, words) };
}

function realRuns(
  cell: PlannedCell,
  setting: Setting,
  swapped: Pick<Setting, 'eta' | 'local'>,
  words: readonly (string | number)[],
): RunRecord[] {
  const { subject } = cell;
  const { settings, local, eta } = setting;
  const full = isFull(cell);
  const process = subject.process(settings, eta);
  const length = START * norm(subject.minimum);
  return Array.from({ length: full ? REAL_RUNS.full : REAL_RUNS.batches }, (_, k): RunRecord => {
    const random = randomSource(...words, 'real', k);
    const start = randomDirection(local.reduced.dimension, random);
    scale(start, length / norm(start));
    const displacement = local.lift(start);
    const run = runToThreshold(process, displacement, random, LIMITS);
    const weights = subject.minimum.map((x, a) => x + run.displacement[a]!);
    return {
      kind: 'run',
      cell: cellKey(cell),
      run: k,
      side: run.side,
      steps: run.steps,
      growth: rounded(run.growth),
      escapeStep: escapeStep(run),
      predicted: full ? predictedRun(run.steps, norm(run.displacement), start, displacement) : null,
      flips: subject.flips?.(weights) ?? null,
    };
  });

  function predictedRun(
    steps: number,
    distance: number,
    start: Float64Array,
    displacement: Float64Array,
  ): FullBatchPrediction {
    const predicted = fullBatchRun(setting, start);
    return {
      escapeStep: predicted.escapeStep,
      logError: rounded(Math.log(distance) - predicted.logDistance(steps)),
      swappedEscapeStep: fullBatchRun(swapped, swapped.local.project(displacement)).escapeStep,
    };
  }
}

/** The same cell for someone who takes alpha for 1 - alpha. */
function swappedSetting({ subject }: PlannedCell, { settings, eta }: Setting): Setting {
  const local = subject.local({ ...settings, alpha: 1 - settings.alpha });
  return { settings, local, eta, etaStar: NaN, exact: exactStability(local.reduced) };
}

function roundedRun({ growth, escapeStep: step }: LinearRun): LinearRun {
  return { growth: rounded(growth), escapeStep: step };
}

/** Six digits: more than any table shows, less than the last places in which processors differ. */
function rounded(x: number): number {
  return Number(x.toPrecision(6));
}

/** The side of E|delta|^2 that sampled steps prove. */
interface Certificate {
  readonly side: ObservedSide;
  /** Pairs of batches drawn. */
  readonly samples: number;
}

/** Probability that any certificate of the whole document is wrong, at most, over so many certificates. */
const FAMILY = { error: 1e-3, certificates: 1000 };

/** Of one certificate. */
const CERTIFICATE_ERROR = FAMILY.error / FAMILY.certificates;

/** Largest r for which stability is tried: learning T takes r^4 numbers. */
const SMALL = 8;

/** Most pairs of batches of a certificate. */
const MAX_SAMPLES = { small: 500_000, large: 10_000 };

/** Pairs of batches from which a stake is chosen. */
const TRIALS = 300;

/**
 * Decides the side of the second moment by steps of the **real** model, from displacements of START |w*| in many directions at once,
 * by the certificates of `verify`: both sides for small r; else divergence alone, along the Perron matrix of the exact operator (the test
 * holds for whatever matrix it is given; a wrong one proves nothing). The error bound is that of a linear step; at that distance the real
 * one differs from it by about 1e-8 of the displacement.
 */
function certificateOf(
  subject: Subject,
  setting: Setting,
  errorProbability: number,
  words: readonly (string | number)[],
): Certificate {
  const { settings, local, eta } = setting;
  const { reduced } = local;
  const real = subject.process(settings, eta);
  const process = networkInCoordinates(real, local, START * norm(subject.minimum));
  const random = randomSource(...words, 'certificate');
  if (reduced.dimension <= SMALL) {
    const options = { errorProbability, maxSamples: MAX_SAMPLES.small };
    const { side, samples, fault } = decideSide(process, reduced, eta, random, options);
    if (fault !== null) throw new Error(fault);
    return { side, samples };
  }
  const threshold = Math.log(1 / errorProbability);
  const { perron } = setting.exact.growth(eta);
  const context = { process, random, threshold };
  const attempt: Attempt = testDivergence(context, perron, TRIALS, MAX_SAMPLES.large - TRIALS);
  return {
    side: attempt.logEvidence >= threshold ? 'diverges' : 'inconclusive',
    samples: attempt.samples,
  };
}
