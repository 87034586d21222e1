import { BUDGETS } from '../../src/harness/budget.js';
import { errorBudget } from '../../src/harness/verify.js';
import { runInstances } from '../../src/harness/run-instances.js';
import type { Theorem } from '../../src/harness/theorem.js';
import type { UnlearningImplementation } from '../../src/unlearning/process.js';
import { theorems } from '../../theorems/index.js';

/** The seed that `verify` has unless told otherwise. */
const SEED = 1;
const BUDGET = BUDGETS.quick;

/** The theorems that the sabotage is run with: two exact thresholds, two kinds of escape, a time. */
const CHOSEN = ['D3', 'U1', 'U6', 'U12', 'U13'];

export const verified: readonly Theorem[] = theorems.filter(({ id }) => CHOSEN.includes(id));

/** The first instance on which a theorem is contradicted. */
export interface Contradiction {
  readonly theoremId: string;
  /** Instances examined, the contradicting one included. */
  readonly draws: number;
  readonly evidence: string;
}

/** What `verify --budget quick` finds first with the implementation in place of the real one; null if nothing. */
export function firstContradiction(
  theorem: Theorem,
  implementation: UnlearningImplementation,
): Contradiction | null {
  const { perVerdict } = errorBudget(theorems, BUDGET.instances);
  const settings = { seed: SEED, budget: BUDGET, perVerdict };
  // Wrong variants are refuted by the same certificates: they change no outcome.
  const alone = { ...theorem, mutants: [] };
  for (let k = 0; k < BUDGET.instances; k++) {
    const [examination] = runInstances(alone, settings, { implementation }, k, k + 1);
    const { outcome, predicted, evidence } = examination!;
    if (outcome === 'contradict') {
      const claimed = predicted === 'undecided' ? '' : `predicted ${predicted}; `;
      return { theoremId: theorem.id, draws: k + 1, evidence: `${claimed}${evidence}` };
    }
  }
  return null;
}
