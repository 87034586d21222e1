import { randomSource, type RandomSource } from '../statistics/generator.js';
import type { ProblemSpec, SampleSpec } from '../theory/problem.js';
import { examinedProblem } from './examination.js';
import { kindOf } from './kinds.js';
import { drawInstances } from './run-instances.js';
import { type Claim, MARGIN_ROUNDING, type ProblemTheorem, type Theorem } from './theorem.js';

/** Where a theorem is nearly wrong: the smallest margin that a search found. */
export interface BoundaryResult {
  /** Smallest margin seen, by exact computation (see `ClaimKind.margin`); below -MARGIN_ROUNDING the theorem is wrong. */
  readonly smallestMargin: number;
  /** True if the bound is attained: some problem has margin 0 to rounding. */
  readonly attained: boolean;
  /** The problem of the smallest margin that is not 0 to rounding; null if there is none. */
  readonly nearest: { readonly margin: number; readonly problem: ProblemSpec } | null;
}

const STARTS = 60;
const CLIMBS = 4;
const MOVES = 150;

/** Draws of more samples are measured and not climbed from: a move changes one of them, and takes long. */
const MOST_SAMPLES = 100;

/**
 * Looks for problems on which a theorem is nearly wrong, as targeted property-based testing does: from the
 * drawn instances with the smallest margins, random small changes are kept if they lower the margin; the
 * result is then made smaller and rounder as long as its margin stays within a tenth. By exact
 * computation alone; deterministic in the seed. null for claims without a margin.
 */
export function searchBoundary(theorem: Theorem, seed: number): BoundaryResult | null {
  if (!hasMargin(theorem)) return null;
  const random = randomSource('boundary', seed, theorem.id);
  const measured = drawInstances(theorem, seed, 0, STARTS).flatMap(({ problem, companion }) => {
    const margin = claimMargin(theorem.claim, problem, companion);
    return margin === null ? [] : [{ problem, margin, companion }];
  });
  if (measured.length === 0) return null;
  const attained = measured.some(({ margin }) => Math.abs(margin) <= MARGIN_ROUNDING);
  const starts = measured
    .filter(({ margin, companion }) => Math.abs(margin) > MARGIN_ROUNDING && !companion)
    .filter(({ problem: { retain, forget } }) => retain.length + forget.length <= MOST_SAMPLES)
    .sort((a, b) => a.margin - b.margin)
    .slice(0, CLIMBS);
  const found = starts
    .map((start) => simplified(theorem, climbed(theorem, start, random)))
    .sort((a, b) => a.margin - b.margin);
  const smallest = Math.min(...measured.map(({ margin }) => margin), ...found.map(({ margin }) => margin));
  const nearest = found[0] ?? null;
  return {
    smallestMargin: smallest,
    attained: attained || Math.abs(smallest) <= MARGIN_ROUNDING,
    nearest: nearest && { margin: nearest.margin, problem: nearest.problem },
  };
}

interface Measured {
  readonly problem: ProblemSpec;
  readonly margin: number;
}

function climbed(theorem: ProblemTheorem, start: Measured, random: RandomSource): Measured {
  let best: Measured = { problem: start.problem, margin: start.margin };
  for (let move = 0; move < MOVES; move++) {
    const candidate = measure(theorem, changed(best.problem, random));
    if (candidate && candidate.margin < best.margin && Math.abs(candidate.margin) > MARGIN_ROUNDING)
      best = candidate;
  }
  return best;
}

/** True if a theorem states something about problems whose margin can be computed. */
function hasMargin(theorem: Theorem): theorem is ProblemTheorem {
  const kind = kindOf(theorem.claim);
  return kind.about === 'problem' && kind.margin !== undefined;
}

/** How far a claim is from being wrong on a problem; null where it states nothing that could be compared. */
export function claimMargin(claim: Claim, problem: ProblemSpec, companion?: ProblemSpec): number | null {
  const other = companion ? examinedProblem(companion) : null;
  return kindOf(claim).margin?.(claim, examinedProblem(problem), other) ?? null;
}

/**
 * Drops samples and rounds numbers while the margin grows by no more than a tenth of its size. Samples are dropped
 * in runs of half a set, of a quarter, .. and one by one (delta debugging; Zeller and Hildebrandt 2002), so that a
 * problem of hundreds of samples takes a few dozen margins and not one for each pair of samples.
 */
