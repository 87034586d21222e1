import { norm } from '../linalg/vectors.js';
import { randomSource } from '../statistics/generator.js';
import { naturalStep } from '../theory/mean-curvature.js';
import type { ReducedProblem } from '../theory/problem.js';
import { clippedProcess, linearisedProcess } from '../unlearning/process.js';
import { besideThreshold, type Examination, examinedCase } from './examination.js';
import type { ProblemInstance } from './instance.js';
import { type Claim, type ClaimKind, type ExaminationSettings, refutedVariants } from './theorem.js';

/** Claim about clipping at c, of every run: the plain step within a radius, and no more than linear growth. */
export interface ClippedClaim extends Claim {
  readonly kind: 'clipped';
  applies(problem: ReducedProblem): boolean;
  /** |delta| up to which a clipped step is the plain one. */
  radius(problem: ReducedProblem, limit: number): number;
  /** Bound on |delta_k| after k steps from |delta_0|. */
  reach(start: number, k: number, eta: number, limit: number): number;
}

/** Claims about clipped runs, checked on every step of a run of the real step, clipped and not, with the same batches. */
export const clippedClaims: ClaimKind<ClippedClaim, ProblemInstance> = {
  name: 'clipped',
  about: 'problem',
  needs: 'run',
  wording: { testedAs: () => 'every step of a clipped run of the real step beside the plain step' },
  certificates: () => 0,
  applies: (claim, problem) => claim.applies(problem),
  examine: examineClipped,
};

/** Steps of a run. */
const STEPS = 80;

/** Relative rounding of a step and of a sum of steps. */
const LENGTH_ROUNDING = 1e-9;

/** One step of a clipped run. */
interface ClippedStep {
  /** |delta| before it. */
  readonly before: number;
  readonly after: number;
  /** True if it was not the plain step. */
  readonly clipped: boolean;
}

function examineClipped(
  claim: ClippedClaim,
  instance: ProblemInstance,
  settings: ExaminationSettings,
): Examination {
  const { clip, start = [] } = instance.run ?? {};
  if (clip === undefined) throw new Error('a claim of clipping needs a limit');
  const { problem, eta } = examinedCase(instance);
  const { reduced } = problem;
  const run = clippedRun(reduced, eta, { clip, start }, settings);
  const fails = (one: ClippedClaim): string | null => {
    if (!one.applies(reduced)) return null;
    const radius = one.radius(reduced, clip);
    for (const [k, { before, after, clipped }] of run.entries()) {
      if (clipped && before <= radius * (1 - LENGTH_ROUNDING))
        return `step ${k + 1} is clipped at |delta| = ${before}`;
      const reach = one.reach(run[0]!.before, k + 1, eta, clip);
      if (after > reach * (1 + LENGTH_ROUNDING))
        return `|delta| = ${after} after ${k + 1} steps, over ${reach}`;
    }
    return null;
  };
  const fault = fails(claim);
  const clippedSteps = run.filter(({ clipped }) => clipped).length;
  return {
    predicted: 'undecided',
    observed: null,
    outcome: !claim.applies(reduced) ? 'undecided' : fault ? 'contradict' : 'agree',
    ...besideThreshold(problem, eta),
    samples: run.length,
    certificates: 0,
    evidence: fault ?? `${clippedSteps} of ${run.length} steps clipped`,
    refuted: refutedVariants(settings.mutants, claim, (wrong) => fails(wrong) !== null),
    conflict: null,
  };
}

/** A clipped run of the real step; its start is in units of c/lambda_1(K). */
function clippedRun(
  problem: ReducedProblem,
  eta: number,
  { clip, start }: { clip: number; start: readonly number[] },
  settings: ExaminationSettings,
): ClippedStep[] {
  const plain = linearisedProcess(problem, eta, settings.implementation);
  const clipped = clippedProcess(plain, eta, clip);
  const random = randomSource('clipped', settings.seed, settings.theoremId);
  const unit = clip * naturalStep(problem);
  const w = Float64Array.from({ length: problem.dimension }, (_, a) => unit * (start[a % start.length] ?? 0));
  return Array.from({ length: STEPS }, () => {
    plain.drawBatches(random);
    const before = norm(w);
    const beside = w.slice();
    plain.applyStep(beside);
    clipped.applyStep(w);
    const apart = norm(w.map((x, a) => x - beside[a]!));
    return { before, after: norm(w), clipped: apart > LENGTH_ROUNDING * (before + norm(beside)) };
  });
}
