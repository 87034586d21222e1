/*
 * The answer to `analyze --recommend`: the settings tried, the best one, and what single runs did there.
 */

/**
 * One pair (alpha, batch sizes) and the step sizes that serve there. The eigenvectors of D, by ascending eigenvalue,
 * are divided into those that may go and those that are kept: those with negative eigenvalues go, and after them as
 * many as the limit on the retain curvature allows; the rest is kept. `docs/analysis.md` says why.
 */
export interface RecommendedWindow {
  readonly alpha: number;
  readonly batch: { readonly retain: number; readonly forget: number };
  /**
   * Smallest step size with which, in the mean and within K steps, the fastest direction escapes by the factor and the
   * retain loss along the kept directions halves; null if none does.
   */
  readonly low: number | null;
  /**
   * Largest step size up to which the kept directions contract by themselves (the critical step size of the second moment
   * compressed to them) and the expected kept loss at the escape, with all that batch noise carries over from what
   * escapes, is at most its start. Null if there is none from `low` on, or too much of the retain curvature escapes.
   */
  readonly high: number | null;
  /** Share of the retain curvature along the eigenvectors of D with negative eigenvalues: it escapes in any case. */
  readonly retainShare: number;
  /** sqrt(high/low): the factor by which the best step size, sqrt(low high), may be off either way; null if below 1. */
  readonly margin: number | null;
}

/**
 * The exact second moment of a setting, with all that escaping directions feed into the others by batch
 * noise, from a start that is uniform over U: ratios of expected values after `steps` steps to those at the start.
 */
export interface ExpectedOutcome {
  /** First step at which the mean along the fastest direction has grown by the factor. */
  readonly steps: number;
  readonly forgetLoss: number;
  readonly retainLoss: number;
  /** Of the retain loss along the kept directions. */
  readonly keptLoss: number;
}

/** Single runs of the real step at a setting, from a start that is uniform over U. */
export interface SingleRuns {
  /** 2 gamma per step with its 99 % interval. */
  readonly typical: { readonly growth: number; readonly low: number; readonly high: number };
  readonly runs: number;
  /** Share of the runs whose component along the fastest direction grew by the factor within K steps. */
  readonly escaped: number;
  /** Share of the runs that ended, at their escape or after K steps, with more retain loss along the kept directions than they began with. */
  readonly worse: number;
}

/** The axis of coherence that leaves no setting, with the reason in a sentence. */
export interface Obstacle {
  readonly axis: 'retain' | 'forget' | 'cross' | 'steps';
  readonly reason: string;
}

/** Answer to `--recommend`. */
export interface Recommendation {
  /** K. */
  readonly steps: number;
  readonly factor: number;
  /** Largest share of the retain curvature that may escape with the forget directions. */
  readonly retainShareLimit: number;
  /** All pairs tried, in order of alpha, then of batch size. */
  readonly region: readonly RecommendedWindow[];
  /** Of the smallest batches that leave one, the setting with the largest margin in which single runs serve, too; null if there is none. */
  readonly best:
    | (RecommendedWindow & {
        readonly eta: number;
        readonly margin: number;
        readonly low: number;
        readonly high: number;
        /** Null where it would take too long to compute. */
        readonly outcome: ExpectedOutcome | null;
        /** Null where it would take too long to simulate. */
        readonly runs: SingleRuns | null;
      })
    | null;
  /** Null if there is a best setting. */
  readonly obstacle: Obstacle | null;
}
