import { asserting, assertionOf } from '../../src/harness/kinds.js';
import type { ForgetSample, TheoremVerdict } from '../../src/analysis/answer.js';
import type { Recommendation, RecommendedWindow } from '../../src/analysis/recommendation.js';
import type { AnalysisPage } from '../../src/report/analysis-page.js';
import { theorems } from '../../theorems/index.js';
import { HOSTILE } from './sample-report.js';

const tool = { name: 'unlearning-stability', version: '1.2.3' };

/** Critical steps of a problem whose eta* is 2.743; null: says nothing; missing: does not apply. */
const THRESHOLDS: Readonly<Record<string, number | null>> = {
  U1: null,
  U2: 3.126,
  U5: 2.565,
  U7: null,
  U8: null,
  U11: null,
  U13: 2.81,
  U14: 4.02,
};

function verdicts(eta: number, thresholds = THRESHOLDS): TheoremVerdict[] {
  return theorems
    .filter(({ id }) => !id.startsWith('C'))
    .map(({ id, name, claim }) => {
      const etaThreshold = thresholds[id] ?? null;
      const above = etaThreshold !== null && eta > etaThreshold;
      const below = etaThreshold !== null && eta < etaThreshold;
      const stability = assertionOf(claim) === 'stability';
      const side = stability ? (below ? 'stable' : 'undecided') : above ? 'diverges' : 'undecided';
      return { id, name, applies: id in thresholds, side, etaThreshold };
    });
}

/** Shares that rise from nearly 0 to nearly 1. */
function risingSamples(count: number): ForgetSample[] {
  return Array.from({ length: count }, (_, k) => ({
    index: (7 * k + 3) % count,
    share: 0.98 * ((k + 0.2) / count) ** 1.7,
  }));
}

/** The old minimum holds; nothing escapes, nothing was recommended. */
export function holdingPage(): AnalysisPage {
  return {
    source: 'problem.json',
    setting: { alpha: 0.1, eta: 0.8, batch: { retain: 2, forget: 1 }, sampling: 'without-replacement' },
    analysis: {
      schemaVersion: 1,
      dimension: {
        parameters: 3,
        samples: { retain: 6, forget: 2 },
        reduced: 3,
        leftOut: { directions: 0, largestShare: 0 },
        precision: 2 ** -49,
      },
      procedure: {
        sampling: 'without-replacement',
        optimizer: { momentum: 0, nesterov: false, weightDecay: 0, preconditioner: null },
        schedule: null,
        period: 1,
      },
      coherence: {
        sigma: 3.705,
        lambda1S: 0.7891,
        retain: 3.349,
        forget: 1.653,
        alignedRetain: 2.9,
        alignedForget: 1.5,
        fullBatchShare: 0.5918,
        cross: 0.2338,
        chi2: 0.6106,
        kappa: 0.8758,
        pair: 6.099,
      },
      mixing: {
        alphaStar: 0.3995,
        lambdaMin: 0.1165,
        lambdaMax: 0.6398,
        escapes: false,
        negative: 0,
        zero: 0,
      },
      exact: {
        etaStar: 2.743,
        spectralRadius: 0.8258,
        logGrowth: -0.1913,
        side: 'stable',
        verdict: 'stable',
      },
      theorems: verdicts(0.8),
      typical: { growth: -0.1978, low: -0.2016, high: -0.194 },
      escape: { factor: 1000, mean: null, secondMoment: null, typical: null },
      geometry: {
        kind: 'none',
        directions: 0,
        retainShare: 0,
        forgetShare: 0,
        samples: [0, 1].map((index) => ({ index, share: 0 })),
      },
    },
    theorems: asserting(theorems),
    tool,
  };
}

/** The mean escapes; 24 forget samples; settings that serve were found. */
export function leavingPage(): AnalysisPage {
  const page = holdingPage();
  return {
    ...page,
    source: 'retain.npy and forget.npy',
    setting: { alpha: 0.3, eta: 0.05, batch: { retain: 16, forget: 8 }, sampling: 'bernoulli' },
    analysis: {
      ...page.analysis,
      dimension: {
        parameters: 1_000_000,
        samples: { retain: 200, forget: 24 },
        reduced: 224,
        leftOut: { directions: 0, largestShare: 0 },
        precision: 2 ** -49,
      },
      coherence: { ...page.analysis.coherence, sigma: 41.3, retain: 38.2, forget: 6.4, pair: null },
      mixing: { alphaStar: 0.12, lambdaMin: -0.41, lambdaMax: 6.2, escapes: true, negative: 1, zero: 0 },
      exact: { etaStar: 0, spectralRadius: 1.041, logGrowth: 0.0402, side: 'diverges', verdict: 'diverges' },
      theorems: verdicts(0.05, { U1: 0, U2: 0.3226, U3: 1.9, U4: 0.82, U7: 0, U12: 0, U13: 0.21, U14: 0.9 }),
      typical: { growth: 0.0361, low: 0.0342, high: 0.038 },
      escape: { factor: 1000, mean: 340.4, secondMoment: 343.7, typical: { low: 363.6, high: 404 } },
      geometry: {
        kind: 'mean',
        directions: 17,
        retainShare: 0.0831,
        forgetShare: 0.402,
        samples: risingSamples(24),
      },
      recommendation: recommendation(0.12, 0.2),
    },
  };
}

