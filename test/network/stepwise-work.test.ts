import { expect, test } from 'vitest';
import { runInterruptibly, Interrupted, yieldToEvents } from '../../src/network/stepwise-work.js';

function* counting(to: number): Generator<number, string> {
  for (let k = 0; k < to; k++) yield k;
  return 'done';
}

test('work in turns is the work, piece by piece', async () => {
  const pieces: number[] = [];
  expect(await runInterruptibly(counting(25), { aborted: false }, (piece) => pieces.push(piece))).toBe(
    'done',
  );
  expect(pieces).toEqual(Array.from({ length: 25 }, (_, k) => k));
});

test('an event between two turns can stop it', async () => {
  const signal = { aborted: false };
  const pieces: number[] = [];
  setImmediate(() => (signal.aborted = true));
  const work = runInterruptibly(counting(1e6), signal, (piece) => pieces.push(piece));
  await expect(work).rejects.toThrow(Interrupted);
  expect(pieces.length).toBeLessThan(100);
});

test('a signal that came before is seen before any work', async () => {
  await expect(yieldToEvents({ aborted: true })).rejects.toThrow(Interrupted);
});