function simplified(theorem: ProblemTheorem, start: Measured): Measured {
  let best = start;
  const allowed = start.margin + 0.1 * Math.abs(start.margin);
  const accepts = (problem: ProblemSpec | null): boolean => {
    const candidate = measure(theorem, problem);
    if (!candidate || candidate.margin > allowed || Math.abs(candidate.margin) <= MARGIN_ROUNDING)
      return false;
    best = candidate;
    return true;
  };
  for (const set of ['retain', 'forget'] as const) {
    for (let run = best.problem[set].length >> 1; run >= 1; run >>= 1) {
      for (let first = 0; first < best.problem[set].length;) {
        if (!accepts(withoutSamples(best.problem, set, first, run))) first += run;
      }
    }
  }
  for (const digits of [1, 2, 3]) {
    const simpler = rounded(best.problem, digits);
    if (isRounder(simpler, best.problem) && accepts(simpler)) break;
  }
  return best;
}

function measure(theorem: ProblemTheorem, problem: ProblemSpec | null): Measured | null {
  if (!problem || !isValid(problem)) return null;
  const margin = claimMargin(theorem.claim, problem);
  return margin === null || Number.isNaN(margin) ? null : { problem, margin };
}

/** The problem without the samples first .. first + count - 1 of a set; null if none would be left. */
function withoutSamples(
  problem: ProblemSpec,
  set: 'retain' | 'forget',
  first: number,
  count: number,
): ProblemSpec | null {
  const samples = problem[set].toSpliced(first, count);
  if (samples.length === 0) return null;
  const batch = { ...problem.batch, [set]: Math.min(problem.batch[set], samples.length) };
  return { ...problem, [set]: samples, batch };
}

function rounded(problem: ProblemSpec, digits: number): ProblemSpec {
  const round = (x: number): number => Number(x.toPrecision(digits));
  return { ...mapEntries(problem, round), alpha: round(problem.alpha) };
}

function isRounder(simpler: ProblemSpec, problem: ProblemSpec): boolean {
  return JSON.stringify(simpler).length < JSON.stringify(problem).length;
}

/** A small random change: of one number, of a sample, of a batch size or of alpha. */
function changed(problem: ProblemSpec, random: RandomSource): ProblemSpec | null {
  const set = random.integer(2) === 0 ? 'retain' : 'forget';
  const samples = problem[set];
  const i = random.integer(samples.length);
  switch (random.integer(6)) {
    case 0:
      return withoutSamples(problem, set, i, 1);
    case 1:
      return { ...problem, [set]: [...samples, samples[i]!] };
    case 2: {
      const size = problem.batch[set] + (random.integer(2) === 0 ? 1 : -1);
      return { ...problem, batch: { ...problem.batch, [set]: size } };
    }
    case 3: {
      const alpha = problem.alpha * (0.8 + 0.4 * random.uniform());
      return { ...problem, alpha: Number(alpha.toPrecision(6)) };
    }
    default: {
      const target = random.integer(samples[i]!.length * samples[i]![0]!.length);
      const factor = 1 + 0.6 * (random.uniform() - 0.5);
      const shift = random.integer(3) === 0 ? random.uniform() - 0.5 : 0;
      let entry = 0;
      const sample = samples[i]!.map((vector) =>
        vector.map((x) => (entry++ === target ? Number((factor * x + shift).toPrecision(6)) : x)),
      );
      return { ...problem, [set]: samples.map((other, k) => (k === i ? sample : other)) };
    }
  }
}

function mapEntries(problem: ProblemSpec, change: (x: number) => number): ProblemSpec {
  const mapped = (samples: readonly SampleSpec[]) =>
    samples.map((vectors) => vectors.map((vector) => vector.map(change)));
  return { ...problem, retain: mapped(problem.retain), forget: mapped(problem.forget) };
}

function isValid({ retain, forget, batch, alpha }: ProblemSpec): boolean {
  const sets = [
    { samples: retain, size: batch.retain },
    { samples: forget, size: batch.forget },
  ];
  return (
    alpha >= 0 &&
    alpha <= 1 &&
    sets.every(
      ({ samples, size }) =>
        size >= 1 && size <= samples.length && samples.some((vectors) => vectors.flat().some((x) => x !== 0)),
    )
  );
}