/** Second moment and single runs disagree; many samples drawn from more; no setting serves; hostile names. */
export function heavyTailedPage(forgetSamples = 160): AnalysisPage {
  const page = holdingPage();
  const found = recommendation(0.2, 0.01);
  return {
    ...page,
    source: HOSTILE,
    setting: { alpha: 0.08, eta: 1.1e-4, batch: { retain: 2, forget: 1 }, sampling: 'without-replacement' },
    analysis: {
      ...page.analysis,
      dimension: {
        parameters: 784,
        samples: { retain: 90_000, forget: 50_000 },
        reduced: 784,
        leftOut: { directions: 0, largestShare: 0 },
        precision: 2 ** -49,
      },
      coherence: { ...page.analysis.coherence, kappa: 1.2e-6 },
      mixing: { alphaStar: 0.2, lambdaMin: 12.1, lambdaMax: 3400, escapes: false, negative: 0, zero: 0 },
      exact: { etaStar: 1e-4, spectralRadius: 1.105, logGrowth: 0.1, side: 'diverges', verdict: 'diverges' },
      theorems: verdicts(1.1e-4, { U1: null, U2: 5.9e-4, U5: 4.1e-6, U13: 1.05e-4, U14: 9e-3 }).map(
        (verdict) => ({ ...verdict, name: verdict.id === 'U8' ? HOSTILE : verdict.name }),
      ),
      typical: { growth: -0.08, low: -0.095, high: -0.066 },
      escape: { factor: 1000, mean: null, secondMoment: 138.2, typical: null },
      geometry: {
        kind: 'noise',
        directions: 3.42,
        retainShare: 0.31,
        forgetShare: 0.27,
        samples: risingSamples(forgetSamples),
      },
      recommendation: {
        ...found,
        best: null,
        obstacle: {
          axis: 'cross',
          reason:
            'at every alpha above alpha* = 0.2 what escapes takes at least 0.31 of the retain curvature with it (chi2 0.6106, kappa 1.2e-6)',
        },
      },
      subset: {
        seed: 1,
        confidence: 0.95,
        samples: {
          retain: { of: 90_000, drawn: 1800, thinned: false },
          forget: { of: 50_000, drawn: forgetSamples, thinned: false },
        },
        intervals: {
          sigma: { low: 3.5, high: 4.02, exact: false },
          alphaStar: { low: 0.18, high: 0.22, exact: false },
          lambdaMin: { low: 12.1, high: 12.1, exact: true },
          etaStar: { low: 8.9e-5, high: null, exact: false },
        },
        certainEtaStar: 4.1e-6,
        side: 'diverges',
      },
    },
  };
}

/** Windows above a critical alpha, the wider the larger the batches, until too much of the retain set leaves. */
function recommendation(alphaStar: number, retainShareLimit: number): Recommendation {
  const alphas = Array.from({ length: 37 }, (_, k) => {
    const odds = 10 ** (k / 6 - 4);
    return alphaStar + ((1 - alphaStar) * odds) / (1 + odds);
  });
  const batches = [1, 2, 4, 8, 16, 32, 64, 128, 200].map((retain) => ({
    retain,
    forget: Math.min(24, Math.max(1, retain / 2)),
  }));
  const region = alphas.flatMap((alpha) =>
    batches.map((batch): RecommendedWindow => {
      const retainShare = 0.02 + 0.6 * (alpha - alphaStar);
      const low = 0.035 / (alpha - alphaStar);
      const kept = retainShare <= retainShareLimit;
      const high = kept ? 2 / ((1 - alpha) * (1 + 40 / batch.retain)) : null;
      const margin = high !== null && low <= high ? Math.sqrt(high / low) : null;
      return { alpha, batch, low, high, retainShare, margin };
    }),
  );
  const largest = region.filter(({ margin }) => margin !== null).sort((a, b) => b.margin! - a.margin!)[0];
  const best = largest && {
    ...largest,
    low: largest.low!,
    high: largest.high!,
    margin: largest.margin!,
    eta: Math.sqrt(largest.low! * largest.high!),
    outcome: { steps: 87, forgetLoss: 3.1e6, retainLoss: 12.5, keptLoss: 0.031 },
    runs: { typical: { growth: 0.15, low: 0.14, high: 0.16 }, runs: 200, escaped: 0.985, worse: 0.015 },
  };
  return { steps: 200, factor: 1000, retainShareLimit, region, best: best ?? null, obstacle: null };
}
