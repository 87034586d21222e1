import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type ForecastWords, forecastRequest } from '../../src/input/forecast-request.js';
import { type OutputFiles, readOutputs } from '../../src/input/output-files.js';
import { type Member, membersOf, writeNpz } from '../forecast/output-npz.js';
import { PLAIN, randomSets } from '../forecast/random-sets.js';
import { quarters } from './number-bytes.js';

const sets = randomSets('softmax');
const folder = mkdtempSync(join(tmpdir(), 'output-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const retain = writeNpz(join(folder, 'retain.npz'), membersOf(sets.retain, true));
const forget = (change: Record<string, Member>, name = 'forget.npz') =>
  writeNpz(join(folder, name), { ...membersOf(sets.forget, true), ...change });
const read = async (files: Partial<OutputFiles> & { forget: string }) => {
  const found = await readOutputs({
    ...{ retain, test: null, loss: 'softmax', axes: 'ncp', model: 'jacobian', ...files },
  });
  found.close();
  return found.sets;
};

test('a Jacobian with the outputs first has the rows of a sample together, in either order of its bytes', async () => {
  const [c, n, p] = [3, 5, 2];
  // Entry (output, sample, column), written as that.
  const numbers = Float64Array.from({ length: c * n * p }, (_, k) => {
    const [output, sample, column] = [Math.floor(k / (n * p)), Math.floor(k / p) % n, k % p];
    return 100 * output + 10 * sample + column;
  });
  const outputs: Member = [quarters([n, c]), [n, c]];
  const labels: Member = [[0, 1, 2, 0, 1], [n], { type: 'i8' }];
  for (const fortran of [false, true]) {
    const jacobian: Member = [numbers, [c, n, p], { type: 'f4', fortran }];
    const path = writeNpz(join(folder, `cnp-${fortran}.npz`), { jacobian, outputs, labels });
    const { sets: opened, close } = await readOutputs({
      ...{ retain: path, forget: path, test: null, loss: 'softmax', axes: 'cnp', model: 'jacobian' },
    });
    const { jacobian: found } = opened.retain;
    const expected = [0, 1, 2, 3, 4].flatMap((sample) =>
      [0, 1, 2].flatMap((output) => [0, 1].map((column) => 100 * output + 10 * sample + column)),
    );
    expect(Array.from(found.readColumns(0, p))).toEqual(expected);
    const block = { fromSample: 1, toSample: 3, fromColumn: 1, toColumn: 2 };
    expect(Array.from(found.readBlock(block))).toEqual([11, 111, 211, 21, 121, 221]);
    close();
  }
});

test('ids, projection and real outputs are those of their members', async () => {
  const members: Record<string, Member> = {
    ids: [[7, 5, 3, 2, 1], [5], { type: 'i8' }],
    real_outputs: [quarters([5, 3]), [5, 3]],
    real_steps: [[4], [1], { type: 'i8' }],
  };
  const found = (await read({ forget: forget(members) })).forget;
  expect(found.ids).toEqual([7, 5, 3, 2, 1]);
  expect(found.real).toEqual({ steps: 4, outputs: quarters([5, 3]) });
  expect([found.projection, found.samples, found.width]).toEqual([null, 5, 3]);
});

describe('refused in one line', () => {
  test.each([0, -1, 1.5])('%s real steps', async (steps) => {
    const members: Record<string, Member> = {
      real_outputs: [quarters([5, 3]), [5, 3]],
      real_steps: [[steps], [1]],
    };
    await expect(read({ forget: forget(members) })).rejects.toThrow(
      `#real_steps: must be one integer >= 1; got ${steps}`,
    );
  });

  test('sets that were projected with unlike seeds', async () => {
    const projected = (seed: number): Record<string, Member> => ({
      projection: [[seed, 12], [2], { type: 'i8' }],
    });
    const one = forget(projected(3), 'one.npz');
    const other = forget(projected(4), 'other.npz');
    await expect(read({ retain: one, forget: other })).rejects.toThrow(
      'must have the projection with seed 3, as',
    );
    expect((await read({ retain: one, forget: one })).retain.projection).toEqual({ seed: 3, columns: 12 });
  });
});

describe('what a request asks for without saying so', () => {
  const words: Omit<ForecastWords, 'loss'> = {
    ...{ lr: 0.1, retainWeight: 1, forgetWeight: 1, batchSize: 2, steps: 3, seeds: 1, seed: 1 },
    procedure: { ...PLAIN, optimizer: 'sgd' },
    sampling: { retain: 'bernoulli', forget: 'bernoulli' },
  };
  const start = { loss: 0.1, accuracy: 0.9 };

  test('the goal is the accuracy of guessing, the limit 0.02 less than at the start', () => {
    const ofClasses = forecastRequest(sets, { ...words, loss: 'softmax' }, start);
    expect(ofClasses.goal).toEqual({ quantity: 'accuracy', value: 1 / 3 });
    expect(ofClasses.limit).toEqual({ quantity: 'accuracy', value: 0.88 });
    const ofQuestions = forecastRequest(randomSets('sigmoid'), { ...words, loss: 'sigmoid' }, start);
    expect(ofQuestions.goal).toEqual({ quantity: 'accuracy', value: 0.5 });
  });

  test('without classes there is no limit; what is said goes before', () => {
    const squared = { ...words, loss: 'squared', goal: 'forget-loss=0.5' } as const;
    const own = forecastRequest(randomSets('squared'), squared, { loss: 0.1, accuracy: null });
    expect([own.goal, own.limit]).toEqual([{ quantity: 'loss', value: 0.5 }, null]);
    const said = { ...words, loss: 'softmax', goal: 'forget-accuracy=0', limit: 'retain-loss=2' } as const;
    const { goal, limit } = forecastRequest(sets, said, start);
    expect([goal, limit]).toEqual([
      { quantity: 'accuracy', value: 0 },
      { quantity: 'loss', value: 2 },
    ]);
  });
});
