import type { DavidsonOptions } from '../../linalg/davidson.js';
import { identityMatrix, largestEigenvalue } from '../../linalg/symmetric-eigen.js';
import { addScaled, packSymmetric, unpackSymmetric } from '../../linalg/vectors.js';
import { meanSpectrum } from '../curvature-signs.js';
import { totalCurvature } from '../mean-curvature.js';
import { groupInBasis, type ReducedProblem } from '../problem.js';
import { isDrawn, isPlain, PLAIN_PROCEDURE } from '../procedure.js';
import {
  checkCurvature,
  criticalPair,
  exactStability,
  packedNoise,
  type ExactValue,
} from './exact-stability.js';
import {
  firstCrossing,
  fromBlocks,
  meanGrowth,
  periodMaps,
  type Rate,
  toBlocks,
  turn,
} from './period-operator.js';
import { noiseMap } from './noise-map.js';
import { crossedStep, periodRadius, type ProcedureStep } from './period-radius.js';
export type { ProcedureStep } from './period-radius.js';
import { gainedRadius, gainRate, noiseGain } from './noise-resolvent.js';
import { type CommutingSteps, commutingSteps, periodWalk, type PeriodWalk } from './period-walk.js';
import { stateRule } from './state-step.js';

/** Growth of the second moment of the states of a procedure at one step size. */
export interface ProcedureGrowth extends ExactValue {
  /** Asymptotic growth rate of E|delta_k|^2 per step: that of a period over its steps. `value` repeats it. */
  readonly logGrowth: number;
  /** log of the spectral radius of the second-moment operator of a period. */
  readonly logGrowthPerPeriod: number;
  /** Its eigenvector in the cone: s x s, positive semidefinite, for states (delta, v) in the problem's coordinates. */
  readonly perron: Float64Array;
}

/** The exact second-moment theory of one reduced problem under its procedure. */
export interface ProcedureStability {
  /** r. */
  readonly dimension: number;
  /** s = r, or 2 r with momentum. */
  readonly stateDimension: number;
  /** Steps of a period. */
  readonly period: number;
  /** @throws RangeError unless eta is positive and finite. */
  growth(eta: number): ProcedureGrowth;
  /** eta*: stable below it, down to 0. 0 if small steps escape; Infinity if no step size was found that does. */
  criticalStep(): ProcedureStep;
  /** log of the spectral radius of the mean of a period, over its steps: > 0 if the mean itself escapes. */
  meanGrowth(eta: number): number;
  /** One application of the operator of a period to a moment of states (s x s, as `perron`). */
  applyPeriod(eta: number, moment: Float64Array): Float64Array;
}

/** Why there is no exact operator, in words. */
export interface Unavailable {
  readonly unavailable: string;
}

/** The exact theory of a problem under its procedure, or why there is none. @throws RangeError without curvature. */
export function procedureStability(problem: ReducedProblem): ProcedureStability | Unavailable {
  checkCurvature(problem);
  const commuting = commutingSteps(problem);
  if (commuting) return commutingStability(problem, commuting);
  const walk = periodWalk(problem);
  return typeof walk === 'string' ? { unavailable: walk } : walkedStability(problem, walk);
}

