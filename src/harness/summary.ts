import type { ObservedSide } from '../decision/decide-side.js';
import { proportionUpperBound, sampleQuantiles } from '../statistics/intervals.js';
import type { BoundaryResult } from './boundary-search.js';
import type { Counterexample } from './counterexample.js';
import type { Examination, PredictedSide } from './examination.js';
import { drawTable, type DrawTable } from './draw-classes.js';
import {
  type Description,
  type HypothesisUse,
  hypothesisUses,
  type Mutant,
  type Theorem,
} from './theorem.js';
import { isProblemTheorem, wordedKind, type WordedKind } from './kinds.js';

/** Confidence of the upper bound on the disagreement rate. */
const DISAGREEMENT_CONFIDENCE = 0.99;

/** Everything the report says of one theorem. */
export interface TheoremSummary extends Omit<Description, 'unneeded' | 'procedure'>, WordedKind {
  /** What it is about, by which reports group theorems. */
  readonly procedure: string;
  /** What shows each hypothesis to be needed, or what it is for. */
  readonly hypothesisUses: readonly HypothesisUse[];
  readonly instances: number;
  /** How many of the instances are stored ones, on which wrong variants fail; they come first. */
  readonly witnesses: number;
  /** How the others are drawn, in plain words. */
  readonly drawing: string;
  /** The others by class, with floors; null for data and networks. */
  readonly draws: DrawTable | null;
  /** True if the theorem sets floors, which asks for wrong variants, too. */
  readonly held: boolean;
  readonly predicted: { readonly diverges: number; readonly stable: number; readonly undecided: number };
  readonly observed: { readonly diverges: number; readonly stable: number; readonly inconclusive: number };
  /** Predicted against observed sides; null where no side is observed. */
  readonly confusion: Confusion | null;
  readonly agree: number;
  readonly contradict: number;
  readonly inconclusive: number;
  /** Share of the instances on which the theorem says something that was tested. */
  readonly coverage: number;
  readonly disagreementUpperBound: { readonly value: number; readonly confidence: number };
  /** Quantiles of the theorem's critical step over the exact one. */
  readonly tightness: { readonly q05: number; readonly median: number; readonly q95: number } | null;
  /** The ratios themselves, thinned; null where there are none. */
  readonly ratios: CriticalRatios | null;
  /** Tested instances more than 5 % from the exact threshold, and how many of them were inconclusive. */
  readonly far: { readonly tested: number; readonly inconclusive: number };
  readonly sampledSteps: number;
  /** Certificates issued; each is wrong with at most the error probability of one verdict. */
  readonly certificates: number;
  /** Instances on which the exact operator does not agree with certificate or prediction. */
  readonly conflicts: readonly { readonly instance: number; readonly conflict: string }[];
  /** Planted wrong variants and what became of them. */
  readonly mutants: readonly MutantSummary[];
  /** Where a search found the theorem nearly wrong; null for statements without a computed margin. */
  readonly boundary: BoundaryResult | null;
  readonly counterexample: Counterexample | null;
}

/** A planted wrong variant and what became of it. */
export interface MutantSummary extends Pick<Mutant, 'id' | 'description' | 'quick'> {
  /** True if some instance certainly refutes it. */
  readonly killed: boolean;
  /** Number of the first such instance: it took one more draw than that. */
  readonly instance: number | null;
  /** Random draws until one of them refuted it, the stored instances not counted; null if none did. */
  readonly draws: number | null;
}

/** Counts the examinations of one theorem, in the order of their instance numbers. */
export function summariseTheorem(
  theorem: Theorem,
  examinations: readonly Examination[],
  counterexample: Counterexample | null,
  boundary: BoundaryResult | null = null,
): TheoremSummary {
  const count = (keep: (examination: Examination) => boolean): number => examinations.filter(keep).length;
  const agree = count(({ outcome }) => outcome === 'agree');
  const contradict = count(({ outcome }) => outcome === 'contradict');
  const inconclusive = count(({ outcome }) => outcome === 'inconclusive');
  const tested = agree + contradict + inconclusive;
  const far = examinations.filter((examination) => examination.far && examination.outcome !== 'undecided');
  const decided = agree + contradict;
  const ratios = criticalRatios(examinations);
  const witnesses = Math.min(theorem.witnesses.length, examinations.length);
  const { claim } = theorem;
  return {
    id: theorem.id,
    name: theorem.name,
    procedure: procedureOf(theorem),
    statement: theorem.statement,
    formula: theorem.formula,
    hypotheses: theorem.hypotheses,
    hypothesisUses: hypothesisUses(theorem),
    source: theorem.source,
    proof: theorem.proof,
    ...wordedKind(claim),
    instances: examinations.length,
    witnesses,
    drawing: theorem.drawing,
    draws: drawnClasses(theorem, examinations.slice(witnesses)),
    held: theorem.floors !== undefined,
    predicted: {
      diverges: count(({ predicted }) => predicted === 'diverges'),
      stable: count(({ predicted }) => predicted === 'stable'),
      undecided: count(({ predicted }) => predicted === 'undecided'),
    },
    observed: {
      diverges: count(({ observed }) => observed === 'diverges'),
      stable: count(({ observed }) => observed === 'stable'),
      inconclusive: count(({ observed }) => observed === 'inconclusive'),
    },
    confusion: confusion(examinations),
    agree,
    contradict,
    inconclusive,
    coverage: examinations.length === 0 ? 0 : tested / examinations.length,
    disagreementUpperBound: {
      value: decided === 0 ? 1 : proportionUpperBound(contradict, decided, DISAGREEMENT_CONFIDENCE),
      confidence: DISAGREEMENT_CONFIDENCE,
    },
    tightness: tightness(ratios),
    ratios: thinnedRatios(ratios),
    far: {
      tested: far.length,
      inconclusive: far.filter(({ outcome }) => outcome === 'inconclusive').length,
    },
    sampledSteps: examinations.reduce((sum, { samples }) => sum + samples, 0),
    certificates: examinations.reduce((sum, { certificates }) => sum + certificates, 0),
    conflicts: examinations.flatMap(({ conflict }, instance) =>
      conflict === null ? [] : [{ instance, conflict }],
    ),
    mutants: theorem.mutants.map((mutant) => mutantSummary(mutant, examinations, witnesses)),
    boundary,
    counterexample,
  };
}

