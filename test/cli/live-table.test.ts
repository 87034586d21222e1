import { expect, test } from 'vitest';
import { liveTable } from '../../src/cli/live-table.js';
import type { CliContext } from '../../src/cli/context.js';
import type { Examination, Outcome } from '../../src/harness/examination.js';
import { examination } from '../harness/examination.js';
import { plantedTheorem } from '../harness/planted-theorem.js';

/** A terminal of 120 columns that keeps what is written; time moves by a second a look. */
function terminal() {
  const written: string[] = [];
  let seconds = 0;
  const stderr = { write: (text: string) => void written.push(text), isTTY: true, columns: 120 };
  const context = { stderr, env: { NO_COLOR: '1' }, now: () => 1000 * seconds++ };
  return { context: context as unknown as CliContext, written };
}

const outcomes = (counts: Readonly<Record<Outcome, number>>): Examination[] =>
  (Object.keys(counts) as Outcome[]).flatMap((outcome) =>
    Array.from({ length: counts[outcome] }, () => examination({ outcome })),
  );

test('the line of a theorem has the number of examined instances and each outcome under its own name', () => {
  const theorems = ['T1', 'T2', 'T3'].map((id) => plantedTheorem([], { id }));
  const { context, written } = terminal();
  const display = liveTable(context, theorems, 40);
  const planted = [
    outcomes({ agree: 21, contradict: 3, inconclusive: 5, undecided: 11 }),
    outcomes({ agree: 8, contradict: 0, inconclusive: 2, undecided: 10 }),
  ];
  planted.forEach((examinations, t) => display.update({ theorem: theorems[t]!, examinations, total: 40 }));
  const lines = written.at(-1)!.split('\n');
  const lineOf = (id: string): string => lines.find((line) => line.slice(2).startsWith(id))!;
  expect(lineOf('T1').trim()).toMatch(/^x T1 .* 40\/40 {2}21 agree, 3 contradict, 5 inconclusive$/);
  expect(lineOf('T2').trim()).toMatch(/^\. T2 .* 20\/40 {2}8 agree, 0 contradict, 2 inconclusive$/);
  expect(lineOf('T3').trim()).toMatch(/^T3 .* 0\/40$/);
  expect(lines.join('\n')).toContain('50 % after');
});

test('a theorem all of whose instances agree is marked as finished', () => {
  const theorem = plantedTheorem([]);
  const { context, written } = terminal();
  const examinations = outcomes({ agree: 40, contradict: 0, inconclusive: 0, undecided: 0 });
  liveTable(context, [theorem], 40).update({ theorem, examinations, total: 40 });
  expect(written.join('')).toMatch(/^\+ T1 .* 40\/40 {2}40 agree, 0 contradict, 0 inconclusive/m);
});
