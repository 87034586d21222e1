import { describe, expect, it } from 'vitest';
import { completed, completedUnlessAborted, type PausingWork } from '../../src/jobs/interrupt.js';

describe('long work', () => {
  function* counting(steps: number[]): PausingWork<number> {
    for (let k = 0; k < 3; k++) {
      steps.push(k);
      yield;
    }
    return steps.length;
  }

  it('runs to its end', async () => {
    expect(completed(counting([]))).toBe(3);
    expect(await completedUnlessAborted(counting([]), new AbortController().signal)).toBe(3);
  });

  it('stops at the next pause once aborted', async () => {
    const steps: number[] = [];
    expect(await completedUnlessAborted(counting(steps), AbortSignal.abort())).toBeNull();
    expect(steps).toEqual([0]);
  });
});
