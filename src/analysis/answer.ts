import type { LeftOut } from '../theory/rank.js';
import type { SamplingChoice, SetName } from '../theory/problem.js';
import type { Procedure, Schedule } from '../theory/procedure.js';
import type { PredictedSide } from '../harness/examination.js';
import type { Recommendation } from './recommendation.js';

/*
 * The answer of `analyze`: the numbers of the theory, when the escape shows, what escapes with it, which samples
 * resist, and which setting to choose.
 */

/** Answer of `analyze`, in the layout that scripts rely on. Sets without samples have null coherence. */
export interface Analysis {
  readonly schemaVersion: 1;
  readonly dimension: {
    readonly parameters: number;
    readonly samples: { readonly retain: number; readonly forget: number };
    readonly reduced: number;
    /** Directions that may be rounding of the stored numbers and are left out, and the largest share of curvature along one. */
    readonly leftOut: LeftOut;
    /** Relative error of the stored numbers that the answer allows for. */
    readonly precision: number;
  };
  readonly coherence: {
    readonly sigma: number;
    readonly lambda1S: number;
    readonly retain: number | null;
    readonly forget: number | null;
    /** c = n lambda_1(Hbar)/max_i lambda_1(H_i) of either set, at most its coherence; null without samples. */
    readonly alignedRetain: number | null;
    readonly alignedForget: number | null;
    /** Share of the step sizes of full batches that retain batches of this size leave for sure: c/(c + nu) unless drawn with replacement. */
    readonly fullBatchShare: number | null;
    readonly cross: number;
    readonly chi2: number | null;
    readonly kappa: number | null;
    /** null also where there are more pairs than `MAX_PAIRS`, and for a subset. */
    readonly pair: number | null;
  };
  readonly mixing: {
    readonly alphaStar: number;
    readonly lambdaMin: number;
    readonly lambdaMax: number;
    readonly escapes: boolean;
    /** Eigenvalues of D that are negative, and those that are zero as far as the stored numbers tell. */
    readonly negative: number;
    readonly zero: number;
  };
  /** What is done with the gradients, as taken. */
  readonly procedure: ProcedureAnswer;
  readonly exact: {
    /** Infinity where no step size was found that escapes, NaN where it is not known (`estimate`): null in JSON. */
    readonly etaStar: number;
    /** Only for other procedures than the plain step: true where a stable step size above eta* is not ruled out. */
    readonly firstCrossingOnly?: boolean;
    /** Only where there is no exact operator: log rho by simulation, its 99 % interval, and why. */
    readonly estimate?: { readonly low: number; readonly high: number; readonly reason: string };
    readonly spectralRadius: number;
    readonly logGrowth: number;
    /** `stable` if rho < 1 and nothing else: what is marginal is not stable. */
    readonly side: 'diverges' | 'stable';
    /**
     * `marginal`: rho = 1, at alpha = alpha* or eta = eta* (log rho is 0 then); `undecided`: the sign of an eigenvalue of
     * D rests on digits that the stored numbers do not have.
     */
    readonly verdict: 'diverges' | 'stable' | 'marginal' | 'undecided';
  };
  /** Empty for a subset: the thresholds of the theorems need all samples. */
  readonly theorems: readonly TheoremVerdict[];
  readonly typical: TypicalAnswer;
  readonly escape: EscapeForecast;
  readonly geometry: EscapeGeometry;
  /** Only of plain steps with bernoulli batches or subsets where D > 0. */
  readonly ends?: AxisEnds;
  /** Only where the numbers are estimates from a subset of the samples. */
  readonly subset?: SubsetReport;
  /** Only where gradients at w* were given. */
  readonly misfit?: MisfitAnswer;
  /** Only where a clipping norm was given. */
  readonly clipping?: ClippingAnswer;
  /** Only where one was asked for. */
  readonly recommendation?: Recommendation;
  /** Only where a sweep was asked for: every rate, ascending, and the longest row of rates that forget: [low, high] of lr, or of eta without one. */
  readonly sweep?: readonly SweptRate[];
  readonly window?: RateSweep['window'];
  /** What its words mean. */
  readonly sweepRule?: Pick<RateSweep, 'steps' | 'factor' | 'retainShare'>;
}

