import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifyLog, type VerifyHeader, verifyShards } from '../../src/cli/verify-log.js';
import { logText, parseLog } from '../../src/jobs/log.js';
import { stringifyExact } from '../../src/jobs/checked-lines.js';
import type { Examination } from '../../src/harness/examination.js';
import type { FinishedWork } from '../../src/harness/run-work.js';
import { examination } from '../harness/examination.js';

const header: VerifyHeader = {
  schemaVersion: 1,
  kind: 'checkpoint',
  tool: { name: 'unlearning-stability', version: '0.1.0', commit: null },
  seed: 3,
  budget: { name: 'quick', instances: 20, maxSamples: 100, maxSamplesUndecided: 10 },
  shard: null,
  theorems: ['U1', 'U2'],
};

function chunk(theoremId: string, from: number, examinations: readonly Examination[]): FinishedWork {
  return { kind: 'examine', theoremId, from, to: from + examinations.length, examinations };
}

const checkpointText = (work: readonly FinishedWork[]): string => logText(header, work);

const twoPieces = [chunk('U1', 0, [examination(), examination()]), chunk('U2', 10, [examination()])];
const text = checkpointText(twoPieces);

const number = fc.double();
const examinations: fc.Arbitrary<Examination> = fc.record(
  {
    predicted: fc.constantFrom('diverges', 'stable', 'undecided'),
    observed: fc.constantFrom('diverges', 'stable', 'inconclusive', null),
    outcome: fc.constantFrom('agree', 'contradict', 'inconclusive', 'undecided'),
    eta: number,
    criticalStep: fc.option(number),
    etaStar: number,
    logGrowth: number,
    far: fc.boolean(),
    samples: fc.nat(),
    certificates: fc.nat(),
    evidence: fc.string({ unit: 'binary' }),
    refuted: fc.array(fc.string()),
    conflict: fc.option(fc.string()),
  },
  { noNullPrototype: true },
);

describe('a checkpoint', () => {
  test('gives every examination back, fields in their order', () => {
    fc.assert(
      fc.property(fc.array(examinations, { minLength: 1, maxLength: 3 }), (drawn) => {
        const work = [chunk('U2', 10, drawn)];
        const read = parseLog(checkpointText(work), 'file', verifyLog);
        expect(read.header).toStrictEqual(header);
        expect(read.entries).toStrictEqual(work);
        expect(stringifyExact(read.entries)).toBe(stringifyExact(work));
      }),
    );
  });

  test('cut anywhere behind its header gives the whole lines before the cut', () => {
    const ends = [...text.matchAll(/\n/g)].map(({ index }) => index + 1);
    for (let length = ends[0]!; length <= text.length; length++) {
      const whole = ends.filter((end) => end <= length).length;
      const { entries, tornLine, intact } = parseLog(text.slice(0, length), 'file', verifyLog);
      expect(entries).toEqual(twoPieces.slice(0, whole - 1));
      expect(tornLine).toBe(ends.includes(length) ? null : whole + 1);
      expect(intact).toBe(text.slice(0, ends[whole - 1]));
    }
  });

  test('with any one character changed is refused, but for the last line break', () => {
    for (let at = 0; at < text.length - 1; at++) {
      const changed = `${text.slice(0, at)}${text[at] === '1' ? '2' : '1'}${text.slice(at + 1)}`;
      expect(() => parseLog(changed, 'file', verifyLog)).toThrow(/^file: line \d/);
    }
  });

  test.each([
    [
      'of a theorem of another run',
      chunk('U3', 0, [examination()]),
      'theoremId must be one of U1, U2; got U3',
    ],
    ['that is there already', twoPieces[0]!, 'instances 0..1 of U1 are there twice'],
    [
      'with an instance that is there already',
      chunk('U1', 1, [examination(), examination()]),
      'instances 1..2 of U1 are there twice',
    ],
    ['beyond the last instance', chunk('U1', 20, [examination()]), 'from, to must be in 0..20'],
    ['of no instances', chunk('U1', 3, []), 'from, to must be in 0..20, from below to; got 3, 3'],
    [
      'with too few examinations',
      { ...chunk('U1', 0, [examination()]), to: 2 } as FinishedWork,
      'examinations must be 2; got 1',
    ],
    [
      'with an unknown outcome',
      chunk('U1', 0, [{ ...examination(), outcome: 'perhaps' as 'agree' }]),
      'examinations[0].outcome must be',
    ],
    [
      'of an unknown kind',
      { ...twoPieces[0], kind: 'draw' } as unknown as FinishedWork,
      'kind must be "examine", "shrink" or "boundary"',
    ],
  ])('with a piece of work %s is refused in spite of its checksum', (_, piece, message) => {
    expect(() => parseLog(checkpointText([twoPieces[0]!, piece]), 'file', verifyLog)).toThrow(
      `file: line 3: ${message}`,
    );
  });
});

test('shards are of one run where seed, program, budget and theorems are those of each', () => {
  const { run } = verifyShards([]);
  const { tool, budget } = header;
  const others: Record<string, Partial<VerifyHeader>> = {
    seed: { seed: 4 },
    'tool.version': { tool: { ...tool, version: '0.2.0' } },
    'tool.commit': { tool: { ...tool, commit: 'abc' } },
    'budget.name': { budget: { ...budget, name: 'standard' } },
    'budget.instances': { budget: { ...budget, instances: 21 } },
    theorems: { theorems: ['U2', 'U1'] },
  };
  const own = run(header);
  for (const [name, change] of Object.entries(others)) {
    const other = run({ ...header, ...change });
    expect(Object.keys(other).filter((key) => other[key] !== own[key])).toEqual([name]);
  }
  // What tells the shards of one run apart is no part of it.
  expect(run({ ...header, shard: { index: 2, count: 3 } })).toEqual(own);
});
