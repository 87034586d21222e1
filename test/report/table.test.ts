import { describe, expect, test } from 'vitest';
import {
  Cell,
  factList,
  htmlTable,
  markdownTable,
  markdownText,
  numeric,
  textTable,
} from '../../src/report/table.js';

const header = ['name', 'share'];
const rows = [
  ['wide name', '5 %'],
  ['x', '< 0.1 %'],
];

describe('one table', () => {
  test('in plain text has words on the left and numbers on the right', () => {
    expect(textTable(header, rows)).toBe('name         share\nwide name      5 %\nx          < 0.1 %');
    expect(textTable(header, [['x', 'none']])).toBe('name  share\nx     none');
    expect(textTable(header, [['x', '5 %']])).toBe('name  share\nx       5 %');
    // A column is one of numbers only if all its cells are.
    expect(textTable(header, [...rows, ['y', 'none']])).toContain('wide name  5 %\n');
  });

  test('in Markdown has a rule that aligns its numbers', () => {
    expect(markdownTable(header, [['a', 7]], [1])).toEqual([
      '| name | share |',
      '| --- | ---: |',
      '| a | 7 |',
    ]);
    expect(markdownText('a|b*\n<c>')).toBe('a\\|b\\* \\<c\\>');
  });

  test('on a page has titles, names of rows and classes of columns and cells, all escaped', () => {
    const { text } = htmlTable(['name', numeric('share'), null], [['<x>', 5, new Cell('all', 'bar', 2)]], {
      caption: 'A & B',
      unseen: true,
      className: 'compact',
    });
    expect(text.replaceAll('\n', '')).toBe(
      '<table class="compact"><caption class="unseen">A &amp; B</caption>' +
        '<thead><tr><th scope="col">name</th><th scope="col" class="number">share</th><td></td></tr></thead>' +
        '<tbody><tr><th scope="row">&lt;x&gt;</th><td class="number">5</td><td class="bar" colspan="2">all</td></tr></tbody></table>',
    );
    expect(htmlTable(header, rows, { caption: 'seen' }).text).toContain('<caption>seen</caption>');
    expect(htmlTable(header, rows, { caption: '', rowHead: 1 }).text).toContain('<th scope="row">5 %</th>');
  });
});

test('facts have their names before their values', () => {
  expect(factList('run', [['seed', 1]]).text).toBe(
    '<dl class="run">\n<div><dt>seed</dt><dd>1</dd></div>\n</dl>',
  );
});
