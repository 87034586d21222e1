import { describe, expect, test } from 'vitest';
import { smallBudget } from '../../properties/theorem-property.js';
import { BUDGETS } from '../../src/harness/budget.js';
import { FAMILY_ERROR, verify } from '../../src/harness/verify.js';
import { type Examination, examinedProblem } from '../../src/harness/examination.js';
import type { Instance, ProblemInstance } from '../../src/harness/instance.js';
import { examine, kindOf } from '../../src/harness/kinds.js';
import type { OrderClaim } from '../../src/harness/order-claim.js';
import { drawInstances, runInstances } from '../../src/harness/run-instances.js';
import type { SideClaim } from '../../src/harness/side-claim.js';
import { performTask, type VerifyTask } from '../../src/harness/run-work.js';
import type { Mutant, Theorem } from '../../src/harness/theorem.js';
import { localPool } from '../../src/jobs/run-jobs.js';
import type { ProblemSpec } from '../../src/theory/problem.js';
import { unlearning, type UnlearningImplementation } from '../../src/unlearning/process.js';
import { D3 } from '../../theorems/D3.js';
import { U9 } from '../../theorems/U9.js';
import { U13 } from '../../theorems/U13.js';
import { frozenSampler } from '../sabotage/faults.js';

const problem: ProblemSpec = {
  retain: [[[1.2, 0]], [[0.3, 0.9]], [[0.5, -0.6]]],
  forget: [[[0.4, 0.1]]],
  alpha: 0.1,
  batch: { retain: 1, forget: 1 },
  sampling: 'bernoulli',
};
const { etaStar } = examinedProblem(problem);

/** The exact threshold times a factor, as a claim. */
function threshold(factor: number, parts: Partial<SideClaim> = {}): SideClaim {
  return {
    kind: 'side',
    asserts: 'both',
    applies: () => true,
    criticalStep: () => factor * etaStar,
    ...parts,
  };
}

const at = (ratio: number): ProblemInstance => ({ problem, step: { reference: 'exact', ratio } });

function variants(...claims: SideClaim[]): Mutant[] {
  return claims.map((claim, k) => ({ id: `T-${k}`, description: '', claim, quick: false }));
}

/** Too few samples for any certificate of so small an error. */
const few = { maxSamples: 1500, maxSamplesUndecided: 1500, errorProbability: 1e-300 };

describe('where no certificate decides', () => {
  const wrong = variants(threshold(2), threshold(0.5), threshold(1.3), threshold(0.7));

  test.each([0.9, 0.98, 1.02, 1.1])(
    'no variant is refuted, by whatever the exact operator says (%f)',
    (ratio) => {
      const result = examine(threshold(1), at(ratio), { ...smallBudget('T'), ...few, mutants: wrong });
      expect(result).toMatchObject({ observed: 'inconclusive', outcome: 'inconclusive', refuted: [] });
      expect(result.conflict).toBeNull();
    },
  );

  test('a wrong prediction is a conflict, no contradiction, and is tried a second time', () => {
    const result = examine(threshold(2), at(1.1), { ...smallBudget('T'), ...few });
    expect(result).toMatchObject({ outcome: 'inconclusive', certificates: 2 });
    expect(result.conflict).toMatch(/exact operator says diverges .* theorem stable; not yet certified/);
  });

  test('an order is open, and no reversed order is refuted', () => {
    const order: OrderClaim = { kind: 'order', lesser: 'companion', applies: () => true };
    const mutants: Mutant[] = [
      { id: 'T-0', description: '', claim: { ...order, lesser: 'problem' } as OrderClaim, quick: false },
    ];
    const larger = { ...problem, batch: { retain: 3, forget: 1 } };
    const instance = { ...at(1.1), companion: larger };
    const open = examine(order, instance, { ...smallBudget('T'), ...few, mutants });
    expect(open).toMatchObject({ outcome: 'inconclusive', refuted: [], certificates: 2 });
    const decided = examine(order, instance, { ...smallBudget('T'), mutants });
    expect(decided).toMatchObject({ outcome: 'agree', refuted: ['T-0'] });
  });
});

