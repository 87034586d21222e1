import { describe, expect, test } from 'vitest';
import type { ClassCount } from '../../src/harness/draw-classes.js';
import { summariseTheorem, type TheoremSummary } from '../../src/harness/summary.js';
import { drawClassTable, drawLine, drawSection } from '../../src/report/draw-table.js';
import { plantedTheorem } from '../harness/planted-theorem.js';

/** A class of 200 draws; with nothing asked, and a critical step twice the exact one at best. */
const counted = (name: string, instances: number, parts: Partial<ClassCount> = {}): ClassCount => ({
  name,
  instances,
  floor: 0,
  telling: 0,
  tellingFloor: 0,
  nearest: 2,
  ...parts,
});

const held: readonly ClassCount[] = [
  counted('plenty', 150, { floor: 2, telling: 7, tellingFloor: 2, nearest: 1.05 }),
  counted('at both floors', 2, { floor: 2, telling: 2, tellingFloor: 2, nearest: 0.5 }),
  counted('too few', 1, { floor: 2, telling: 1, tellingFloor: 1 }),
  counted('none that tells', 50, { floor: 2, tellingFloor: 1, nearest: 0.75 }),
  counted('left out', 10, { nearest: null }),
];

function summary(id: string, classes: readonly ClassCount[], parts: Partial<TheoremSummary> = {}) {
  const ranges = { r: [2, 9], samples: [3, 40], nu: [0.5, 12.3456] } as const;
  const draws = { drawn: 200, ranges, classes };
  return { ...summariseTheorem(plantedTheorem([], { id }), [], null), draws, held: true, ...parts };
}

const free = held.map(({ name }) => counted(name, 0, { nearest: null }));
const wide = { r: [1, 4], samples: [2, 55], alpha: [0.25, 0.5] } as const;
const theorems = [
  summary('T1', held),
  summary('T2', free, { held: false, draws: { drawn: 0, ranges: wide, classes: free } }),
  summary('T3', [], { draws: null }),
];

/** The cells of a class or a feature, in each table that has it. */
const rowsOf = (name: string): string[] =>
  drawSection(theorems).filter((line) => line.startsWith(`| ${name} |`));

test('one line says how far draws reach, in any theorem, and how many classes are under a floor', () => {
  const [line, ...more] = drawLine(theorems);
  expect(more).toEqual([]);
  expect(line).toContain('r up to 9, 55 samples, nu up to 12.35; 2 classes under their floors');
  expect(drawLine([theorems[1]!])[0]).toContain(
    'r up to 4, 55 samples, nu up to 0; no class under its floor',
  );
  expect(drawLine([theorems[2]!])).toEqual([]);
  for (const all of [theorems.toReversed(), [...theorems, theorems[0]!]])
    expect(drawLine(all)[0]).toContain(`${all.length > 3 ? 4 : 2} classes under their floors`);
});

test('shares are of the draws of the theorem, however few they are', () => {
  const few = summary('T4', [counted('plenty', 10)], {
    draws: { drawn: 40, ranges: {}, classes: [counted('plenty', 10)] },
  });
  expect(drawSection([few])).toContain('| plenty | (25 %) |');
  expect(drawClassTable(few)!.text).toContain('25 %');
});

describe('agreement.md has, for the theorems with draws,', () => {
  test('the share of each class, with a mark under its floor, in brackets where nothing is asked', () => {
    expect(rowsOf('class')).toHaveLength(2);
    expect(rowsOf('plenty')[0]).toBe('| plenty | 75 % | - |');
    expect(rowsOf('at both floors')[0]).toBe('| at both floors | 1 % | - |');
    expect(rowsOf('too few')[0]).toBe('| too few | 0.5 % ! | - |');
    expect(rowsOf('none that tells')[0]).toBe('| none that tells | 25 % ! | - |');
    expect(rowsOf('left out')[0]).toBe('| left out | (5 %) | - |');
  });

  test('the draws that tell a wrong threshold, or how near one comes', () => {
    expect(rowsOf('plenty')[1]).toBe('| plenty | 7 tell | - |');
    expect(rowsOf('too few')[1]).toBe('| too few | 1 tell | - |');
    expect(rowsOf('none that tells')[1]).toBe('| none that tells | nearest 0.75 | - |');
    expect(rowsOf('left out')[1]).toBe('| left out | - | - |');
  });

  test('the range of every feature, in columns of numbers', () => {
    expect(rowsOf('nu')).toEqual(['| nu | 0.5 to 12.35 | - |']);
    expect(rowsOf('samples')).toEqual(['| samples | 3 to 40 | 2 to 55 |']);
    expect(rowsOf('alpha')).toEqual(['| alpha | - | 0.25 to 0.5 |']);
    expect(rowsOf('---')).toEqual(Array.from({ length: 3 }, () => '| --- | ---: | ---: |'));
  });

  test('nothing where no theorem has draws', () => {
    expect(drawSection([theorems[2]!])).toEqual([]);
  });
});

describe('the page has, for one theorem,', () => {
  const cellsOf = (one: TheoremSummary) =>
    [...drawClassTable(one)!.text.matchAll(/<tr><th scope="row">(.*?)<\/tr>/g)].map(([, row]) =>
      row!.split(/<\/?t[dh]>+/).filter((cell) => cell !== ''),
    );

  test('draws, share, floor and nearness of each class', () => {
    expect(cellsOf(theorems[0]!)).toEqual([
      ['plenty', '150', '75 %', '2', '7 tell'],
      ['at both floors', '2', '1 %', '2', '2 tell'],
      ['too few', '1', '0.5 %', '2 missed', '1 tell'],
      ['none that tells', '50', '25 %', '2 missed', 'nearest 0.75'],
      ['left out', '10', '5 %', '-', '-'],
    ]);
  });

  test('the classes without draws, of which none are asked for, in a sentence and in no table', () => {
    expect(drawClassTable(theorems[0]!)!.text).not.toContain('none asked for');
    expect(cellsOf(theorems[1]!)).toEqual([]);
    const { text } = drawClassTable(theorems[1]!)!;
    expect(text).toContain('No draws in, and none asked for: plenty;');
    expect(text).not.toContain('<table');
  });

  test('its ranges, and nothing without draws', () => {
    expect(drawClassTable(theorems[0]!)!.text).toContain('r 2 to 9, samples 3 to 40, nu 0.5 to 12.35.');
    expect(drawClassTable(theorems[0]!)!.text).toContain('200 random draws by class');
    expect(drawClassTable(theorems[2]!)).toBeNull();
  });
});
