import { describe, expect, test } from 'vitest';
import { translated, type TrainingWords } from '../../src/input/training-words.js';

const COUNTS = { retain: 100, forget: 25 };
const LOOP = { schedule: null, dropLast: false };
const WORDS = { lr: 0.1, retainWeight: 1, forgetWeight: 1 };

const of = (words: Partial<TrainingWords>, loop = LOOP) => translated({ ...WORDS, ...words }, COUNTS, loop);

describe('translation', () => {
  test('both weights 1: alpha 0.5, eta 2 lr; a common batch takes small sets whole', () => {
    expect(of({ batchSize: 32, epochs: 3 })).toEqual({
      ...{ alpha: 0.5, eta: 0.2, batch: { retain: 32, forget: 25 }, steps: 3 },
    });
    expect(of({ retainWeight: 3, batchSize: 8, steps: 7 })).toMatchObject({
      alpha: 0.25,
      eta: 0.4,
      steps: 7,
    });
  });

  test('a batch is the product of device batch, devices and accumulation', () => {
    expect(of({ perDevice: 2, devices: 3, accumulation: 4 }).batch).toEqual({ retain: 24, forget: 24 });
    expect(of({ batchRetain: 100, batchForget: 25 }).batch).toEqual({ retain: 100, forget: 25 });
    expect(of({ perDevice: 5 })).toMatchObject({ batch: { retain: 5, forget: 5 }, steps: null });
  });

  test('epochs are over the forget set, also where ascents and descents alternate', () => {
    expect(of({ batchSize: 10, epochs: 2 }).steps).toBe(6);
    expect(of({ batchSize: 10, epochs: 2 }, { ...LOOP, dropLast: true }).steps).toBe(4);
    const schedule = { ascent: 4, descent: 1 };
    expect(
      translated({ ...WORDS, batchSize: 10, epochs: 2 }, COUNTS, { schedule, dropLast: false }).steps,
    ).toBe(10);
  });
});

test.each([
  [{ batchSize: 4, perDevice: 4 }, 'batchSize and perDevice say the same; give one of them: got 4 and 4'],
  [{ batchSize: 4, batchRetain: 4, batchForget: 2 }, /^batchSize and batchRetain say the same/],
  [{ perDevice: 4, batchForget: 2 }, /^perDevice and batchForget say the same/],
  [{ batchSize: 4, epochs: 1, steps: 2 }, 'epochs and steps say the same; give one of them: got 1 and 2'],
  [{ devices: 2 }, 'perDevice is missing beside devices'],
  [{ accumulation: 2, batchSize: 4 }, 'perDevice is missing beside accumulation'],
  [{ batchRetain: 4 }, 'batchForget is missing beside the other batch size'],
  [{ batchRetain: 101, batchForget: 1 }, 'batchRetain must be an integer in 1..100; got 101'],
  [{ batchRetain: 26, batchForget: 26 }, 'batchForget must be an integer in 1..25; got 26'],
  [{}, /^batchSize is missing/],
  [{ batchSize: 4, retainWeight: 0, forgetWeight: 0 }, /must not both be 0; got 0 and 0$/],
] as const)('refuses %j', (words, message) => {
  expect(() => of(words)).toThrow(message);
});
