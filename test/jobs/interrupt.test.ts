import { expect, test } from 'vitest';
import { completed, completedUnlessAborted } from '../../src/jobs/interrupt.js';

function* counting(to: number): Generator<number, string> {
  for (let k = 0; k < to; k++) yield k;
  return 'done';
}

test('work that can be aborted is the work, piece by piece', async () => {
  const pieces: number[] = [];
  const { signal } = new AbortController();
  expect(await completedUnlessAborted(counting(25), signal, (piece) => pieces.push(piece))).toBe('done');
  expect(pieces).toEqual(Array.from({ length: 25 }, (_, k) => k));
  expect(completed(counting(25))).toBe('done');
});

test('an event between two pieces can stop it', async () => {
  const abort = new AbortController();
  const pieces: number[] = [];
  setImmediate(() => abort.abort());
  const work = completedUnlessAborted(counting(1e6), abort.signal, (piece) => pieces.push(piece));
  expect(await work).toBeNull();
  expect(pieces.length).toBeLessThan(100);
});

test('a signal that came before is seen after one piece', async () => {
  const pieces: number[] = [];
  expect(
    await completedUnlessAborted(counting(25), AbortSignal.abort(), (piece) => pieces.push(piece)),
  ).toBeNull();
  expect(pieces).toEqual([0]);
});