/** 2 gamma of single runs per step. */
export interface TypicalAnswer {
  readonly growth: number;
  /** 99 % interval of runs, cut at log rho; `growth` itself where it is exact. */
  readonly low: number;
  readonly high: number;
  /** Only where it follows from the mean: nothing is random, or log rho is that of the squared mean. */
  readonly exact?: true;
  /** Only where runs had not settled within their budget: the interval is widened. */
  readonly settled?: false;
}

/** One rate of a sweep. */
export interface SweptRate {
  /** Null if the setting was given without a learning rate. */
  readonly lr: number | null;
  readonly eta: number;
  readonly side: Analysis['exact']['side'];
  /** Steps until the second moment has escaped by the factor; null if it never does. */
  readonly steps: number | null;
  /** Expected after the steps of the run, over that at the start, where E[delta delta^T] = I. */
  readonly forgetLoss: number;
  readonly retainLoss: number;
  readonly typical: Analysis['typical'];
  /**
   * `forgets`: the forget loss has grown by the factor squared, the retain loss by no more than its share of that; `breaks`:
   * by more, or the retain loss alone has grown so much; else `nothing`.
   */
  readonly word: 'nothing' | 'forgets' | 'breaks';
}

/** Answer to `--sweep`. */
export interface RateSweep {
  readonly steps: number;
  readonly factor: number;
  readonly retainShare: number;
  readonly rates: readonly SweptRate[];
  readonly window: readonly [number, number] | null;
}

/** The two sharp ends of all problems with the same three coherences, and where this one lies between them. */
export interface AxisEnds {
  /** Below it every such problem is stable, above `diverges` none is: no coherence says more between the two. */
  readonly stable: number;
  readonly diverges: number;
  /** log(etaStar/stable)/log(diverges/stable): 0 at the lower end. */
  readonly share: number;
  /** Top eigenvalue of K_F relative to K_R: the overlap. */
  readonly q: number;
  /** What the direction that leaves first has: of lambda_1(D), of q, and of the noise that the lower end allows for. */
  readonly weakest: { readonly curvature: number; readonly overlap: number; readonly noise: number };
}

/** The procedure of an analysis: the fields of a problem, with what they leave out. */
export interface ProcedureAnswer {
  readonly sampling: SamplingChoice;
  readonly optimizer: Pick<Procedure, 'momentum' | 'nesterov' | 'weightDecay' | 'preconditioner'>;
  readonly schedule: Schedule | null;
  /** Only for sets in epochs. */
  readonly dropLast?: boolean;
  /** Steps in one application of the operator. */
  readonly period: number;
}

/** In what an answer about gradients measures lengths: with a preconditioner C not in w itself. */
type Lengths = 'w - w*' | 'C^{-1/2}(w - w*)';

/** Effect of the gradients of the samples at w* on the plain step, where w* does not fit them. */
export interface MisfitAnswer {
  /** |g|, g the mean gradient of the step at w*, and eta |g|; with a preconditioner g stands for C^{1/2} g. */
  readonly drift: number;
  readonly perStep: number;
  /** |g| along directions without mean curvature: there nothing holds the push. */
  readonly outside: number;
  /**
   * |D^{-1} g|, where the mean rests, and the root mean square distance from there along the directions with curvature;
   * null unless rho < 1 and nothing of g is `outside`.
   */
  readonly rest: { readonly distance: number; readonly spread: number } | null;
  /** Only where `rest` is null because rounding of parameters in large units may be longer than a direction in small ones. */
  readonly restUnknown?: true;
  /** Root mean square distance, over sqrt k, that the noise of k steps moves along directions without any curvature. */
  readonly walk: number;
  /** First step after which the push is longer than what a start at that distance has become in the mean; null: none in 1e6. */
  readonly start: { readonly distance: number; readonly steps: number | null } | null;
  readonly lengths: Lengths;
  /** The same in w - w*, with a preconditioner whose parameters are known only: |g|, eta |C g|, rest. */
  readonly parameters?: Pick<MisfitAnswer, 'drift' | 'perStep' | 'rest'>;
}

