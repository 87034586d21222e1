import { describe, expect, it } from 'vitest';
import { groupedBy, tableAsMarkdown, tableAsText } from '../../studies/shared/tables.js';

const table = {
  title: 'Steps',
  note: 'What was measured.',
  header: ['eta', 'eta/eta*'],
  rows: [
    ['0.1', 'two words'],
    ['10', '-'],
  ],
};

describe('a table of a study', () => {
  it('is a section of Markdown, padded, with stars that are no emphasis', () => {
    expect(tableAsMarkdown(table)).toBe(
      [
        '## Steps',
        '',
        'What was measured.',
        '',
        String.raw`| eta | eta/eta\* |`,
        '| --- | --------- |',
        '| 0.1 | two words |',
        '| 10  | -         |',
      ].join('\n'),
    );
  });

  it('is a text without the note', () => {
    expect(tableAsText(table)).toBe(['Steps', 'eta  eta/eta*', '0.1  two words', ' 10  -'].join('\n'));
  });
});

it('groupedBy keeps the order of keys and of items', () => {
  expect([...groupedBy([3, 1, 5, 2, 4], (x) => x % 2)]).toEqual([
    [1, [3, 1, 5]],
    [0, [2, 4]],
  ]);
});
