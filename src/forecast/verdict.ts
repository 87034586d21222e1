import type { Level, Mark } from './levels.js';
import type { ForecastRun } from './run.js';

/** What a run will do: `breaks` if the limit is left before or at the goal, `forgets` if the goal is met first, else `nothing`. */
export type ForecastWord = 'nothing' | 'forgets' | 'breaks';

/** The answer in a word, two steps and a sentence. */
export interface ForecastVerdict {
  readonly word: ForecastWord;
  /** First step at which the goal is met; beyond the last step if a run that went on met it there. */
  readonly goalStep: number | null;
  /** First step at which the limit is left, likewise. */
  readonly limitStep: number | null;
  readonly text: string;
}

/** Run, limit and goal of a verdict. */
interface VerdictTerms {
  /** Steps that were made, and those that were asked for. */
  readonly steps: number;
  readonly asked: number;
  readonly limit: Mark | null;
}

/** The word for two steps, of which those after the last step do not count. */
export function wordOf(goal: number | null, limit: number | null, steps: number): ForecastWord {
  const [g, l] = [goal, limit].map((step) => (step === null || step > steps ? Infinity : step)) as [
    number,
    number,
  ];
  if (l < Infinity && l <= g) return 'breaks';
  return g < Infinity ? 'forgets' : 'nothing';
}

/** The orders that have a word. */
export function ordersWith(word: ForecastWord, runs: readonly ForecastRun[], steps: number): ForecastRun[] {
  return runs.filter(({ goalStep, limitStep }) => wordOf(goalStep, limitStep, steps) === word);
}

/** The median; of an even number of values the lower one, which is one of them. */
export function lowerMedian(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.ceil(values.length / 2) - 1]!;
}

/** Retain loss and accuracy at the goal, each the lower median of the orders that meet it; null if none does. */
export function retainAtGoal(runs: readonly ForecastRun[]): Level | null {
  const levels = runs.flatMap(({ atGoal }) => atGoal?.[0] ?? []);
  if (levels.length === 0) return null;
  const accuracies = levels.flatMap(({ accuracy }) => accuracy ?? []);
  return {
    loss: lowerMedian(levels.map(({ loss }) => loss)),
    accuracy: accuracies.length === 0 ? null : lowerMedian(accuracies),
  };
}

/** From the worst to the best: of words that are as frequent the worse one counts. */
export const FORECAST_WORDS: readonly ForecastWord[] = ['breaks', 'nothing', 'forgets'];

/**
 * The verdict on several batch orders: the word that most of them have, with medians of their steps (the lower one of an even
 * number). Steps after the last are those of the first order, which alone goes on, if it has that word.
 */
export function verdictOn(runs: readonly ForecastRun[], terms: VerdictTerms): ForecastVerdict {
  const { steps } = terms;
  const having = (word: ForecastWord): ForecastRun[] => ordersWith(word, runs, steps);
  const [word] = [...FORECAST_WORDS].sort((a, b) => having(b).length - having(a).length) as [ForecastWord];
  const same = having(word);
  const within = (step: number | null): number => (step === null || step > steps ? Infinity : step);
  const stepOf = (of: (run: ForecastRun) => number | null): number | null => {
    const median = lowerMedian(same.map((run) => within(of(run))));
    if (median < Infinity) return median;
    const first = of(runs[0]!);
    return same.includes(runs[0]!) && within(first) === Infinity ? first : null;
  };
  const verdict = {
    word,
    goalStep: stepOf(({ goalStep }) => goalStep),
    limitStep: stepOf(({ limitStep }) => limitStep),
  };
  const agreed = same.length === runs.length ? '' : ` (${same.length} of ${runs.length} batch orders)`;
  return { ...verdict, text: `${SENTENCES[word](verdict, same, terms)}${agreed}` };
}

type Steps = Pick<ForecastVerdict, 'goalStep' | 'limitStep'>;

const SENTENCES: Readonly<
  Record<ForecastWord, (found: Steps, runs: readonly ForecastRun[], terms: VerdictTerms) => string>
> = {
  forgets({ goalStep, limitStep }, runs, { steps, limit }) {
    const quantity = limit?.quantity ?? 'loss';
    const at = retainAtGoal(runs)?.[quantity] ?? null;
    const kept = at === null ? '' : `; retain ${quantity} ${rounded(at)}`;
    const stop =
      limitStep === null
        ? limit === null
          ? ''
          : `; the limit ${limit.value} is kept up to step ${runs[0]!.seen}`
        : `; stop before step ${limitStep}, where it ${limit === null ? 'overflows' : leaves(limit)}`;
    const met =
      goalStep === 0 ? 'the goal is met at w*, before any step' : `forgets at step ${goalStep} of ${steps}`;
    return `${met}${kept}${stop}`;
  },
  breaks({ goalStep, limitStep }, [run], { limit }) {
    if (limitStep === 0) return brokenAtStart(run!.start[0]!, limit);
    const goal =
      goalStep === null
        ? 'before the goal'
        : goalStep === limitStep
          ? 'at the step of the goal'
          : `before the goal (step ${goalStep})`;
    return `destroys the retain set from step ${limitStep}, ${goal}`;
  },
  nothing({ goalStep, limitStep }, [first], { steps, asked }) {
    const broken = limitStep !== null && (goalStep === null || limitStep <= goalStep);
    if (goalStep === null) {
      if (steps < asked) return `nothing in ${steps} of ${asked} steps, where it was ended`;
      return broken
        ? `nothing in ${steps} steps; going on destroys the retain set from step ${limitStep}, before the goal`
        : `nothing in ${steps} steps${first!.seen > steps ? `, nor in ${first!.seen}` : ''}`;
    }
    const instead = !broken
      ? ''
      : limitStep === goalStep
        ? '; the retain set is destroyed at that step'
        : `; the retain set is destroyed before, from step ${limitStep}`;
    return `nothing in ${steps} steps: about ${goalStep} are needed${instead}`;
  },
};

/** What is wrong with the retain set at w*. */
function brokenAtStart(start: Level, limit: Mark | null): string {
  if (limit === null || start.loss === Infinity) return 'the retain loss overflows at w*, before any step';
  const { quantity, value } = limit;
  const side = quantity === 'accuracy' ? 'below' : 'above';
  return `the limit is not met at w*, before any step: retain ${quantity} ${rounded(start[quantity]!)} is ${side} ${value}`;
}

function leaves({ quantity, value }: Mark): string {
  return quantity === 'accuracy' ? `falls below ${value}` : `rises above ${value}`;
}

function rounded(x: number): string {
  return String(Number(x.toPrecision(3)));
}
