import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  areEndsMet,
  type Evidence,
  type EvidenceRecord,
  goalShare,
  isGoalMet,
  pairsOf,
  placedShare,
  stopWindow,
  windowShare,
  windowsOverlap,
} from '../../studies/forecast-evidence/evidence.js';
import { evidencePage } from '../../studies/forecast-evidence/page.js';
import { ROOT } from '../../studies/shared/checkout.js';

const evidence = JSON.parse(
  readFileSync(`${ROOT}studies/forecast-evidence/evidence.json`, 'utf8'),
) as Evidence;

const STEPS = 330;

/** A setting with three real runs, and what was said of them. */
function planted(
  real: readonly (number | null)[],
  said: readonly (number | null)[],
  limits: { readonly real: number | null; readonly said: number | null } = { real: null, said: null },
): EvidenceRecord {
  const none = real.map(() => null);
  return {
    ...{ subject: 'mlp-class', procedure: 'sgd', lr: 0.1, weight: 1 },
    real: {
      ...{ goal: real, limit: real.map(() => limits.real), retainLoss: none, moved: none },
      ...{ flipped: none, flippedFrom: none },
    },
    forecast: { goal: said, limit: said.map(() => limits.said) },
    true: { goal: said[0]!, limit: limits.said, retainLoss: null },
    frozen: { goal: null, limit: null, retainLoss: null },
    dropped: { goal: null, limit: null, retainLoss: null },
    seconds: { real: 1, forecast: 1 },
  };
}

describe('the evidence of forecasts on real runs', () => {
  it('is what docs/forecast-evidence.md is made of', () => {
    expect(readFileSync(`${ROOT}docs/forecast-evidence.md`, 'utf8')).toBe(evidencePage(evidence));
  });

  it('has 8 settings of 4 procedures with 3 batch orders for each of 7 subjects, none twice', () => {
    const { records, subjects } = evidence;
    const keys = records.map(({ subject, procedure, lr, weight }) => [subject, procedure, lr, weight].join());
    expect(new Set(keys).size).toBe(7 * 4 * 8);
    expect(keys).toHaveLength(7 * 4 * 8);
    expect(new Set(records.map(({ subject }) => subject))).toEqual(new Set(subjects.map(({ name }) => name)));
    for (const { real, forecast } of records) {
      expect(real.goal).toHaveLength(3);
      expect(forecast.goal).toHaveLength(3);
    }
  });

  it('has the same goal and limit steps by the command and by the second implementation, which both look after every step', () => {
    const steps = evidence.records.map(({ forecast, true: always }) => ({
      command: [forecast.goal[0], forecast.limit[0]],
      second: [always.goal, always.limit],
    }));
    expect(steps.map(({ command }) => command)).toEqual(steps.map(({ second }) => second));
    expect(steps.filter(({ command }) => command.every((step) => step !== null)).length).toBeGreaterThan(50);
  });

  it('refutes a frozen curvature and a dropped gradient', () => {
    const page = evidencePage(evidence);
    expect(page).toMatch(/^\| wrong: curvature frozen .*\| refuted /m);
    expect(page).toMatch(/^\| wrong: gradient .*\| refuted /m);
    expect(page).not.toMatch(/^\| `forecast`.*\| refuted /m);
  });

  it('has forecasts on projected Jacobians by two seeds where there are more parameters than columns, which differ a little', () => {
    const wide = new Set(
      evidence.subjects.flatMap(({ name, parameters }) => (parameters > 4096 ? name : [])),
    );
    for (const { subject, procedure, projected } of evidence.records) {
      expect(projected?.length).toBe(wide.has(subject) && procedure !== 'adam' ? 2 : undefined);
    }
    const own = evidence.records.flatMap(({ forecast, projected }) =>
      projected ? [[forecast, ...projected].map(({ goal }) => goal)] : [],
    );
    expect(own).toHaveLength(3 * 8);
    const apart = own.filter((goals) => new Set(goals.map((goal) => JSON.stringify(goal))).size === 3);
    expect(apart.length).toBeGreaterThan(0);
    expect(evidencePage(evidence)).toMatch(/^\| projected, seed 1 +\| \d+ of /m);
  });

  it('says nothing of a frozen curvature where the loss is squared, and has no other', () => {
    const squared = evidence.subjects.flatMap(({ name, loss }) => (loss === 'squared' ? name : []));
    expect(squared).toEqual(['regression-random']);
    const own = evidence.records.filter(({ subject }) => squared.includes(subject));
    expect(own.map(({ frozen }) => frozen)).toEqual(own.map((record) => record.true));
    const rest = evidence.records.filter(({ subject }) => !squared.includes(subject));
    const { of, yes } = goalShare(pairsOf(rest, 'frozen'));
    expect(evidencePage(evidence)).toMatch(
      new RegExp(`^\\| wrong: curvature frozen [^|]*\\| ${yes} of ${of} `, 'm'),
    );
  });
});