function walkedStability(problem: ReducedProblem, walk: PeriodWalk): ProcedureStability {
  const { procedure = PLAIN_PROCEDURE, dimension: r } = problem;
  const parts = procedure.momentum > 0 ? 2 : 1;
  const s = parts * r;
  const period = walk.steps.length;
  const size = largestEigenvalue(totalCurvature(problem), r);
  const plain = isPlain(problem) ? exactStability(problem) : null;
  const identity = packSymmetric(identityMatrix(s), s);
  let warm: Float64Array | null = null;
  const [only] = walk.kinds;
  const noise = walk.basis && packedNoise(only!.noise!, r);
  const gainAt =
    noise && ((eta: number) => noiseGain(only!.curvature, noise, stateRule(procedure, eta, size)));

  /** Radius of a period, over exp(2 period logScale), and its eigenvector. With `rough` few digits, from the last vector on. */
  function radius(eta: number, rough: boolean, withError: boolean) {
    checkStep(eta);
    const rule = stateRule(procedure, eta, size);
    const gained = gainAt && gainedRadius(gainAt(eta));
    if (gained)
      return { ...gained, moment: fromBlocks(gained.moment, parts, r), logScale: 2 * rule.logScale };
    const maps = periodMaps(walk, rule, r);
    const start = identity.slice();
    if (rough && warm) addScaled(start, 100 * Math.sqrt(s), warm);
    const selfAdjoint = isSelfAdjoint(problem);
    const top = periodRadius(maps, s, start, { selfAdjoint, rough, withError });
    warm = top.vector;
    const moment = unpackSymmetric(top.vector, s);
    const logScale = 2 * period * rule.logScale + maps.logScale;
    const { value, relativeError, iterations } = top;
    return { value, relativeError, iterations, moment, logScale };
  }

  function growth(eta: number): ProcedureGrowth {
    if (plain) {
      const { logGrowth, perron, relativeError, iterations } = plain.growth(eta);
      return {
        value: logGrowth,
        logGrowth,
        logGrowthPerPeriod: logGrowth,
        perron,
        relativeError,
        iterations,
      };
    }
    const { value: logGrowthPerPeriod, relativeError, iterations, moment } = periodRate(eta, false, true);
    const value = logGrowthPerPeriod / period;
    const perron = stateMoment(moment, 1 / eta);
    return { value, logGrowth: value, logGrowthPerPeriod, perron, relativeError, iterations };
  }

  function periodRate(eta: number, rough: boolean, withError: boolean) {
    const { value, logScale, ...found } = radius(eta, rough, withError);
    return { ...found, value: Math.log(Math.max(value, Number.MIN_VALUE)) + logScale };
  }

  function criticalStep(): ProcedureStep {
    if (plain) return { ...plain.criticalStep(), firstCrossingOnly: false };
    const isHeavyBall = !procedure.nesterov && !isDecoupled(problem);
    const simple = heavyBallStep(problem, isHeavyBall ? {} : { tolerance: GUIDING });
    if (simple && isHeavyBall) return simple;
    const none = { value: 0, relativeError: 0, iterations: 0, firstCrossingOnly: true };
    if (simple?.value === 0 || smallStepDrift(problem) < 0) return none;
    warm = null;
    let iterations = 0;
    let nearby: Float64Array | undefined;
    const rate = (eta: number, rough: boolean): Rate => {
      const gained = gainAt && gainRate(gainAt, eta, rough, nearby);
      if (gained) nearby = gained.vector;
      const found = gained ?? periodRate(eta, rough, false);
      iterations += found.iterations;
      return found;
    };
    const found = firstCrossing(rate, simple ? simple.value / 2 : 0.1 / (size + procedure.weightDecay));
    return crossedStep(found, iterations, (eta) => growth(eta).relativeError);
  }

  /** Blocks of a moment of (delta, eta v) in the walk's basis as a moment of (delta, v) in the problem's, or back. */
  function stateMoment(moment: Float64Array, perVelocity: number, inverse = false): Float64Array {
    const blocks = toBlocks(moment, parts, r).map((block, k) => {
      const scale = perVelocity ** (Math.floor(k / parts) + (k % parts));
      const turned = walk.basis ? turn(block, walk.basis, r, inverse) : block;
      return turned.map((x) => scale * x);
    });
    return fromBlocks(blocks, parts, r);
  }

  return {
    dimension: r,
    stateDimension: s,
    period,
    growth,
    criticalStep,
    meanGrowth: (eta) => meanGrowth(walk, stateRule(procedure, eta, size), r),
    applyPeriod(eta, moment) {
      checkStep(eta);
      const rule = stateRule(procedure, eta, size);
      const out = new Float64Array(identity.length);
      const maps = periodMaps(walk, rule, r);
      maps.forward(packSymmetric(stateMoment(moment, eta, true), s), out);
      const scale = Math.exp(2 * period * rule.logScale + maps.logScale);
      return stateMoment(unpackSymmetric(out, s), 1 / eta).map((x) => scale * x);
    },
  };
}