/** The procedure that a theorem is about; those about the plain step name none. */
function procedureOf(theorem: Theorem): string {
  return theorem.procedure ?? (isProblemTheorem(theorem) ? 'plain step' : 'data and networks');
}

/** The draws of a theorem by class; null if nothing is known of them. */
function drawnClasses({ floors }: Theorem, examinations: readonly Examination[]): DrawTable | null {
  const features = examinations.flatMap(({ drawn }) => (drawn ? [drawn] : []));
  return features.length === 0 ? null : drawTable(features, floors);
}

function mutantSummary(
  { id, description, quick }: Mutant,
  examinations: readonly Examination[],
  witnesses: number,
): MutantSummary {
  const refutes = ({ refuted }: Examination): boolean => refuted.includes(id);
  const instance = examinations.findIndex(refutes);
  const draw = examinations.slice(witnesses).findIndex(refutes);
  return {
    id,
    description,
    killed: instance >= 0,
    instance: instance >= 0 ? instance : null,
    draws: draw >= 0 ? draw + 1 : null,
    quick,
  };
}

function tightness(ratios: readonly number[]): TheoremSummary['tightness'] {
  const quantiles = sampleQuantiles(ratios, [0.05, 0.5, 0.95]);
  return quantiles && { q05: quantiles[0]!, median: quantiles[1]!, q95: quantiles[2]! };
}

/** Numbers of instances by predicted side and, within it, observed side. */
type Confusion = Readonly<Record<PredictedSide, Readonly<Record<ObservedSide, number>>>>;

/** Counts the instances whose side was observed; null if none was. */
function confusion(examinations: readonly Examination[]): Confusion | null {
  if (examinations.every(({ observed }) => observed === null)) return null;
  const count = (predicted: PredictedSide, observed: ObservedSide): number =>
    examinations.filter((one) => one.predicted === predicted && one.observed === observed).length;
  const row = (predicted: PredictedSide): Record<ObservedSide, number> => ({
    diverges: count(predicted, 'diverges'),
    stable: count(predicted, 'stable'),
    inconclusive: count(predicted, 'inconclusive'),
  });
  return { diverges: row('diverges'), stable: row('stable'), undecided: row('undecided') };
}

/** A theorem's critical step over the exact one, where it has one. */
interface CriticalRatios {
  /** Instances with such a ratio. */
  readonly count: number;
  /** The ratios, ascending, to six digits; of more than MOST_RATIOS evenly many, the extreme ones among them. */
  readonly values: readonly number[];
}

/** Most ratios that a summary lists. */
export const MOST_RATIOS = 101;

/** Ratios of the theorem's critical step to the exact one, where both are positive and finite. */
export function criticalRatios(examinations: readonly Examination[]): number[] {
  return examinations.flatMap(({ criticalStep, etaStar }) =>
    criticalStep !== null &&
    criticalStep > 0 &&
    Number.isFinite(criticalStep) &&
    etaStar !== null &&
    etaStar > 0
      ? [criticalStep / etaStar]
      : [],
  );
}

/** The ratios as a summary lists them; null if there are none. */
export function thinnedRatios(ratios: readonly number[]): CriticalRatios | null {
  const count = ratios.length;
  if (count === 0) return null;
  const ascending = [...ratios].sort((a, b) => a - b);
  const shown = Math.min(count, MOST_RATIOS);
  const values = Array.from({ length: shown }, (_, k) => {
    const rank = shown === 1 ? 0 : Math.round((k * (count - 1)) / (shown - 1));
    return Number(ascending[rank]!.toPrecision(6));
  });
  return { count, values };
}