/** Steps that clipping leaves as they are. */
export interface ClippingAnswer {
  /** c, of the gradient in w. */
  readonly norm: number;
  /** Norm of the largest gradient of a batch at w*, in w; a bound of it unless the batches were enumerated. */
  readonly gradient: number;
  /** Within this distance of w* no step is clipped; Infinity if none is anywhere. */
  readonly radius: number;
  /** `exact`: beyond it some step is. */
  readonly radiusIs: 'exact' | 'at least';
  /** Whether all batches were gone through that could have the largest gradient. */
  readonly enumerated: boolean;
  /** eta c, with a preconditioner times the root of its largest number: the most that a step moves. */
  readonly perStep: number;
  readonly lengths: Lengths;
  /** The same in w - w*, with a preconditioner only. */
  readonly parameters?: Pick<ClippingAnswer, 'radius' | 'perStep'>;
}

/** Claim of one theorem about the problem. */
export interface TheoremVerdict {
  readonly id: string;
  readonly name: string;
  readonly applies: boolean;
  readonly side: PredictedSide;
  readonly etaThreshold: number | null;
}

/** Ends of an interval, null where nothing bounds it from above. */
export interface SubsetInterval {
  readonly low: number;
  readonly high: number | null;
  /** True if the number is that of all samples: then low = high. */
  readonly exact: boolean;
}

/** How many samples of a set were drawn. */
export interface DrawnSamples {
  readonly of: number;
  readonly drawn: number;
  /** True if the file holds a uniform draw already. */
  readonly thinned: boolean;
}

/** Certainty of estimates from a subset of the samples. */
export interface SubsetReport {
  readonly seed: number;
  /** Probability with which all four intervals hold together, to first order. */
  readonly confidence: number;
  readonly samples: Readonly<Record<SetName, DrawnSamples>>;
  readonly intervals: {
    readonly sigma: SubsetInterval;
    readonly alphaStar: SubsetInterval;
    readonly lambdaMin: SubsetInterval;
    readonly etaStar: SubsetInterval;
  };
  /** Below it the whole problem is stable for certain, whichever samples were not drawn; null where that is not known. */
  readonly certainEtaStar: number | null;
  /** The side that the intervals of alpha* and eta* leave, if they leave one. */
  readonly side: PredictedSide;
}

/** Steps until the displacement has grown by a factor, by three measures. Fractions of a step are kept. */
export interface EscapeForecast {
  /** By how much |delta| grows, > 1. */
  readonly factor: number;
  /**
   * Of the mean along the fastest direction of D: log(factor)/log(1 - eta lambda_min), or of eta lambda_max - 1 in place
   * of 1 - eta lambda_min where overshoot is faster; of another procedure than the plain step log(factor) over the growth of the mean of
   * a period, per step. null if it never does.
   */
  readonly mean: number | null;
  /** Of sqrt(E|delta|^2) in the long run: 2 log(factor)/log rho; null if it never does. */
  readonly secondMoment: number | null;
  /** Of single runs: 2 log(factor) over the interval of the simulated 2 gamma; null if its lower end is not positive. */
  readonly typical: { readonly low: number; readonly high: number } | null;
}

/** One sample of the forget set. */
export interface ForgetSample {
  /** Its row in the forget set, from 0. */
  readonly index: number;
  /** What its file calls it; absent where the file does not say. */
  readonly id?: number;
  /** tr(P H_i)/tr(H_i): the share of its curvature along the escaping directions, in [0, 1]. Small: it resists. */
  readonly share: number;
}

/** The directions in which the model leaves, and what lies along them. */
export interface EscapeGeometry {
  /**
   * Which P is meant: the projector onto the eigenvectors of D along which the mean grows (`mean`: eigenvalues below
   * 0, or above 2/eta where the step overshoots), the Perron matrix of the second moment scaled to a largest
   * eigenvalue of 1 where batch noise alone escapes (`noise`) or the mean with it, but not along eigenvectors of D
   * (`both`: steps in turn, epochs), or nothing escapes (`none`, P = 0).
   */
  readonly kind: 'mean' | 'both' | 'noise' | 'none';
  /** tr P: how many directions escape; of a Perron matrix each counts by its growth, so that it is no whole number. */
  readonly directions: number;
  /** tr(P Hbar_R)/tr(Hbar_R): the share of the retain curvature that is left with them; null without samples. */
  readonly retainShare: number | null;
  /** tr(P Hbar_F)/tr(Hbar_F); null without samples. */
  readonly forgetShare: number | null;
  /** The forget samples, those that resist most first. */
  readonly samples: readonly ForgetSample[];
}

/** A number with four digits, for sentences and titles. */
export function shortNumber(x: number): string {
  return String(Number(x.toPrecision(4)));
}
