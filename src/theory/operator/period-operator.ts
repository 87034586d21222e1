import { dominantEigenpair, logSpectralRadius } from '../../linalg/dominant-eigenpair.js';
import { multiplyTransposed } from '../../linalg/multiply-transposed.js';
import { identityMatrix, largestMagnitude } from '../../linalg/symmetric-eigen.js';
import { addScaled, dot, packSymmetric, scale, transpose, unpackSymmetric } from '../../linalg/vectors.js';
import type { PeriodWalk } from './period-walk.js';
import {
  type Blocks,
  meanMatrix,
  meanStep,
  momentStep,
  type MomentStep,
  radiusOf,
  type StateRule,
} from './state-step.js';

/** A map of packed symmetric s x s matrices and its adjoint: the second moment of the states over a period, over exp(logScale). */
export interface PeriodMaps {
  readonly logScale: number;
  readonly forward: (m: Float64Array, out: Float64Array) => void;
  readonly adjoint: (m: Float64Array, out: Float64Array) => void;
}

/** The maps of a rule along a walk. */
export function periodMaps({ kinds, steps }: PeriodWalk, rule: StateRule, r: number): PeriodMaps {
  const parts = rule.push.length;
  const s = parts * r;
  const maps = kinds.map((kind) => momentStep(rule, kind, r));
  const emptyBlocks = (places: number): Float64Array[][] =>
    Array.from({ length: places }, () => Array.from({ length: parts ** 2 }, () => new Float64Array(r * r)));
  const lifts = steps.map(() => 1);
  const along = (backwards: boolean, settled: boolean) => (m: Float64Array, out: Float64Array) => {
    let at: Blocks[] = [toBlocks(unpackSymmetric(m, s), parts, r)];
    const order = backwards ? steps.map((_, k) => steps.length - 1 - k) : steps.map((_, k) => k);
    for (const k of order) {
      const next = emptyBlocks(backwards ? (steps[k - 1]?.places ?? 1) : steps[k]!.places);
      for (const { from, to, probability, kind } of steps[k]!.transitions) {
        const { forward, adjoint } = maps[kind]!;
        if (backwards) adjoint(at[to]!, probability * lifts[k]!, next[from]!);
        else forward(at[from]!, probability * lifts[k]!, next[to]!);
      }
      if (!settled) lifts[k] = lift(next);
      at = k % EVENED_EVERY === EVENED_EVERY - 1 ? next.map((blocks) => evened(blocks, parts, r)) : next;
    }
    packSymmetric(fromBlocks(at[0]!, parts, r), s, out);
  };
  // What the identity becomes bounds what any moment of its size does.
  along(false, false)(packSymmetric(identityMatrix(s), s), new Float64Array((s * (s + 1)) / 2));
  const logScale = lifts.reduce((sum, x) => sum - Math.log(x), 0);
  return { forward: along(false, true), adjoint: along(true, true), logScale };
}

/**
 * Steps after which moments are made symmetric again: the steps take that for granted, so that what rounding leaves of
 * asymmetry does not shrink with the moment and after a hundred steps would be all of it.
 */
const EVENED_EVERY = 16;

/** The mean of a moment and its transpose, of q x q blocks. */
function evened(blocks: Blocks, q: number, r: number): Blocks {
  return blocks.map((block, k) => {
    const other = transpose(blocks[(k % q) * q + Math.floor(k / q)]!, r, r);
    return block.map((x, ab) => (x + other[ab]!) / 2);
  });
}

/** Size of a moment below which, and over one above which, it is brought back: hundreds of steps would under- or overflow. */
const SMALL = 2 ** -64;

/** Brings moments that have become small or large back to about 1, in place, by a power of two, which keeps their digits; returns it. */
function lift(at: readonly Blocks[]): number {
  const size = Math.max(...at.flat().map(largestMagnitude));
  if (!(size > 0) || (size >= SMALL && size <= 1 / SMALL)) return 1;
  const factor = 2 ** -Math.floor(Math.log2(size));
  for (const block of at.flat()) scale(block, factor);
  return factor;
}

