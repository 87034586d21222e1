import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { reducedFromSpec } from '../sample-problems.js';
import { attempt, TRIALS } from './expansion-attempt.js';

describe('a draw that leaves its component', () => {
  /** Samples along the axes, and states (w, v) of momentum: axes 0 and 2 are one component, 1 and 3 the other. */
  const APART = reducedFromSpec({
    ...{ retain: [[[1, 0]], [[0, 2]]], forget: [], alpha: 0, batch: { retain: 1, forget: 1 } },
    ...{ sampling: 'with-replacement', optimizer: { momentum: 0.3 } },
  });
  /** Velocities in a unit of their own, a millionth of that of w. */
  const UNIT = 1e6;
  /** A turn of the component by 0.7, scaled. */
  const period = (square: number): Matrix => {
    const [cos, sin] = [Math.sqrt(square) * Math.cos(0.7), Math.sqrt(square) * Math.sin(0.7)];
    const step = Matrix.zeros(4, 4);
    step.set(0, 0, cos);
    step.set(0, 2, -sin / UNIT);
    step.set(2, 0, sin * UNIT);
    step.set(2, 2, cos);
    step.set(1, 1, 0.1);
    return step;
  };
  const steps = (k: number): Matrix => period(k % 2 === 0 ? 1.6 : 0.7);
  /** Root of the sum of squares of a block's rows on the component. */
  const length = (step: Matrix, block: number): number =>
    Math.hypot(step.get(2 * block, 0), step.get(2 * block, 2));
  const usual = (block: number): number =>
    Math.sqrt((length(steps(0), block) ** 2 + length(steps(1), block) ** 2) / 2);
  const FAULT = 'a drawn step leaves a subspace that every curvature of the problem leaves invariant';

  /** The attempt with one draw that is scaled, and leaks so much of a block into the other axis. */
  const leaking = (when: number, factor: number, block: number, leak: number, from: number) =>
    attempt(
      (k) => {
        if (k !== when) return steps(k);
        const step = steps(k).mul(factor);
        step.set(2 * block + 1, from, leak);
        return step;
      },
      { problem: APART, pilot: [steps(0), steps(1)] },
    );

  it.each([
    ['w', 0, 0],
    ['w', 0, 2],
    ['v', 1, 0],
    ['v', 1, 2],
  ])('is a fault beyond a millionth of the move of %s, whatever the unit of the other', (_, block, from) => {
    for (const when of [10, TRIALS + 10]) {
      const move = Math.max(length(steps(when), block), usual(block));
      expect(leaking(when, 1, block, 0.9e-6 * move, from).fault).toBeNull();
      const { fault, samples, drawn, logEvidence } = leaking(when, 1, block, 1.1e-6 * move, from);
      expect(fault).toBe(FAULT);
      expect(logEvidence).toBe(-Infinity);
      if (when < TRIALS) expect([samples, drawn]).toEqual([TRIALS, TRIALS]);
      else expect([samples, drawn]).toEqual([when + 1, when + 1]);
    }
  });

  it.each([0, 1])(
    'rounding is measured by what a draw usually makes where this one is small (block %d)',
    (block) => {
      for (const when of [10, TRIALS + 10]) {
        expect(leaking(when, 1e-9, block, 0.95e-6 * usual(block), 0).fault).toBeNull();
        expect(leaking(when, 1e-9, block, 1.05e-6 * usual(block), 0).fault).toBe(FAULT);
      }
    },
  );

  it.each([0, 1])('and by this one where it is large (block %d)', (block) => {
    const move = 1e3 * length(steps(10), block);
    expect(leaking(TRIALS + 10, 1e3, block, 0.9e-6 * move, 0).fault).toBeNull();
    expect(leaking(TRIALS + 10, 1e3, block, 1.1e-6 * move, 0).fault).toBe(FAULT);
  });

  it('over two periods rounding grows as the component does', () => {
    // Lengths in turn: two periods multiply by one and the same number, and are a sample.
    const turn = (k: number): Matrix => period(k % 2 === 0 ? 2 : 2.5);
    const square = (length(turn(0), 0) ** 2 + length(turn(1), 0) ** 2) / 2;
    const radius = 2.25;
    const leaked = (share: number) => {
      // The second period of a sample makes next to nothing of w, but for what leaks.
      const when = TRIALS + 11;
      const first = turn(when - 1);
      const leak = (share * Math.sqrt(square * radius)) / length(first, 0);
      return attempt(
        (k) => {
          const step = k === when ? turn(k).mul(1e-9) : turn(k);
          if (k === when) step.set(1, 0, leak);
          return step;
        },
        { problem: APART, pilot: [turn(0), turn(1)] },
      );
    };
    expect(leaked(0.95e-6).fault).toBeNull();
    expect(leaked(1.05e-6)).toMatchObject({ fault: FAULT, samples: TRIALS + 12, drawn: TRIALS + 12 });
  });

  it('usually makes of all the axes of a block together', () => {
    /** An axis of long samples, the first in reduced coordinates, and two coupled ones, all with their velocities. */
    const problem = reducedFromSpec({
      ...{ retain: [[[1, 0.3, 0]], [[0.3, 1, 0]], [[0, 0, 3]]], forget: [], alpha: 0 },
      ...{ batch: { retain: 1, forget: 1 }, sampling: 'with-replacement', optimizer: { momentum: 0.3 } },
    });
    const turn = (k: number): Matrix => {
      const step = Matrix.zeros(6, 6);
      for (const block of [1, 4]) {
        step.set(block, block + 1, -Math.sqrt(k % 2 === 0 ? 1.6 : 0.7));
        step.set(block + 1, block, Math.sqrt(k % 2 === 0 ? 1.6 : 0.7));
      }
      return step;
    };
    // Two rows of mean square (1.6 + 0.7)/2.
    const leaked = (share: number) =>
      attempt(
        (k) => {
          const step = k === 10 ? turn(k).mul(1e-9) : turn(k);
          if (k === 10) step.set(0, 1, share * Math.sqrt(2.3));
          return step;
        },
        { problem, pilot: [turn(0), turn(1)] },
      ).fault;
    expect([leaked(0.95e-6), leaked(1.05e-6)]).toEqual([null, FAULT]);
  });
});