/** Epochs of single samples that commute: every axis is multiplied by the product of its factors, in any order. */
function commutingStability(problem: ReducedProblem, { axes, steps }: CommutingSteps): ProcedureStability {
  const { procedure = PLAIN_PROCEDURE, dimension: r } = problem;
  const { weightDecay } = procedure;
  const period = steps.length;
  const logFactors = (eta: number): Float64Array =>
    Float64Array.from({ length: r }, (_, a) =>
      steps.reduce((sum, d) => sum + logFactor(eta, d[a]! + weightDecay), 0),
    );
  const rate = (eta: number): number =>
    Math.max(Math.log(Number.MIN_VALUE), 2 * Math.max(...logFactors(eta)));
  return {
    dimension: r,
    stateDimension: r,
    period,
    growth(eta) {
      checkStep(eta);
      const logs = logFactors(eta);
      const axis = logs.indexOf(Math.max(...logs));
      const top = axes.subarray(axis * r, (axis + 1) * r);
      const perron = Float64Array.from({ length: r * r }, (_, k) => top[Math.floor(k / r)]! * top[k % r]!);
      const logGrowthPerPeriod = rate(eta);
      const logGrowth = logGrowthPerPeriod / period;
      return { value: logGrowth, logGrowth, logGrowthPerPeriod, perron, relativeError: 0, iterations: 0 };
    },
    criticalStep() {
      const exact = { relativeError: Number.EPSILON, iterations: 0, firstCrossingOnly: true };
      if (smallStepDrift(problem) < 0) return { ...exact, value: 0 };
      const size = largestEigenvalue(totalCurvature(problem), r) + weightDecay;
      return { ...exact, value: firstCrossing((eta) => ({ value: rate(eta) }), 0.1 / size)?.eta ?? Infinity };
    },
    meanGrowth: (eta) => rate(eta) / 2 / period,
    applyPeriod(eta, moment) {
      const factors = Float64Array.from({ length: r }, (_, a) =>
        steps.reduce((product, d) => product * (1 - eta * (d[a]! + weightDecay)), 1),
      );
      const turned = turn(moment, axes, r, true);
      return turn(
        turned.map((x, k) => x * factors[Math.floor(k / r)]! * factors[k % r]!),
        axes,
        r,
        false,
      );
    },
  };
}

/** log |1 - eta k|, finite where the product overflows. */
function logFactor(eta: number, k: number): number {
  const moved = eta * k;
  return Number.isFinite(moved) ? Math.log(Math.abs(1 - moved)) : Math.log(eta) + Math.log(Math.abs(k));
}

/** Residual of a critical step near which that of another procedure is looked for. */
const GUIDING = 1e-2;

/** eta* of the heavy ball with decay in the gradient, both sets drawn anew in every step; null for other steps. */
function heavyBallStep(problem: ReducedProblem, options: DavidsonOptions): ProcedureStep | null {
  const { procedure = PLAIN_PROCEDURE, groups, dimension: r } = problem;
  if (procedure.schedule !== null || !groups.every(isDrawn)) return null;
  const { values, rows } = meanSpectrum(problem);
  const d = values.map((x) => x + procedure.weightDecay);
  if (!(d[0]! > 0)) return { value: 0, relativeError: 0, iterations: 0, firstCrossingOnly: false };
  const rotated = groups.map((group) => groupInBasis(group, rows, r));
  const { momentum } = procedure;
  const { top } = criticalPair(d, packedNoise(noiseMap(rotated, values), r), { momentum }, options);
  return {
    value: (1 + momentum) / top.value,
    relativeError: top.residual / top.value,
    iterations: top.iterations,
    firstCrossingOnly: false,
  };
}

/**
 * Smallest eigenvalue of the mean curvature of a step over a period, decay included: its sign is that of small steps.
 * Alternation takes part of the sets in m and k of its k + m steps.
 */
function smallStepDrift(problem: ReducedProblem): number {
  const { weightDecay, schedule } = problem.procedure ?? PLAIN_PROCEDURE;
  if (schedule === null) return meanSpectrum(problem).values[0]! + weightDecay;
  const { ascent, descent } = schedule;
  const parts = { retain: descent * (1 - problem.alpha), forget: ascent * problem.alpha };
  const alpha = parts.forget / (parts.retain + parts.forget);
  const groups = problem.groups.map((group) => ({
    ...group,
    weight: group.name === 'retain' ? 1 - alpha : alpha,
  }));
  const share = (parts.retain + parts.forget) / (ascent + descent);
  return share * meanSpectrum({ ...problem, alpha, groups }).values[0]! + weightDecay;
}

/** True for decay that shrinks the parameters beside momentum, and not within the gradient. */
function isDecoupled({ procedure = PLAIN_PROCEDURE }: ReducedProblem): boolean {
  return procedure.preconditioner !== null && procedure.weightDecay > 0 && procedure.momentum > 0;
}

/** True if a period is as likely as its steps in reversed order, each of them symmetric. */
function isSelfAdjoint({ procedure = PLAIN_PROCEDURE, groups }: ReducedProblem): boolean {
  const isEven = ({ samples, batchSize }: (typeof groups)[number]): boolean =>
    procedure.dropLast || samples.sampleCount % batchSize === 0;
  return (
    procedure.momentum === 0 && procedure.schedule === null && groups.every((g) => isDrawn(g) || isEven(g))
  );
}

function checkStep(eta: number): void {
  if (!(eta > 0) || !Number.isFinite(eta)) throw new RangeError(`eta must be > 0 and finite; got ${eta}`);
}
