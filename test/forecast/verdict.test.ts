import { describe, expect, test } from 'vitest';
import type { Level } from '../../src/forecast/levels.js';
import type { ForecastRun } from '../../src/forecast/run.js';
import { verdictOn, wordOf } from '../../src/forecast/verdict.js';

const level = (accuracy: number): Level => ({ loss: 0.01, accuracy });

/** A planted run: what matters of it for a verdict. It has gone on for its limit where it met the goal, else for the goal. */
function run(
  goalStep: number | null,
  limitStep: number | null,
  accuracy = 0.998,
  seen = goalStep === null ? 950 : 190,
): ForecastRun {
  const levels = [level(accuracy), level(0.02)];
  return {
    levels: [],
    ...{ goalStep, limitStep, atGoal: goalStep === null ? null : levels },
    ...{ start: levels, end: levels, forgottenAt: [], made: 95, seen, overflowAt: null },
  };
}

const TERMS = {
  steps: 95,
  asked: 95,
  limit: { quantity: 'accuracy', value: 0.98 },
} as const;

const text = (...runs: ForecastRun[]): string => verdictOn(runs, TERMS).text;

describe('the sentence of a verdict', () => {
  test('forgets: goal, retain accuracy there, and where to stop', () => {
    expect(verdictOn([run(87, 96)], TERMS)).toEqual({
      word: 'forgets',
      goalStep: 87,
      limitStep: 96,
      text: 'forgets at step 87 of 95; retain accuracy 0.998; stop before step 96, where it falls below 0.98',
    });
    expect(text(run(87, null))).toBe(
      'forgets at step 87 of 95; retain accuracy 0.998; the limit 0.98 is kept up to step 190',
    );
    const byLoss = { ...TERMS, limit: { quantity: 'loss', value: 0.3 } } as const;
    expect(verdictOn([run(87, 96)], byLoss).text).toBe(
      'forgets at step 87 of 95; retain loss 0.01; stop before step 96, where it rises above 0.3',
    );
  });

  test('nothing: how many steps are needed, as a run that went on found', () => {
    expect(text(run(440, null))).toBe('nothing in 95 steps: about 440 are needed');
    expect(text(run(440, 300))).toBe(
      'nothing in 95 steps: about 440 are needed; the retain set is destroyed before, from step 300',
    );
    expect(text(run(null, 300))).toBe(
      'nothing in 95 steps; going on destroys the retain set from step 300, before the goal',
    );
    expect(text(run(null, null))).toBe('nothing in 95 steps, nor in 950');
  });

  test('breaks: from where, before or at the goal', () => {
    expect(text(run(null, 66))).toBe('destroys the retain set from step 66, before the goal');
    expect(text(run(80, 66))).toBe('destroys the retain set from step 66, before the goal (step 80)');
    expect(text(run(66, 66))).toBe('destroys the retain set from step 66, at the step of the goal');
  });

  test('what holds at w* is no step that is made', () => {
    expect(text(run(0, 96))).toBe(
      'the goal is met at w*, before any step; retain accuracy 0.998; stop before step 96, where it falls below 0.98',
    );
    expect(text(run(0, 0, 0.712))).toBe(
      'the limit is not met at w*, before any step: retain accuracy 0.712 is below 0.98',
    );
    const byLoss = { ...TERMS, limit: { quantity: 'loss', value: 0.004 } } as const;
    expect(verdictOn([run(null, 0)], byLoss).text).toBe(
      'the limit is not met at w*, before any step: retain loss 0.01 is above 0.004',
    );
    const wild = { ...run(null, 0), start: [{ loss: Infinity, accuracy: 0.99 }, level(0.9)] };
    for (const limit of [TERMS.limit, null]) {
      expect(verdictOn([wild], { ...TERMS, limit }).text).toBe(
        'the retain loss overflows at w*, before any step',
      );
    }
  });

  test('without a limit: nothing is kept, and the end is where the retain set overflows', () => {
    const free = { ...TERMS, limit: null };
    const said = (one: ForecastRun) => verdictOn([one], free).text;
    expect(said(run(87, null))).toBe('forgets at step 87 of 95; retain loss 0.01');
    expect(said(run(87, 96))).toBe(
      'forgets at step 87 of 95; retain loss 0.01; stop before step 96, where it overflows',
    );
  });

  test('a run that did not go on says nothing of steps after the last', () => {
    expect(text(run(null, null, 0.998, 95))).toBe('nothing in 95 steps');
    const ended = verdictOn([run(null, null, 0.998, 95)], { ...TERMS, asked: 100 });
    expect(ended.text).toBe('nothing in 95 of 100 steps, where it was ended');
    expect(text(run(87, null, 0.998, 95))).toMatch(/the limit 0.98 is kept up to step 95$/);
  });

  test('goal and limit at one step after the last: the retain set goes with it', () => {
    expect(text(run(440, 440))).toBe(
      'nothing in 95 steps: about 440 are needed; the retain set is destroyed at that step',
    );
  });

  test('steps after the last are those of the first order, whatever the others say of them', () => {
    const runs = [run(150, 300), run(100, 100), run(110, null)];
    const verdict = verdictOn(runs, TERMS);
    expect([verdict.word, verdict.goalStep, verdict.limitStep]).toEqual(['nothing', 150, 300]);
    expect(verdictOn([run(null, null), ...runs], TERMS).goalStep).toBeNull();
  });

  test('the retain level at the goal is the lower median of the orders that meet it', () => {
    const runs = [run(80, null, 0.5), run(80, null, 0.9), run(80, null, 0.7), run(80, null, 0.8)];
    expect(text(...runs)).toMatch(/; retain accuracy 0\.7;/);
    expect(text(...runs.slice(1))).toMatch(/; retain accuracy 0\.8;/);
    expect(text(run(null, null), ...runs.slice(1))).toMatch(/; retain accuracy 0\.8;/);
  });

  test('several orders: the word that most of them have, with the medians of their steps', () => {
    // Goals and limits by themselves have the medians 51 and 51.
    const most = [run(48, 50), run(50, 53), run(51, 55), run(52, 51), run(58, 51)];
    expect(verdictOn(most, TERMS)).toEqual({
      word: 'forgets',
      goalStep: 50,
      limitStep: 53,
      text: 'forgets at step 50 of 95; retain accuracy 0.998; stop before step 53, where it falls below 0.98 (3 of 5 batch orders)',
    });
  });

  test('several orders: of words that are as frequent the worse one', () => {
    const [forgets, breaks, nothing] = [run(50, null), run(60, 55), run(null, null)];
    expect(verdictOn([forgets, breaks], TERMS).text).toBe(
      'destroys the retain set from step 55, before the goal (step 60) (1 of 2 batch orders)',
    );
    expect(verdictOn([forgets, nothing], TERMS).word).toBe('nothing');
    expect(verdictOn([nothing, breaks, forgets], TERMS).word).toBe('breaks');
  });

  test('several orders: steps after the last are those of the first one only if it has the word', () => {
    const verdict = (...runs: ForecastRun[]) => verdictOn(runs, TERMS);
    expect(verdict(run(50, 120), run(60, null), run(null, null)).limitStep).toBe(120);
    expect(verdict(run(150, 120), run(60, null), run(50, null)).limitStep).toBeNull();
  });

  test('several orders: lower medians, and how many agree', () => {
    const runs = [run(80, null), run(90, null), run(null, 50), run(84, null)];
    const verdict = verdictOn(runs, TERMS);
    expect([verdict.word, verdict.goalStep, verdict.limitStep]).toEqual(['forgets', 84, null]);
    expect(verdict.text).toMatch(/\(3 of 4 batch orders\)$/);
  });
});

test('the word: steps after the last do not count, and a tie breaks', () => {
  expect(wordOf(95, 96, 95)).toBe('forgets');
  expect(wordOf(96, null, 95)).toBe('nothing');
  expect(wordOf(96, 95, 95)).toBe('breaks');
  expect(wordOf(10, 10, 95)).toBe('breaks');
  expect(wordOf(10, 11, 95)).toBe('forgets');
  expect(wordOf(null, null, 95)).toBe('nothing');
});
