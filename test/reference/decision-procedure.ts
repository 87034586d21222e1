/**
 * The procedure of docs/statistics.md written out, for steps of any kind: numbers or matrices. It takes the steps in the
 * order in which they are drawn, each once: what chose a stake is never tested.
 */

export interface DecisionOutcome {
  readonly side: 'diverges' | 'stable' | 'inconclusive';
  /** Steps taken. */
  readonly samples: number;
  /** Of the last attempt. */
  readonly logEvidence: number;
}

/** A test whose stakes are chosen. */
export interface ChosenTest<Step> {
  /** Evidence a step on the trials, at the best stake. */
  readonly growth: number;
  evidence(tests: readonly Step[]): number;
}

/** What the pilot says of rho(T), and the tests of both sides that pilot and trials choose. */
export interface SideRules<Step> {
  radius(pilot: readonly Step[]): number;
  divergence(pilot: readonly Step[], trials: readonly Step[]): ChosenTest<Step>;
  stability(pilot: readonly Step[], trials: readonly Step[]): ChosenTest<Step>;
  /** Evidence a step that no test of stability exceeds, if the mean is no lower than the pilot says. */
  fastestStability?(pilot: readonly Step[]): number;
}

/** Pilots and trials of the stages; the first is a glance at what diverges, and attempts nothing else. */
const PILOTS = [100, 400, 2000, 10_000, 50_000, 250_000];
const TRIALS = [75, 300, 900, 2700, 8100, 24_300];

/** Evidence at which a verdict falls: six stages of either of two sides share the error. */
export const neededEvidence = (errorProbability: number): number => Math.log(12 / errorProbability);

export function decisionProcedure<Step>(
  steps: readonly Step[],
  rules: SideRules<Step>,
  { errorProbability, maxSamples }: { readonly errorProbability: number; readonly maxSamples: number },
): DecisionOutcome {
  const needed = neededEvidence(errorProbability);
  let samples = 0;
  const take = (count: number): Step[] => steps.slice(samples, (samples += count));
  const pilot: Step[] = [];
  let logEvidence = -Infinity;
  let expected = Infinity;
  for (let stage = 0; stage < 6; stage++) {
    const pilotCount = Math.min(PILOTS[stage]!, Math.floor((maxSamples - samples) / 5));
    const trialCount = Math.min(TRIALS[stage]!, pilotCount);
    if (pilotCount < 100) break;
    if (stage >= 4 && expected < Infinity && expected > 20 * (maxSamples - samples)) break;
    pilot.push(...take(pilotCount));
    const diverging = rules.radius(pilot) > 1;
    if (stage === 0 && !diverging) continue;
    const left = maxSamples - samples;
    const fewest = diverging ? 0 : needed / (rules.fastestStability?.(pilot) ?? Infinity);
    if (fewest > 20 * left) {
      [expected, logEvidence] = [fewest, -Infinity];
      continue;
    }
    const trials = take(trialCount);
    const test = diverging ? rules.divergence(pilot, trials) : rules.stability(pilot, trials);
    expected = test.growth > 0 ? needed / test.growth : Infinity;
    logEvidence = -Infinity;
    if (expected > left || expected > 60 * trialCount) continue;
    // The trials count towards the limit: three times what they foresee and ten looks more.
    const limit = Math.min(left, Math.ceil(3 * expected) + 640);
    const tests: Step[] = [];
    let look = 64;
    while (trialCount + tests.length < limit && logEvidence < needed) {
      const until = diverging ? tests.length + 64 : look;
      tests.push(...take(Math.min(until, limit - trialCount) - tests.length));
      // The evidence for stability is looked at after 64 steps, and each time that there are 15 % more.
      if (diverging || tests.length === look) logEvidence = test.evidence(tests);
      look = Math.ceil(look * 1.15);
    }
    if (logEvidence >= needed) return { side: diverging ? 'diverges' : 'stable', samples, logEvidence };
  }
  return { side: 'inconclusive', samples, logEvidence };
}

/** Mean capital of three stakes that the trials choose, betting on x - 1. */
export function betOnMore(trials: readonly number[]): ChosenTest<number> {
  const growthAt = (stake: number): number => mean(trials.map((x) => Math.log(1 + stake * (x - 1))));
  const stake = best(geometric(1, 0.7, 33), growthAt);
  const stakes = [stake, stake / 2, Math.min(1, 2 * stake) * 0.999];
  return {
    growth: growthAt(stake),
    evidence(tests) {
      const logs = stakes.map((s) => tests.reduce((sum, x) => sum + Math.log(1 + s * (x - 1)), 0));
      const top = Math.max(...logs);
      return top + Math.log(mean(logs.map((log) => Math.exp(log - top))));
    },
  };
}

/**
 * Best of three stakes that the trials choose, each with a third of the capital.
 *
 * @param evidenceAt the bound on the log capital by the coefficients of D, D^2, .. in it, D = level - Y. @param range of Y;
 * @param level that the mean is to be below.
 */
export function betOnLess<Step>(
  trials: readonly Step[],
  range: number,
  level: number,
  evidenceAt: (coefficients: readonly number[], steps: readonly Step[]) => number,
): ChosenTest<Step> {
  const evidence = (stake: number, steps: readonly Step[]): number => {
    const zeta = stake * (range - level);
    const bounds = [
      [1, -remainder(zeta, 2)],
      [1, -1 / 2, 1 / 3, -remainder(zeta, 4)],
    ];
    return Math.max(
      ...bounds.map((bound) =>
        evidenceAt(
          bound.map((coefficient, k) => coefficient * stake ** (k + 1)),
          steps,
        ),
      ),
    );
  };
  const largest = 0.95 / Math.max(range - level, 1e-3);
  const growthAt = (stake: number): number => evidence(stake, trials) / trials.length;
  const stake = best(geometric(largest, 0.75, 24), growthAt);
  const stakes = [stake / 2, stake, Math.min(2 * stake, largest)];
  return {
    growth: growthAt(stake),
    evidence: (tests) => Math.max(...stakes.map((s) => evidence(s, tests))) - Math.log(3),
  };
}

/** What log(1 - zeta) is below its series before zeta^m, over zeta^m. */
function remainder(zeta: number, m: number): number {
  if (zeta <= 0) return 1 / m;
  const series = Array.from({ length: m - 1 }, (_, k) => zeta ** (k + 1) / (k + 1));
  return (-Math.log1p(-zeta) - series.reduce((sum, term) => sum + term, 0)) / zeta ** m;
}

function geometric(first: number, ratio: number, count: number): number[] {
  const grid = [first];
  while (grid.length < count) grid.push(grid.at(-1)! * ratio);
  return grid;
}

/** The first of the largest. */
function best(grid: readonly number[], growthAt: (stake: number) => number): number {
  const growths = grid.map(growthAt);
  return grid[growths.indexOf(Math.max(...growths))]!;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}
