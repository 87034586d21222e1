import fc, { type Arbitrary } from 'fast-check';
import { alignedProblems, type DrawOptions } from '../../theorems/draws/aligned-problems.js';
import { exactSteps, stepChoices } from '../../theorems/draws/step-choice.js';
import { scaledStep, wrongVariants } from '../../theorems/wrong-variants.js';
import type { InequalityClaim, Relation } from '../harness/inequality-claim.js';
import type { ProblemInstance, StepChoice } from '../harness/instance.js';
import type { LinearTheorem, ProblemClaim } from '../harness/kinds.js';
import type { SideClaim } from '../harness/side-claim.js';
import type { ProblemSpec, ReducedProblem } from '../theory/problem.js';
import { type FieldsOf, withKnownFields } from '../input/input-error.js';
import { checkId, DRAW_FIELDS } from './checked-options.js';

/** Random problems of a kind, or any arbitrary of fast-check: those of `unlearning-stability/draws`, or an own one. */
export type ProblemFamily = Partial<DrawOptions> | Arbitrary<ProblemSpec>;

/** Fields of every definition, whatever the statement is about. */
interface Described {
  /** Unique in a run; a letter followed by letters, digits, _ or -. */
  readonly id: string;
  readonly name: string;
  /** The statement in words and letters: "eta lambda_1(D) > 2  =>  diverges." */
  readonly statement: string;
  /** The statement in LaTeX, for the page; default: `statement` as text. */
  readonly formula?: string;
  readonly hypotheses?: readonly string[];
  readonly source?: string;
  readonly proof?: string;
  /** True if the hypotheses hold; default: always. */
  readonly applies?: (problem: ReducedProblem) => boolean;
  /** Which problems are drawn, from all families equally often; default: random ones of every kind. */
  readonly problems?: ProblemFamily | readonly ProblemFamily[];
  /** How step sizes are drawn, likewise; default: on both sides of the thresholds, near them and far. */
  readonly steps?: Arbitrary<StepChoice> | readonly Arbitrary<StepChoice>[];
  /** Instances that every run begins with, such as those on which wrong variants fail. */
  readonly witnesses?: readonly ProblemInstance[];
}

/** Steps above (below) a critical one diverge (are stable). */
export interface SideDefinition extends Described {
  readonly asserts: SideClaim['asserts'];
  /** The critical step size; 0: at every step size; null: the theorem says nothing here. */
  readonly criticalStep: (problem: ReducedProblem) => number | null;
  /**
   * Wrong variants by what is wrong with them: another critical step, or a factor on the right one. `verify` must
   * refute each, or the run has not shown that it would notice.
   */
  readonly wrong?: Readonly<Record<string, number | ((problem: ReducedProblem) => number | null)>>;
}

/** Inequalities between computed quantities. */
export interface InequalityDefinition extends Described {
  readonly relations: (problem: ReducedProblem) => readonly Relation[];
  /** Wrong variants by what is wrong with them. */
  readonly wrong?: Readonly<Record<string, (problem: ReducedProblem) => readonly Relation[]>>;
}

const DESCRIBED: FieldsOf<Described> = {
  id: true,
  name: true,
  statement: true,
  formula: true,
  hypotheses: true,
  source: true,
  proof: true,
  applies: true,
  problems: true,
  steps: true,
  witnesses: true,
};

const SIDE_FIELDS: FieldsOf<SideDefinition> = {
  ...DESCRIBED,
  asserts: true,
  criticalStep: true,
  wrong: true,
};

const INEQUALITY_FIELDS: FieldsOf<InequalityDefinition> = { ...DESCRIBED, relations: true, wrong: true };

/**
 * A theorem of one's own with everything that can be left out filled in. Statements of other kinds are written out
 * as a `ProblemTheorem`.
 *
 * @throws InputError if the id is none; when it is asked, RangeError for a critical step that is negative or NaN.
 */
export function defineTheorem(definition: SideDefinition | InequalityDefinition): LinearTheorem {
  const { id, name, statement } =
    'relations' in definition
      ? withKnownFields('defineTheorem', definition, INEQUALITY_FIELDS)
      : withKnownFields('defineTheorem', definition, SIDE_FIELDS);
  checkId(id);
  const { claim, wrong } = 'relations' in definition ? inequality(definition) : sides(definition);
  const families = listed(definition.problems ?? {});
  const steps = definition.steps ?? (claim.kind === 'side' ? stepChoices(claim.asserts) : exactSteps);
  return {
    id,
    name,
    statement,
    formula: definition.formula ?? latexText(statement),
    hypotheses: definition.hypotheses ?? [],
    source: definition.source ?? 'own theorem',
    proof: definition.proof ?? '',
    claim,
    mutants: wrongVariants(id, wrong),
    witnesses: definition.witnesses ?? [],
    instances: fc.record({
      problem: fc.oneof(...families.map(problemsOf)),
      step: fc.oneof(...listed(steps)),
    }),
    drawing: families.every(isArbitrary) ? 'problems of an own draw.' : 'random aligned problems.',
  };
}

/** A claim and its wrong variants with what is wrong about them. */
interface ClaimWithVariants {
  readonly claim: ProblemClaim;
  readonly wrong: readonly (readonly [description: string, claim: ProblemClaim])[];
}

function sides({ id, asserts, applies, criticalStep, wrong = {} }: SideDefinition): ClaimWithVariants {
  const claim = (step: SideClaim['criticalStep']): SideClaim => ({
    kind: 'side',
    asserts,
    applies: applies ?? always,
    criticalStep: (problem) => checkedStep(id, step(problem)),
  });
  const right = claim(criticalStep);
  const variants = Object.entries(wrong).map(([description, step]) => {
    return [description, claim(typeof step === 'number' ? scaledStep(right, step) : step)] as const;
  });
  return { claim: right, wrong: variants };
}

function inequality({ applies, relations, wrong = {} }: InequalityDefinition): ClaimWithVariants {
  const claim: InequalityClaim = { kind: 'inequality', applies: applies ?? always, relations };
  const variants = Object.entries(wrong).map(([description, other]) => {
    return [description, { ...claim, relations: other }] as const;
  });
  return { claim, wrong: variants };
}

/** NaN would compare as neither above nor below, and pass for a theorem that says nothing. */
function checkedStep(id: string, step: number | null): number | null {
  if (step === null || step >= 0) return step;
  throw new RangeError(`${id}: criticalStep must return a number >= 0 or null; got ${step}`);
}

function always(): boolean {
  return true;
}

function problemsOf(family: ProblemFamily): Arbitrary<ProblemSpec> {
  if (isArbitrary(family)) return family;
  return alignedProblems({
    mixing: 'any',
    ...withKnownFields<Partial<DrawOptions>>('defineTheorem: problems', family, DRAW_FIELDS),
  });
}

function isArbitrary(family: ProblemFamily): family is Arbitrary<ProblemSpec> {
  return 'generate' in family;
}

function listed<Item extends object>(items: Item | readonly Item[]): readonly Item[] {
  return Array.isArray(items) ? (items as readonly Item[]) : [items as Item];
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '{\\textbackslash}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '{\\textasciicircum}',
  '~': '{\\textasciitilde}',
};

/** Plain text as LaTeX that is typeset as it stands. */
export function latexText(text: string): string {
  return `\\text{${text.replace(/[\\{}$&#%_^~]/g, (character) => ESCAPES[character]!)}}`;
}
