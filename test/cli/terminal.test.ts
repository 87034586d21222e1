import { describe, expect, test } from 'vitest';
import { liveTable } from '../../src/cli/live-table.js';
import type { Examination, Outcome } from '../../src/harness/examination.js';
import { statusLine } from '../../src/jobs/progress-line.js';
import { theorems } from '../../theorems/index.js';
import { FakeTerminal } from './fake-terminal.js';

const INSTANCES = 20;

/** Examinations of these outcomes: the table reads nothing else of them. */
const outcomes = (...kinds: Outcome[]) => kinds.map((outcome) => ({ outcome }) as Examination);

const agreeing = (count: number) => outcomes(...Array.from({ length: count }, () => 'agree' as const));

/** A table on a terminal with a clock that lets every update be drawn. */
function tableOn(terminal: FakeTerminal, env: Record<string, string> = {}) {
  let now = 0;
  const context = { stderr: terminal, env, now: () => (now += 1000) };
  const table = liveTable(context as never, theorems, INSTANCES);
  return {
    table,
    /** All theorems, one after the other, by so many instances at once. */
    run: (look: () => void = () => undefined): void => {
      for (const theorem of theorems) {
        for (const done of [10, 20]) {
          table.update({ theorem, examinations: agreeing(done), total: INSTANCES });
          look();
        }
      }
    },
  };
}

describe.each([
  [24, 80],
  [24, 30],
  [8, 80],
  [60, 120],
  [4, 20],
  [3, 12],
  [2, 5],
])('the table of verify on a terminal of %i rows and %i columns', (rows, columns) => {
  test('leaves nothing behind, neither on the screen nor above it', () => {
    const terminal = new FakeTerminal(rows, columns);
    terminal.write('$ verify\n');
    const { table, run } = tableOn(terminal);
    run(() => {
      // A line a theorem, and none twice.
      const ids = terminal.lines.map((line) => /^[x+. ] ([A-Z]\d+[a-z]?)/.exec(line)?.[1]).filter(Boolean);
      expect(new Set(ids).size).toBe(ids.length);
      expect(terminal.lines.length).toBeLessThan(rows);
    });
    table.clear();
    const all = [...terminal.scrolledOff, ...terminal.lines].filter((line) => line !== '');
    expect(all.join('')).toBe('$ verify');
  });
});

describe('the table of verify', () => {
  test('where there is room has a line for every theorem and one for the time', () => {
    const terminal = new FakeTerminal(60, 100);
    tableOn(terminal).run();
    expect(terminal.lines).toHaveLength(theorems.length + 1);
    expect(terminal.lines[0]).toMatch(/^\+ D1 .* 20\/20 {2}20 agree, 0 contradict, 0 inconclusive$/);
    expect(terminal.lines.at(-1)).toMatch(/^100 % after \d+ s/);
  });

  test('where there is none shows contradicted theorems and those under way first, and counts the others', () => {
    const terminal = new FakeTerminal(8, 80);
    const { table, run } = tableOn(terminal);
    run();
    const last = theorems.at(-1)!;
    table.update({ theorem: last, examinations: outcomes('agree', 'contradict'), total: INSTANCES });
    expect(terminal.lines).toHaveLength(7);
    expect(terminal.lines.at(-3)).toContain(`x ${last.id}`);
    expect(terminal.lines.at(-2)).toBe(`  and ${theorems.length - 5} more`);
    expect(terminal.lines.at(-1)).toContain('%');
  });

  test('is drawn anew without smears on a terminal that has become narrower', () => {
    const terminal = new FakeTerminal(theorems.length + 8, 80);
    terminal.write('$ verify\n');
    const { table } = tableOn(terminal);
    const [first, second] = theorems;
    for (const examinations of [agreeing(10), agreeing(20)])
      table.update({ theorem: first!, examinations, total: INSTANCES });
    terminal.narrow(60);
    table.update({ theorem: second!, examinations: agreeing(10), total: INSTANCES });
    table.clear();
    expect(terminal.lines).toEqual(['$ verify']);
  });

  test('writes nothing on a dumb terminal', () => {
    const terminal = new FakeTerminal(24, 80);
    terminal.write('$ verify\n');
    const { table, run } = tableOn(terminal, { TERM: 'dumb' });
    run();
    table.clear();
    expect([...terminal.scrolledOff, ...terminal.lines]).toEqual(['$ verify']);
  });
});

describe('a line of progress', () => {
  const shown = (terminal: FakeTerminal, env: Record<string, string> = {}) =>
    statusLine({ stderr: terminal, env, now: () => 0 });

  test.each([80, 30, 10, 3])('on %i columns overwrites itself', (columns) => {
    const terminal = new FakeTerminal(5, columns);
    const line = shown(terminal);
    line.show('a long line about what is done '.repeat(4), true);
    line.show('b'.repeat(100), true);
    expect(terminal.lines).toEqual(['b'.repeat(columns - 1)]);
    line.show('c', true);
    expect(terminal.lines).toEqual(['c']);
    line.clear();
    expect([...terminal.lines, ...terminal.scrolledOff]).toEqual([]);
  });

  test('is cleared where the terminal has wrapped it', () => {
    const terminal = new FakeTerminal(8, 80);
    terminal.write('$ frontier\n');
    const line = shown(terminal);
    line.show('x'.repeat(70), true);
    terminal.narrow(30);
    line.show('y', true);
    expect(terminal.lines).toEqual(['$ frontier', 'y']);
  });

  test('is not there on a dumb terminal', () => {
    const terminal = new FakeTerminal(5, 80);
    const line = shown(terminal, { TERM: 'dumb' });
    line.show('x', true);
    line.clear();
    expect(terminal.lines).toEqual([]);
  });
});
