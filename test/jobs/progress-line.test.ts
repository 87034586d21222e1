import { describe, expect, test } from 'vitest';
import { progressLine, statusLine } from '../../src/jobs/progress-line.js';

const CLEARED = '\r\u001b[K';

/** A terminal with a clock that stands until it is set. */
function terminal(columns: number | undefined, isTTY = true) {
  const written: string[] = [];
  const clock = { milliseconds: 0 };
  const stderr = {
    write: (text: string) => written.push(text),
    isTTY,
    ...(columns !== undefined && { columns }),
  };
  return { output: { stderr, now: () => clock.milliseconds }, written, clock };
}

describe('a progress line', () => {
  test('tells share, time and remaining time, and overwrites itself', () => {
    const { output, written, clock } = terminal(80);
    const line = progressLine(output, 'map', 10);
    line.update(0);
    clock.milliseconds = 2000;
    line.update(4);
    line.clear();
    expect(written).toEqual([
      `${CLEARED}map: 0 % after 0 s`,
      `${CLEARED}map: 40 % after 2 s, about 3 s left`,
      CLEARED,
    ]);
  });

  test('does not count as time of this run what an earlier one has done', () => {
    const { output, written, clock } = terminal(80);
    const line = progressLine(output, 'map', 10, 5);
    clock.milliseconds = 1000;
    line.update(6);
    expect(written).toEqual([`${CLEARED}map: 60 % after 1 s, about 4 s left`]);
  });

  test('is redrawn now and then, not with every piece', () => {
    const { output, written, clock } = terminal(80);
    const line = progressLine(output, 'map', 1000);
    for (; clock.milliseconds < 1000; clock.milliseconds++) line.update(clock.milliseconds);
    expect(written).toHaveLength(5);
  });

  test.each([
    [undefined, 79],
    [0, 79],
    [30, 29],
  ])('on a terminal of %s columns is no longer than %i characters', (columns, length) => {
    const { output, written } = terminal(columns);
    statusLine(output).show('x'.repeat(200));
    expect(written).toEqual([CLEARED + 'x'.repeat(length)]);
  });

  test('shows what begins at once', () => {
    const { output, written } = terminal(80);
    const line = statusLine(output);
    line.show('first');
    line.show('lost');
    line.show('second', true);
    expect(written).toEqual([`${CLEARED}first`, `${CLEARED}second`]);
  });

  test('writes nothing where stderr is no terminal', () => {
    const { output, written } = terminal(80, false);
    const line = progressLine(output, 'map', 10);
    line.update(3);
    line.clear();
    expect(written).toEqual([]);
  });
});
test('without a terminal a line every five seconds, and none before', () => {
  let [now, written] = [0, ''];
  const stderr = { write: (text: string) => (written += text) };
  const line = progressLine({ stderr, now: () => now }, 'work', 100);
  for (let done = 0; done <= 100; done++) {
    now = done * 120;
    line.update(done);
  }
  line.clear();
  expect(written).toBe('work: 42 % after 5 s, about 7 s left\nwork: 84 % after 10 s, about 2 s left\n');
});
