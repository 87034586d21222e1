import { describe, expect, test } from 'vitest';
import { allNumbers, opened } from './matrix-of.js';

describe('a .csv file', () => {
  const expected = Float64Array.of(1, -2.5, 3e-2, 4, 0, 0.5);

  test.each([
    ['with a header', 'x,y\n1,-2.5\n3e-2,4\n0,.5\n'],
    ['without one', '1,-2.5\n3e-2,4\n0,.5\n'],
    ['without a last line end', '1,-2.5\n3e-2,4\n0,.5'],
    [
      'with line ends of Windows, a byte order mark and spaces',
      '\uFEFFx, y\r\n1, -2.5\r\n3e-2,4\r\n0,0.5\r\n',
    ],
  ])('%s gives its numbers', async (_, text) => {
    const source = await opened(text, 'R.csv');
    expect(source).toMatchObject({ rows: 3, columns: 2, factorsPerSample: 1 });
    for (const atOnce of [2, 1]) expect(allNumbers(source, atOnce)).toEqual(expected);
  });

  test.each([
    ['0,1,2\n1,2,3\n4,5,6\n', [1, 2, 3, 4, 5, 6]],
    ['"0","1","2"\n1,2,3\n', [1, 2, 3]],
    ['0.0,1.0\n1,2\n', [0, 1, 1, 2]],
    ['0,1,3\n1,2,3\n', [0, 1, 3, 1, 2, 3]],
    ['1,2\n0,1\n', [1, 2, 0, 1]],
    ['Na,K\n1,2\n', [1, 2]],
    ['a,b\nTrue,0\nFalse,2\n', [1, 0, 0, 2]],
    ['TRUE,false\n0,1\n', [1, 0, 0, 1]],
  ])('%j has the numbers %j: names 0,1,..,p-1 are a header, booleans 1 and 0', async (text, numbers) => {
    expect(Array.from(allNumbers(await opened(text, 'R.csv')))).toEqual(numbers);
  });
});

describe('a .csv file is refused in one line', () => {
  test.each([
    ['empty', '', /must have at least one row of numbers; got none/],
    ['with a header alone', 'x,y\n', /must have at least one row of numbers; got none/],
    ['with a short row', 'x,y\n1,2\n3\n', /line 3 must have 2 numbers, as line 1; got 1/],
    ['with an empty row', '1,2\n\n3,4\n', /line 2 must have 2 numbers, as line 1; got 1/],
    ['with a word', '1,2\n3,four\n', /line 2, column 2 must be a finite number; got "four"/],
    ['with a word in its first line', '1,y\n3,4\n', /line 1, column 2 must be a finite number; got "y"/],
    ['with nothing in a cell', '1,2\n,4\n', /line 2, column 1 must be a finite number; got nothing/],
    ['with nan in its first line', 'nan,nan\n3,4\n', /line 1, column 1 must be a finite number; got "nan"/],
    ['with missing values in its first line', 'NA,NA\n1,2\n', /line 1, column 1 must be .*; got "NA"/],
    ['with other missing values there', '?,null\n1,2\n', /line 1, column 1 must be a finite .*; got "\?"/],
    ['with a missing value later', 'x,y\n1,NA\n', /line 2, column 2 must be a finite number; got "NA"/],
    ['with a boolean and a word first', 'True,x\n1,2\n', /line 1, column 2 must be a finite number; got "x"/],
    [
      'with 0,1 as its first line',
      '0,1\n1,2\n3,4\n0.5,0.1\n2,1\n',
      /line 1 must be names or numbers; got 0,1, which pandas writes as names: .* as numbers write 0.0,1.0$/,
    ],
    ['with 0 as its first line', '0\n1\n', /line 1 must be names or numbers; got 0, which .* write 0.0$/],
    [
      'with the index of a table',
      ',x,y\n0,1,2\n1,3,4\n',
      /line 1, column 1 must have a name; got "", an index that is no feature \(.*index=False in pandas\)/,
    ],
    ['with that index beside numbers', ',0,1\n0,1,2\n', /line 1, column 1 must have a name; got ""/],
    ['with an index read back', 'Unnamed: 0,x\n0,1\n', /must have a name; got "Unnamed: 0", an index/],
    ['with an infinity', '1,2\n3,-inf\n', /line 2, column 2 must be a finite number; got "-inf"/],
    ['with a number too large', '1,2\n3,1e999\n', /line 2, column 2 must be a finite number; got "1e999"/],
    ['separated by semicolons', '1;2\n3;4\n', /line 2, column 1 must be a finite number; got "3;4"/],
  ])('%s', async (_, text, message) => {
    const refused = await opened(text, 'R.csv').catch((error: unknown) => error as Error);
    expect(refused).toMatchObject({ name: 'InputError', message: expect.stringMatching(message) as string });
    expect((refused as Error).message).toMatch(/R\.csv: [^\n]*$/);
  });
});