/** The eigenvalue from both eigenvectors: its error is the product of theirs. */
export function twoSided(
  { forward, adjoint }: Pick<PeriodMaps, 'forward' | 'adjoint'>,
  right: Float64Array,
  start: Float64Array,
) {
  const left = dominantEigenpair(adjoint, start).vector;

  const image = new Float64Array(right.length);
  forward(right, image);
  const angle = dot(left, right);
  const value = dot(left, image) / angle;
  addScaled(image, -value, right);
  return { value, relativeError: Math.sqrt(dot(image, image)) / Math.abs(angle * value) };
}

/** log of the spectral radius of the mean of a period, over its steps. */
export function meanGrowth({ kinds, steps, basis }: PeriodWalk, rule: StateRule, r: number): number {
  const parts = rule.push.length;
  const s = parts * r;
  if (basis) {
    const radii = Array.from(kinds[0]!.curvature, (d) => radiusOf(meanMatrix(rule, d)));
    return Math.log(Math.max(...radii)) + rule.logScale;
  }
  const maps: MomentStep[] = kinds.map((kind) => meanStep(rule, kind, r));
  let at: Blocks[] = [toBlocks(identityMatrix(s), parts, r)];
  let lifted = 0;
  for (const { transitions, places } of steps) {
    const next = Array.from({ length: places }, () => toBlocks(new Float64Array(s * s), parts, r));
    for (const { from, to, probability, kind } of transitions) maps[kind]!(at[from]!, probability, next[to]!);
    lifted -= Math.log(lift(next));
    at = next;
  }
  return (logSpectralRadius(fromBlocks(at[0]!, parts, r), s) + lifted) / steps.length + rule.logScale;
}

/** The q x q blocks of a row-major q r x q r matrix. */
export function toBlocks(matrix: Float64Array, q: number, r: number): Float64Array[] {
  return Array.from({ length: q * q }, (_, k) => {
    const block = new Float64Array(r * r);
    for (let a = 0; a < r; a++) {
      const from = (Math.floor(k / q) * r + a) * q * r + (k % q) * r;
      block.set(matrix.subarray(from, from + r), a * r);
    }
    return block;
  });
}

/** The matrix of such blocks. */
export function fromBlocks(blocks: Blocks, q: number, r: number): Float64Array {
  const matrix = new Float64Array((q * r) ** 2);
  blocks.forEach((block, k) => {
    for (let a = 0; a < r; a++) {
      matrix.set(block.subarray(a * r, (a + 1) * r), (Math.floor(k / q) * r + a) * q * r + (k % q) * r);
    }
  });
  return matrix;
}

/** V^T M V for the rows V of the basis; `into` gives V M V^T. */
export function turn(m: Float64Array, basis: Float64Array, r: number, into: boolean): Float64Array {
  const rows = into ? basis : transpose(basis, r, r);
  return multiplyTransposed(multiplyTransposed(rows, r, transpose(m, r, r), r, r), r, rows, r, r);
}

/** A growth rate at a step size. */
export interface Rate {
  /** log of the growth, or a number with its sign. */
  readonly value: number;
  /** d value / d log eta, where it is known. */
  readonly slope?: number;
  /** Of the growth whose log `value` is, where it is known. */
  readonly relativeError?: number;
}

/** Where a growth rate changes its sign. */
export interface Crossing {
  readonly eta: number;
  /** d growth / d log eta there. */
  readonly slope: number;
  /** Of the growth there, where it is known. */
  readonly relativeError?: number;
}

/** Step sizes on which a first crossing is looked for stand in this ratio; a window of escape between two of them is missed. */
const RATIO = 1.15;