describe('goal steps', () => {
  it('are met within 3 steps or 5 %, and not one step beyond', () => {
    const met = (real: number | null, said: number | null) =>
      isGoalMet({ real: { goal: real, limit: null }, said: { goal: said, limit: null } });
    expect([met(10, 13), met(10, 14), met(10, 7), met(10, 6)]).toEqual([true, false, true, false]);
    expect([met(200, 210), met(200, 211), met(200, 189)]).toEqual([true, false, false]);
    expect([met(200, null), met(null, 200)]).toEqual([false, false]);
  });

  it('are counted if run or forecast meets the goal within 300 steps', () => {
    const records = [planted([100, 100, 100], [101, 110, null]), planted([null, 310, 310], [300, 300, 301])];
    // met: 101 and 300 for 310; not met: 110, null, 300 for none; not counted: 301 for 310.
    expect(goalShare(pairsOf(records, 'same'))).toEqual({ of: 5, yes: 2 });
  });

  it('of another batch order are held against the next one', () => {
    const records = [planted([10, 50, 100], [100, 10, 50])];
    expect(goalShare(pairsOf(records, 'same'))).toEqual({ of: 3, yes: 0 });
    expect(goalShare(pairsOf(records, 'other'))).toEqual({ of: 3, yes: 3 });
    expect(pairsOf(records, 'first')).toEqual(pairsOf(records, 'same').slice(0, 1));
    expect(goalShare(pairsOf(records, 'frozen'))).toEqual({ of: 1, yes: 0 });
  });
});

describe('stop windows', () => {
  it('begin at the goal and end before the limit, or are none', () => {
    expect(stopWindow({ goal: 10, limit: 12 }, STEPS)).toEqual([10, 11]);
    expect(stopWindow({ goal: 10, limit: null }, STEPS)).toEqual([10, STEPS]);
    expect(stopWindow({ goal: 10, limit: 10 }, STEPS)).toBeNull();
    expect(stopWindow({ goal: null, limit: 10 }, STEPS)).toBeNull();
  });

  it('are met if they share a step, and count where one of the two has one', () => {
    const overlap = (real: readonly [number, number], said: readonly [number, number]) =>
      windowsOverlap(
        { real: { goal: real[0], limit: real[1] }, said: { goal: said[0], limit: said[1] } },
        STEPS,
      );
    expect(overlap([10, 12], [11, 20])).toBe(true);
    expect(overlap([10, 12], [12, 20])).toBe(false);
    expect(overlap([10, 10], [12, 20])).toBe(false);
    expect(overlap([10, 10], [12, 12])).toBeNull();
    const records = [
      planted([10, 20, null], [10, 10, null], { real: 15, said: 12 }),
      planted([10, 10, 10], [10, 14, 15], { real: 15, said: 16 }),
    ];
    expect(windowShare(pairsOf(records, 'same'), STEPS)).toEqual({ of: 5, yes: 3 });
  });

  it('have both ends met where goal and limit are within 3 steps or 5 %, or no limit is left', () => {
    const met = (real: readonly (number | null)[], said: readonly (number | null)[]) =>
      areEndsMet({
        real: { goal: real[0]!, limit: real[1]! },
        said: { goal: said[0]!, limit: said[1]! },
      });
    expect([met([10, 12], [13, 15]), met([10, 12], [13, 16]), met([10, 12], [14, 15])]).toEqual([
      ...[true, false, false],
    ]);
    expect([met([100, 200], [105, 210]), met([100, 200], [105, 211])]).toEqual([true, false]);
    expect([met([10, null], [10, null]), met([10, 12], [10, null]), met([10, null], [10, 12])]).toEqual([
      ...[true, false, false],
    ]);
    // 10 to 11 and 12 to 14 share no step, 10 to 11 and 14 to 15 are too far apart; none and 13 to 14 are near.
    const records = [planted([10, 10, 12], [12, 14, 13], { real: 12, said: 15 })];
    expect(windowShare(pairsOf(records, 'same'), STEPS)).toEqual({ of: 3, yes: 0 });
    expect(placedShare(pairsOf(records, 'same'), STEPS)).toEqual({ of: 3, yes: 2 });
  });
});
