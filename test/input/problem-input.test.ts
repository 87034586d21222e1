import { describe, expect, test } from 'vitest';
import { analyze, recommend } from '../../src/api/analyze.js';
import { parseProblem, reducedProblem, type ProblemInput } from '../../src/input/problem-input.js';
import { InputError } from '../../src/input/input-error.js';
import { parseProblemFile } from '../../src/input/problem-file.js';
import { FILE, PROBLEM } from '../api/problems.js';

/** The message with which a problem is refused; undefined if it is taken. */
function refusal(problem: unknown): string | undefined {
  try {
    parseProblem(problem as ProblemInput);
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

const typed = (numbers: Iterable<number>, shape: number[]) => ({ data: Float32Array.from(numbers), shape });

describe('a set is the same', () => {
  const { retain } = parseProblem(FILE).problem;

  test.each<[string, unknown]>([
    ['as rows', PROBLEM.retain],
    ['as rows that are typed arrays', PROBLEM.retain.map((row) => Float64Array.from(row))],
    ['as one array with its shape', { data: PROBLEM.retain.flat(), shape: [3, 2] }],
    [
      'as one array of samples with one factor',
      { data: Float64Array.from(PROBLEM.retain.flat()), shape: [3, 1, 2] },
    ],
  ])('%s', (_, set) => {
    expect(parseProblem({ ...PROBLEM, retain: set } as ProblemInput).problem.retain).toEqual(retain);
  });

  test('in single precision, to its rounding', () => {
    const { factors } = parseProblem({ ...PROBLEM, retain: typed(PROBLEM.retain.flat(), [3, 2]) } as never)
      .problem.retain;
    factors.forEach((x, k) => expect(Math.abs(x - retain.factors[k]!)).toBeLessThanOrEqual(2 ** -24));
  });

  test('with several factors a sample, in lists and in an array', () => {
    const lists = [
      [
        [1, 0.5],
        [0, 2],
      ],
      [
        [3, 1],
        [1, 1],
      ],
    ];
    const array = typed(lists.flat(2), [2, 2, 2]);
    const [a, b] = [lists, array].map(
      (set) => parseProblem({ ...PROBLEM, retain: set } as ProblemInput).problem.retain,
    );
    expect(a).toEqual(b);
    expect(a!.offsets).toEqual(Int32Array.of(0, 2, 4));
  });

  test('and a Float64Array is not copied', () => {
    const data = Float64Array.from(PROBLEM.retain.flat());
    expect(parseProblem({ ...PROBLEM, retain: { data, shape: [3, 2] } }).problem.retain.factors).toBe(data);
  });
});

describe('what is refused in a problem file is refused in the same words', () => {
  test.each<[string, object]>([
    ['alpha', { alpha: 1.5 }],
    ['eta', { eta: 0 }],
    ['eta is missing', { eta: undefined }],
    ['sampling', { sampling: 'often' }],
    ['batch', { batch: { retain: 4, forget: 1 } }],
    ['half a batch', { batch: { retain: 1.5, forget: 1 } }],
    ['no batch', { batch: 3 }],
    ['unknown field', { beta: 1 }],
    ['no retain', { retain: undefined }],
    ['retain is no list', { retain: 'R.npy' }],
    ['retain is empty', { retain: [] }],
    ['forget is empty', { forget: [], batch: { retain: 2, forget: 0 } }],
    ['a sample is no list', { retain: [[[1, 2]], 3] }],
    ['a sample is empty', { retain: [[[1, 2]], []] }],
    ['a vector is no list', { retain: [[[1, 2]], ['x']] }],
    ['a number is none', { retain: [[[1, 2]], [[1, null]]] }],
    ['lengths differ', { retain: [[[1, 2]], [[1, 2, 3]]], batch: { retain: 1, forget: 1 } }],
    ['lengths of the sets differ', { forget: [[[1, 2, 3]]] }],
    ['zeros', { forget: [[[0, 0]]] }],
    ['huge', { forget: [[[1e80, 0]]] }],
  ])('%s', (_, change) => {
    const problem = { ...FILE, ...change };
    expect(refusal(problem)).toBeDefined();
    expect(() => parseProblemFile(JSON.stringify(problem), 'problem')).toThrow(refusal(problem));
  });

  test('and what is right is taken by both', () => {
    expect(refusal(FILE)).toBeUndefined();
    expect(parseProblemFile(JSON.stringify(FILE), 'problem')).toMatchObject({ alpha: 0.05 });
  });
});

describe('what only the library takes is refused in one line', () => {
  test.each<[string, object, string]>([
    ['NaN in a row', { retain: [[1, NaN]] }, 'problem: retain[0][1] must be a finite number; got NaN'],
    [
      'rows of different length',
      {
        retain: [
          [1, 2],
          [1, 2, 3],
        ],
      },
      'problem: retain[1] must have 2 numbers, as retain[0]; got 3',
    ],
    [
      'rows among lists',
      { retain: [[[1, 2]], [1, 2]] },
      'problem: retain[1][0] must be a factor vector (a list of numbers); got 1',
    ],
    [
      'a shape that lies',
      { retain: typed([1, 2, 3], [2, 2]) },
      'problem: retain.data must have 4 numbers, as its shape says; got 3',
    ],
    [
      'a shape that is none',
      { retain: typed([1, 2], [2]) },
      'problem: retain: shape must be (samples, p) or (samples, factors, p); got (2,)',
    ],
    [
      'an infinity',
      { retain: typed([1, Infinity], [1, 2]) },
      'problem: retain.data[1] must be a finite number; got Infinity',
    ],
    [
      'another length',
      { forget: typed([1, 2, 3], [1, 3]) },
      'problem: forget.shape must end in 2, the length of retain[0]; got 3',
    ],
    [
      'no numbers',
      { retain: [new Float64Array(0)] },
      'problem: retain[0] must be a sample (a list of factor vectors); got {}',
    ],
  ])('%s', (_, change, message) => {
    expect(refusal({ ...PROBLEM, ...change })).toBe(message);
  });

  test.each([null, 3, []])('%j in place of a problem', (problem) => {
    expect(refusal(problem)).toMatch(/^problem: the document must be an object/);
  });

  test('options of analyze and recommend', () => {
    expect(() => analyze(PROBLEM, { factor: 1 })).toThrow('factor must be > 1 and finite; got 1');
    expect(() => recommend(PROBLEM, { steps: 0 })).toThrow('steps must be an integer >= 1; got 0');
    expect(() => recommend(PROBLEM, { batches: [4] })).toThrow('batches must be an integer in 1..3; got 4');
  });
});

test('a reduced problem does not need the step size, and is that of the file', () => {
  const { eta, ...unstepped } = PROBLEM;
  expect(eta).toBe(0.3);
  expect(reducedProblem(unstepped)).toEqual(reducedProblem(FILE));
});