describe('where a certificate decides', () => {
  const wrong = variants(
    threshold(1.3),
    threshold(0.7),
    threshold(1.05),
    threshold(1.3, { asserts: 'divergence' }),
    threshold(1.3, { asserts: 'stability' }),
    threshold(1.3, { applies: () => false }),
    threshold(1.3, { criticalStep: () => null }),
  );

  test('refuted are the variants whose side is the other one, where they apply and take one', () => {
    const settings = { ...smallBudget('T'), mutants: wrong };
    const above = examine(threshold(1), at(1.2), settings);
    expect(above).toMatchObject({ observed: 'diverges', outcome: 'agree', refuted: ['T-0', 'T-4'] });
    const below = examine(threshold(1), at(0.8), settings);
    expect(below).toMatchObject({ observed: 'stable', outcome: 'agree', refuted: ['T-1'] });
  });

  test('they are refuted as well where the theorem itself says nothing', () => {
    const silent = threshold(1, { applies: () => false });
    const result = examine(silent, at(1.2), { ...smallBudget('T'), mutants: wrong });
    expect(result).toMatchObject({ predicted: 'undecided', outcome: 'undecided', refuted: ['T-0', 'T-4'] });
  });

  test('variants of the exact threshold are refuted within 5 % of it', () => {
    const quiet: ProblemSpec = {
      ...problem,
      batch: { retain: 3, forget: 1 },
      sampling: 'without-replacement',
    };
    const seen = [1.03, 1.06, 0.97, 0.94].map(
      (ratio) =>
        examine(
          threshold(1, { criticalStep: () => null }),
          { problem: quiet, step: { reference: 'exact', ratio } },
          smallBudget('T'),
        ).refuted,
    );
    expect(seen).toEqual([['exact-1'], [], ['exact-2'], []]);
  });

  test('a wrong claim is contradicted, and the exact operator has no conflict with the certificate', () => {
    const result = examine(threshold(1.3), at(1.2), smallBudget('T'));
    expect(result).toMatchObject({
      predicted: 'stable',
      observed: 'diverges',
      outcome: 'contradict',
      conflict: null,
    });
  });

  test('a certificate that the exact operator contradicts is a conflict, whatever the theorem says', () => {
    const results = [threshold(1), threshold(1, { applies: () => false })].map((claim) =>
      examine(claim, at(0.9), { ...smallBudget('T'), ...BUDGETS.quick, implementation: frozenAt(0) }),
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(['contradict', 'undecided']);
    for (const { conflict } of results) {
      expect(conflict).toMatch(/^the exact operator says stable .* the sampled certificate diverges$/);
    }
  });
});

/** A sampler whose every batch is one sample, which alone diverges. */
function frozenAt(index: number): UnlearningImplementation {
  return {
    ...unlearning,
    sampler: () => ({ batch: { indices: Int32Array.of(index), size: 1 }, draw: () => undefined }),
  };
}

describe('certificates, counted where they draw their batches', () => {
  /** Two samplers a process, a process a certificate. */
  function counting(): { implementation: UnlearningImplementation; certificates: () => number } {
    let samplers = 0;
    const sampler: UnlearningImplementation['sampler'] = (...given) => {
      samplers += 1;
      return unlearning.sampler(...given);
    };
    return { implementation: { ...unlearning, sampler }, certificates: () => samplers };
  }

  /** p of every certificate that an evidence names. */
  const levels = ({ evidence }: Examination): number[] =>
    [...evidence.matchAll(/p <= ([\d.e+-]+)/g)].map(([, p]) => Number(p));

  const theorems: Theorem[] = [U13, U9, D3];

  test('a run issues as many as it reports, each at no more than a tenth of its level', async () => {
    const { implementation, certificates } = counting();
    const budget = { name: 'quick', instances: 6, maxSamples: 60_000, maxSamplesUndecided: 10_000 } as const;
    const seen: Examination[] = [];
    const work = (task: VerifyTask) => performTask(task, theorems, implementation);
    const result = await verify(theorems, localPool(work), {
      seed: 4,
      budget,
      workers: 1,
      onFinished: (piece) => {
        if (piece.kind === 'examine') seen.push(...piece.examinations);
      },
    });
    const reported = result.theorems.reduce((sum, summary) => sum + summary.certificates, 0);
    expect(seen).toHaveLength(18);
    // Where alpha is 0 there is no forget group, and only one sampler.
    const groups = theorems.flatMap((theorem) =>
      drawInstances<Instance>(theorem, 4, 0, 6).map((instance) => samplersOf(instance)),
    );
    const expected = seen.reduce((sum, one, k) => sum + one.certificates * groups[k]!, 0);
    expect(certificates()).toBe(expected);
    expect(reported).toBe(seen.reduce((sum, one) => sum + one.certificates, 0));
    const { perVerdict, verdicts } = result.errorBudget;
    expect(verdicts).toBe(theorems.length * (6 + 200) * 2);
    expect(perVerdict * verdicts).toBeLessThanOrEqual(FAMILY_ERROR);
    const found = seen.flatMap(levels).filter((p) => p < 1);
    expect(found.length).toBeGreaterThan(12);
    for (const one of seen) {
      const decided = levels(one).filter((_, k) => !one.evidence.split(';')[k]?.includes('inconclusive'));
      for (const p of decided) expect(p, one.evidence).toBeLessThanOrEqual((perVerdict / 10) * 1.1);
    }
  });

  test('no examined instance issues more than its kind may', () => {
    const { errorProbability: perVerdict, ...samples } = few;
    const settings = { seed: 9, budget: { name: 'quick', instances: 9, ...samples } as const, perVerdict };
    for (const theorem of theorems) {
      const most = kindOf(theorem.claim).certificates(theorem.mutants.length);
      for (const implementation of [unlearning, frozenSampler]) {
        for (const { certificates } of runInstances(theorem, settings, { implementation }, 0, 9)) {
          expect(certificates).toBeLessThanOrEqual(most);
        }
      }
    }
  });
});

/** Samplers that a process of an instance has: one for each set, an empty one among them. */
function samplersOf(instance: Instance): number {
  if (!('problem' in instance)) return 0;
  return instance.problem.alpha === 0 || instance.problem.alpha === 1 ? 1 : 2;
}
