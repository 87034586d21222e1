/**
 * The procedure of docs/statistics.md for one parameter, written out: T is the number E A^2, P and Q are numbers that
 * cancel, and both statistics are x = Y = A^2. It takes the steps A in the order in which they are drawn, each once:
 * what chose a stake is never tested.
 */

export interface ScalarDecision {
  readonly side: 'diverges' | 'stable' | 'inconclusive';
  /** Steps taken. */
  readonly samples: number;
  /** Of the last attempt. */
  readonly logEvidence: number;
}

export interface ScalarRules {
  readonly errorProbability: number;
  readonly maxSamples: number;
  /** Largest A^2 that the problem allows. */
  readonly range: number;
  /** What the mean is to be below: 1 less what batches beyond the range may add. */
  readonly level?: number;
}

/** Five attempts at either of two sides share the error. */
const PARTS = 10;

export function scalarDecision(
  steps: readonly number[],
  { errorProbability, maxSamples, range, level = 1 }: ScalarRules,
): ScalarDecision {
  const needed = Math.log(PARTS / errorProbability);
  let samples = 0;
  const take = (count: number): number[] => {
    const taken = steps.slice(samples, samples + count).map((a) => a * a);
    samples += count;
    return taken;
  };
  const pilot: number[] = [];
  let logEvidence = -Infinity;
  let expected = Infinity;
  for (let stage = 0; stage < 5; stage++) {
    const pilotCount = Math.min(
      [400, 2000, 10_000, 50_000, 250_000][stage]!,
      Math.floor((maxSamples - samples) / 5),
    );
    const trialCount = Math.min([300, 900, 2700, 8100, 24_300][stage]!, pilotCount);
    if (pilotCount < 300) break;
    if (stage >= 3 && expected < Infinity && expected > 20 * (maxSamples - samples)) break;
    pilot.push(...take(pilotCount));
    const left = maxSamples - samples;
    const radius = mean(pilot);
    const trials = take(trialCount);
    const rule = radius > 1 ? divergence(trials) : stability(trials, range, level);
    expected = rule.growth > 0 ? needed / rule.growth : Infinity;
    logEvidence = -Infinity;
    if (expected > left || expected > 60 * trialCount) continue;
    // The trials count towards the limit: three times what they foresee and ten looks more.
    const limit = Math.min(left, Math.ceil(3 * expected) + 640);
    const tests: number[] = [];
    let look = 64;
    while (trialCount + tests.length < limit && logEvidence < needed) {
      const until = radius > 1 ? tests.length + 64 : look;
      tests.push(...take(Math.min(until, limit - trialCount) - tests.length));
      // The evidence for stability is looked at after 64 steps, and each time that there are 15 % more.
      if (radius > 1 || tests.length === look) logEvidence = rule.evidence(tests);
      look = Math.ceil(look * 1.15);
    }
    if (logEvidence >= needed) return { side: radius > 1 ? 'diverges' : 'stable', samples, logEvidence };
  }
  return { side: 'inconclusive', samples, logEvidence };
}

interface Rule {
  /** Evidence a step on the trials, at the best stake. */
  readonly growth: number;
  evidence(tests: readonly number[]): number;
}

/** Mean capital of three stakes that the trials choose, betting on x - 1. */
function divergence(trials: readonly number[]): Rule {
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

/** Best of three stakes that the trials choose, betting on level - y, each with a third of the capital. */
function stability(trials: readonly number[], range: number, level: number): Rule {
  const evidenceAt = (stake: number, values: readonly number[]): number => {
    const zeta = stake * (range - level);
    const psi = zeta <= 0 ? 0.5 : (-Math.log1p(-zeta) - zeta) / zeta ** 2;
    return values.reduce((sum, y) => sum + stake * (level - y) - psi * (stake * (level - y)) ** 2, 0);
  };
  const largest = 0.9 / Math.max(range - level, 1e-3);
  const growthAt = (stake: number): number => evidenceAt(stake, trials) / trials.length;
  const stake = best(geometric(largest, 0.6, 14), growthAt);
  const stakes = [stake / 2, stake, Math.min(2 * stake, largest)];
  return {
    growth: growthAt(stake),
    evidence: (tests) => Math.max(...stakes.map((s) => evidenceAt(s, tests))) - Math.log(3),
  };
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

function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}