/** Step sizes tried on the way up, to 4 x 10^8 times the first, and on the way down. */
const TRIES_UP = 142;
const TRIES_DOWN = 60;

/** Halvings and secants after which the bracket is as narrow as doubles allow. */
const ROOT_STEPS = 100;

/**
 * The smallest step size at which a growth rate becomes positive, where all small enough step sizes are known to have a
 * negative one. Found on a grid of ratio RATIO from a guide on, then by regula falsi with halving (Illinois; Dowell and
 * Jarratt 1971).
 *
 * @param growth log of the growth at a step size; the second argument asks for few digits, for the sign alone.
 * @param guide a step size that is stable, as far as anybody knows; the search goes down from it where it is not.
 * @returns null if nothing on the way up grows.
 */
export function firstCrossing(growth: (eta: number, rough: boolean) => Rate, guide: number): Crossing | null {
  let low = guide;
  let high = guide;
  if (growth(guide, true).value < 0) {
    for (let tries = 0; ; tries++) {
      if (tries === TRIES_UP) return null;
      high = low * RATIO;
      if (growth(high, true).value >= 0) break;
      low = high;
    }
  } else {
    for (let tries = 0; ; tries++) {
      if (tries === TRIES_DOWN) return { eta: 0, slope: 0 };
      low = high / 4;
      if (growth(low, true).value < 0) break;
      high = low;
    }
  }
  const start = growth(high, false);
  if (start.slope !== undefined) return newtonRoot((eta) => growth(eta, false), [low, high], start);
  const fine = (eta: number): number => growth(eta, false).value;
  let [atLow, atHigh] = [fine(low), start.value];
  for (; atLow >= 0; atLow = fine(low)) low /= RATIO;
  for (; atHigh < 0; atHigh = fine(high)) high *= RATIO;
  return root(fine, [low, atLow], [high, atHigh]);
}

/** Newton step in log eta after which the next point has all its digits. */
const LAST_STEP = 1e-8;

/** Newton's steps in log eta, from the upper end of a bracket on, which is halved where they would leave it. */
function newtonRoot(
  growth: (eta: number) => Rate,
  bracket: readonly [number, number],
  start: Rate,
): Crossing {
  let [low, high] = bracket.map(Math.log) as [number, number];
  let at = high;
  let rate = start;
  for (let k = 0; ; k++) {
    const { value, slope = NaN, relativeError } = rate;
    const wanted = at - value / slope;
    if (k === ROOT_STEPS || Math.abs(wanted - at) <= LAST_STEP)
      return { eta: Math.exp(wanted), slope, ...(relativeError === undefined ? {} : { relativeError }) };
    if (value < 0) low = at;
    else high = at;
    at = wanted > low && wanted < high ? wanted : (low + high) / 2;
    rate = growth(Math.exp(at));
  }
}

type Point = readonly [eta: number, growth: number];

function root(growth: (eta: number) => number, [from, atFrom]: Point, [to, atTo]: Point): Crossing {
  let [low, high] = [Math.log(from), Math.log(to)];
  let [atLow, atHigh] = [atFrom, atTo];
  const slope = (atHigh - atLow) / (high - low);
  let side = 0;
  for (let k = 0; k < ROOT_STEPS && high - low > 4 * Number.EPSILON * Math.max(1, Math.abs(high)); k++) {
    const secant = (low * atHigh - high * atLow) / (atHigh - atLow);
    const isInside = secant > low && secant < high && k % 8 !== 7;
    const middle = isInside ? secant : (low + high) / 2;
    const value = growth(Math.exp(middle));
    if (value === 0) return { eta: Math.exp(middle), slope };
    if (value < 0) {
      [low, atLow] = [middle, value];
      if (side === -1) atHigh /= 2;
      side = -1;
    } else {
      [high, atHigh] = [middle, value];
      if (side === 1) atLow /= 2;
      side = 1;
    }
  }
  return { eta: Math.exp((low + high) / 2), slope };
}
