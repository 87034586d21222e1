import { BUDGETS } from '../../src/harness/budget.js';
import { errorBudget } from '../../src/harness/verify.js';
import type { Counterexample } from '../../src/harness/counterexample.js';
import type { Examination } from '../../src/harness/examination.js';
import type { ProcedureBoundaries } from '../../src/harness/procedure-boundaries.js';
import type { SharedAxes } from '../../src/harness/sharp-ends.js';
import { exactVariantResults } from '../../src/harness/side-claim.js';
import { summariseTheorem, type TheoremSummary } from '../../src/harness/summary.js';
import { assertionOf, isProblemTheorem, worded } from '../../src/harness/kinds.js';
import type { Theorem } from '../../src/harness/theorem.js';
import { runVerdict } from '../../src/harness/verdict.js';
import { agreementReport, type WordedReport } from '../../src/report/agreement.js';
import { theorems as registered } from '../../theorems/index.js';
import { examination } from '../harness/examination.js';

const problem = {
  retain: [[[1, 0.5]], [[0.25, 1]]],
  forget: [[[1, 0]]],
  alpha: 0.1,
  batch: { retain: 1, forget: 1 },
  sampling: 'bernoulli',
} as const;

const BOUNDARIES: ProcedureBoundaries = {
  problem,
  rows: [
    { name: 'plain simultaneous step', etaStar: 2, overPlain: 1, firstCrossingOnly: false },
    { name: 'momentum 0.9', etaStar: 0.5, overPlain: 0.25, firstCrossingOnly: false },
    { name: 'alternating 1:1', etaStar: 1.5, overPlain: 0.75, firstCrossingOnly: true },
    { name: 'held at every step size', etaStar: null, overPlain: null, firstCrossingOnly: true },
  ],
};

const AXES: SharedAxes = {
  setting: { alpha: 0.5, samples: 400, batch: 100, coherence: { retain: 4, forget: 2 } },
  ...{ stable: 'U15', diverges: 'U17' },
  columns: [
    {
      q: 0.25,
      stable: 0.5,
      diverges: 2,
      witness: 0.5,
      approaching: 1.9,
      planted: [1, 0.502],
      random: [0.75],
    },
    { q: 0.75, stable: 0.125, diverges: 1, witness: 0.125, approaching: 0.98, planted: [0.25], random: [] },
  ],
};

/** Text that would be markup if it were not escaped. */
export const HOSTILE = `<img src="x" onerror="alert('1')"> & "quotes"`;

/** Examinations of all outcomes, without running anything. */
function examinations(theorem: Theorem, count: number): Examination[] {
  const ids = theorem.mutants.map(({ id }) => id);
  return Array.from({ length: count }, (_, k) => {
    const common = { refuted: k % 3 === 0 ? ids : [], samples: 1000 };
    if (!isProblemTheorem(theorem)) return examination({ ...common, ...WITHOUT_STEP });
    const { claim } = theorem;
    if (claim.kind === 'inequality') return examination({ ...common, ...WITHOUT_STEP, etaStar: 1 });
    const asserts = assertionOf(claim);
    const side = asserts === 'stability' ? 'stable' : 'diverges';
    const ratio = { stability: 1 / (1 + k / 20), both: 1, divergence: 1 + k / 20 };
    const criticalStep = asserts ? ratio[asserts] : null;
    const sides = { ...common, predicted: side, observed: side, criticalStep, etaStar: 1 } as const;
    if (k % 7 === 6)
      return examination({ ...sides, observed: 'inconclusive', outcome: 'inconclusive', far: false });
    if (k % 5 === 4) return examination({ ...sides, predicted: 'undecided', outcome: 'undecided' });
    return examination(sides);
  });
}

const WITHOUT_STEP = {
  predicted: 'undecided',
  observed: null,
  eta: null,
  criticalStep: null,
  etaStar: null,
  logGrowth: null,
} as const;

function found({ id, name, statement }: Theorem): Counterexample {
  return {
    schemaVersion: 1,
    kind: 'counterexample',
    theorem: { id, name, statement },
    problem: { ...problem, eta: 1.02 },
    companion: null,
    escape: null,
    run: null,
    network: null,
    decision: { seed: 3, errorProbability: 1e-13, maxSamples: 1, maxSamplesUndecided: 1 },
    found: {
      predicted: 'stable',
      observed: 'diverges',
      criticalStep: 1.05,
      etaStar: 1,
      logGrowth: 0.04,
      evidence: `diverges ${HOSTILE}`,
      conflict: null,
    },
    instance: 3,
    fastCheck: { seed: 1, path: '3:0', shrinks: 4 },
  };
}

/** A report of all registered theorems that agree, from made-up examinations. */
export function agreeingReport(instances = 40): WordedReport {
  return reportOf(
    registered.map((theorem) =>
      summariseTheorem(theorem, examinations(theorem, instances), null, {
        smallestMargin: 0,
        attained: true,
        nearest: { margin: 1e-5, problem },
      }),
    ),
  );
}

/** A report in which everything is wrong that can be: contradiction, conflict, survivor, failed search, hostile text. */
export function troubledReport(): WordedReport {
  const [first, second, third, fourth] = registered as readonly [Theorem, Theorem, Theorem, Theorem];
  const contradicting = [
    ...examinations(first, 12),
    examination({ predicted: 'stable', observed: 'diverges', outcome: 'contradict' }),
  ];
  const hostile = {
    ...second,
    name: HOSTILE,
    statement: HOSTILE,
    hypotheses: [HOSTILE, HOSTILE],
    proof: HOSTILE,
  };
  return reportOf([
    summariseTheorem(first, contradicting, found(first), null),
    summariseTheorem(hostile, [examination({ conflict: HOSTILE })], null, null),
    summariseTheorem(third, examinations(third, 12), null, {
      smallestMargin: -0.05,
      attained: false,
      nearest: { margin: -0.05, problem },
    }),
    summariseTheorem(fourth, [examination({ outcome: 'undecided', predicted: 'undecided' })], null, null),
  ]);
}

function reportOf(summaries: readonly TheoremSummary[]): WordedReport {
  const budget = BUDGETS.quick;
  const corpus = summaries.some(({ contradict }) => contradict > 0)
    ? [{ name: `U1-${HOSTILE}.json`, theoremId: 'U1', outcome: 'contradict' as const, evidence: HOSTILE }]
    : [];
  const exactThreshold = exactVariantResults([]).map((variant) => ({
    ...variant,
    killed: corpus.length === 0,
    theorem: corpus.length === 0 ? 'D3' : null,
    instance: corpus.length === 0 ? 4 : null,
  }));
  const result = {
    errorBudget: errorBudget(registered, budget.instances),
    theorems: summaries,
    corpus,
    exactThreshold,
    procedures: corpus.length === 0 ? BOUNDARIES : null,
    axes: corpus.length === 0 ? AXES : null,
    ...runVerdict(summaries, budget, { replayed: corpus, exactThreshold }),
  };
  const report = agreementReport(
    { name: 'unlearning-stability', version: '1.2.3', commit: '0123456789abcdef' },
    3,
    budget,
    result,
    {
      timing: { seconds: 1, peakMemoryMegabytes: 1 },
      environment: { node: 'v', platform: 'p', processors: 1, workers: 1, backend: 'tfjs-core 4, cpu' },
    },
  );
  return worded(report);
}
