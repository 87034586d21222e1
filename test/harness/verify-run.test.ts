import { describe, expect, test } from 'vitest';
import { BUDGETS } from '../../src/harness/budget.js';
import {
  type FinishedWork,
  performTask,
  type SavedFailure,
  type VerifyOptions,
  type VerifyPool,
  type VerifyTask,
} from '../../src/harness/run-work.js';
import { procedureBoundaries } from '../../src/harness/procedure-boundaries.js';
import { searchBoundary } from '../../src/harness/boundary-search.js';
import type { ExaminationSettings, ProblemTheorem, Theorem } from '../../src/harness/theorem.js';
import type { GradientBackend } from '../../src/network/gradient-backend.js';
import { errorBudget, verify, verifyShard } from '../../src/harness/verify.js';
import { localPool } from '../../src/jobs/run-jobs.js';
import { unlearning } from '../../src/unlearning/process.js';
import { P2 } from '../../theorems/P2.js';
import { P2b } from '../../theorems/P2b.js';
import { U15 } from '../../theorems/U15.js';
import { U17 } from '../../theorems/U17.js';
import { U5 } from '../../theorems/U5.js';
import { PLANTED_WITNESSES, plantedTheorem, times, type Planted } from './planted-theorem.js';

const contradiction: Planted = { predicted: 'stable', observed: 'diverges', outcome: 'contradict' };
const options = (parts: Partial<VerifyOptions> = {}): VerifyOptions => ({
  seed: 1,
  budget: { name: 'quick', instances: 25, maxSamples: 2000, maxSamplesUndecided: 2000 },
  workers: 1,
  ...parts,
});

/** A pool that carries out tasks, each after it is shown. */
const poolOf = (theorems: readonly Theorem[], shown: (task: VerifyTask) => void = () => undefined) =>
  localPool((task: VerifyTask) => {
    shown(task);
    return performTask(task, theorems, unlearning);
  });
const run = (theorems: readonly Theorem[], parts: Partial<VerifyOptions> = {}) =>
  verify(theorems, poolOf(theorems), options(parts));

/** Contradictions at these instances; the stored ones come first. */
const contradicted = (id: string, ...at: number[]) =>
  plantedTheorem(
    Array.from({ length: 25 }, (_, k) => (at.includes(k) ? contradiction : {})),
    { id, margin: 1 },
  );

/** The theorem, and the settings of every examination of it, in their order. */
function watched(theorem: ProblemTheorem): [theorem: Theorem, seen: ExaminationSettings[]] {
  const kind = theorem.claim.examinedAs!;
  const seen: ExaminationSettings[] = [];
  const examinedAs: typeof kind = {
    ...kind,
    examine(claim, instance, settings) {
      seen.push(settings);
      return kind.examine(claim, instance, settings);
    },
  };
  return [{ ...theorem, claim: { ...theorem.claim, examinedAs } }, seen];
}

describe('the contradiction that is shrunk', () => {
  test.each([
    ['the first that was drawn', [0, 5, 9], 5],
    ['at the first place that is drawn, too', [1, PLANTED_WITNESSES], PLANTED_WITNESSES],
    ['a stored one where none was drawn, the first', [0, 1], 0],
    ['a stored one where none was drawn, the only', [1], 1],
  ])('is %s', async (_, at, instance) => {
    const { theorems, verdict } = await run([contradicted('T1', ...at)]);
    expect(theorems[0]!.counterexample?.instance).toBe(instance);
    expect([theorems[0]!.contradict, verdict]).toEqual([at.length, 'contradicted']);
  });

  test('is none where there is none', async () => {
    const { theorems, verdict } = await run([contradicted('T1')]);
    expect([theorems[0]!.counterexample, verdict]).toEqual([null, 'agree']);
  });
});

describe('saved failures', async () => {
  const wrong = contradicted('T1', 4);
  const { counterexample } = (await run([wrong])).theorems[0]!;
  const saved = (name: string, id: string): SavedFailure => ({
    name,
    record: { ...counterexample!, theorem: { ...counterexample!.theorem, id } },
  });

  test('of these theorems are examined again, those of others are not', async () => {
    const sound = contradicted('T2');
    const corpus = [saved('one', 'T1'), saved('foreign', 'T9'), saved('two', 'T2')];
    const { corpus: replayed, reasons, errorBudget } = await run([wrong, sound], { corpus });
    expect(replayed.map(({ name, theoremId, outcome }) => [name, theoremId, outcome])).toEqual([
      ['one', 'T1', 'contradict'],
      ['two', 'T2', 'agree'],
    ]);
    expect(reasons).toEqual(['the saved failure one stands', 'T1: 1 certified contradiction(s)']);
    const without = await run([wrong, sound]);
    expect(errorBudget.verdicts - without.errorBudget.verdicts).toBe(2 * 2);
  });
});

describe('every examination has its share of the error of the whole run', () => {
  const levels = (seen: readonly ExaminationSettings[]) =>
    new Set(seen.map(({ errorProbability }) => errorProbability));

  test('where it is of a drawn instance, of a candidate of shrinking, or of a saved failure', async () => {
    const [wrong, seen] = watched(contradicted('T1', 4));
    const theorems = [wrong, contradicted('T2')];
    const { counterexample } = (await run(theorems)).theorems[0]!;
    const { perVerdict } = errorBudget(theorems, 25);
    expect(counterexample!.decision.errorProbability).toBe(perVerdict);
    expect(seen.length).toBeGreaterThan(25);
    expect(levels(seen)).toEqual(new Set([perVerdict]));
    seen.length = 0;
    // A level of its own, as another run had it.
    const record = {
      ...counterexample!,
      decision: { ...counterexample!.decision, errorProbability: 0.01 },
    };
    await run(theorems, { corpus: [{ name: 'saved', record }] });
    expect(levels(seen)).toEqual(new Set([errorBudget(theorems, 25, 1).perVerdict]));
    expect(errorBudget(theorems, 25, 1).perVerdict).toBeLessThan(perVerdict);
  });

  test('also in a shard, which has no larger one for itself', async () => {
    const [theorem, seen] = watched(contradicted('T1', 4));
    const theorems = [theorem, contradicted('T2')];
    await verifyShard(theorems, poolOf(theorems), options({ shard: { index: 1, count: 2 } }));
    expect(seen.length).toBeGreaterThan(0);
    expect(levels(seen)).toEqual(new Set([errorBudget(theorems, 25).perVerdict]));
  });
});

test('every examination is of the implementation and the backend that the run was given', async () => {
  const [theorem, seen] = watched(contradicted('T1', 4));
  const implementation = { ...unlearning };
  const backend = { name: 'planted' } as unknown as GradientBackend;
  const perform = (task: VerifyTask) => performTask(task, [theorem], implementation, backend);
  const { counterexample } = (await verify([theorem], localPool(perform), options())).theorems[0]!;
  const corpus = [{ name: 'saved', record: counterexample! }];
  await verify([theorem], localPool(perform), options({ corpus }));
  for (const settings of seen) {
    expect(settings.implementation).toBe(implementation);
    expect(settings.backend).toBe(backend);
  }
});

test('the search of margins has the seed of the run', () => {
  const searched = (seed: number) => {
    const settings = { seed, budget: options().budget, perVerdict: 1e-9 };
    const task = { kind: 'boundary', theoremId: U5.id, settings } as const;
    return performTask(task, [U5], unlearning);
  };
  expect(searched(2)).toEqual({ kind: 'boundary', boundary: searchBoundary(U5, 2) });
  expect(searched(3)).not.toEqual(searched(2));
});

test('margins are searched while the last instances are still examined: no worker waits for another', async () => {
  const theorems = [contradicted('T1')];
  let searched = (): void => undefined;
  const search = new Promise<void>((resolve) => (searched = resolve));
  const pool: VerifyPool = {
    async run(task) {
      if (task.kind === 'boundary') searched();
      if (task.kind === 'examine' && task.to === 25) await search;
      return performTask(task, theorems, unlearning);
    },
    close: () => Promise.resolve(),
  };
  const { verdict } = await verify(theorems, pool, options({ workers: 2 }));
  expect(verdict).toBe('agree');
});

describe('a run that is interrupted says so:', () => {
  const theorems = [contradicted('T1', 5), contradicted('T2', 6), contradicted('T3')];

  test.each([
    ['while it examines', 'examine', 1],
    ['while it shrinks', 'shrink', 1],
    ['while it searches margins', 'boundary', 1],
  ] as const)('%s', async (_, kind, count) => {
    const abort = new AbortController();
    let seen = 0;
    const pool = poolOf(theorems, (task) => {
      if (task.kind === kind && ++seen === count) abort.abort();
    });
    const { verdict, reasons } = await verify(theorems, pool, options({ signal: abort.signal }));
    expect({ verdict, reasons }).toEqual({ verdict: 'interrupted', reasons: ['interrupted before the end'] });
  });

  test('while it shrinks, also where the contradiction is the first instance and all margins are known', async () => {
    const wrong = [contradicted('T1', 0), contradicted('T2', 0)];
    const earlier: FinishedWork[] = [];
    await run(wrong, { onFinished: (piece) => piece.kind === 'boundary' && earlier.push(piece) });
    const abort = new AbortController();
    const pool = poolOf(wrong, ({ kind }) => kind === 'shrink' && abort.abort());
    const { verdict } = await verify(wrong, pool, options({ earlier, signal: abort.signal }));
    expect(verdict).toBe('interrupted');
  });

  test('while it examines, also where nothing is contradicted and all margins are known', async () => {
    const sound = [contradicted('T3')];
    const earlier: FinishedWork[] = [];
    await run(sound, { onFinished: (piece) => piece.kind === 'boundary' && earlier.push(piece) });
    const abort = new AbortController();
    const pool = poolOf(sound, () => abort.abort());
    const found = await verify(sound, pool, options({ earlier, signal: abort.signal }));
    expect(found.theorems[0]!.instances).toBeGreaterThan(0);
    expect(found.verdict).toBe('interrupted');
  });

  test('before it places problems between the sharp ends, also where all else is known', async () => {
    const ends = [U15, U17];
    const few = { ...options().budget, instances: 1 };
    const pool: VerifyPool = {
      run: (task) =>
        Promise.resolve(
          task.kind === 'axes' ? { kind: 'axes', axes: null } : performTask(task, ends, unlearning),
        ),
      close: () => Promise.resolve(),
    };
    const earlier: FinishedWork[] = [];
    const whole = await verify(
      ends,
      pool,
      options({ budget: few, onFinished: (piece) => earlier.push(piece) }),
    );
    expect(whole.verdict).not.toBe('interrupted');
    const stopped = options({ budget: few, earlier, signal: AbortSignal.abort() });
    expect((await verify(ends, pool, stopped)).verdict).toBe('interrupted');
    // Nothing is left to do without the other end.
    expect((await verify([U15], pool, stopped)).verdict).not.toBe('interrupted');
  });

  test('a saved failure that it does not come to is open, and does not agree', async () => {
    const { counterexample } = (await run(theorems.slice(0, 1))).theorems[0]!;
    const corpus = ['one', 'two'].map((name) => ({ name, record: counterexample! }));
    const abort = new AbortController();
    const pool = poolOf(theorems, () => abort.abort());
    const { corpus: replayed } = await verify(theorems, pool, options({ corpus, signal: abort.signal }));
    expect(replayed.map(({ outcome, evidence }) => [outcome, evidence === 'not replayed'])).toEqual([
      ['contradict', false],
      ['inconclusive', true],
    ]);
  });

  test('takes finished work over, and does none of it again', async () => {
    const earlier: FinishedWork[] = [];
    const whole = await run(theorems, { onFinished: (piece) => earlier.push(piece) });
    const kinds = earlier.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'shrink')).toHaveLength(2);
    expect(kinds.filter((kind) => kind === 'boundary')).toHaveLength(3);
    const done: VerifyTask[] = [];
    const again = await verify(
      theorems,
      poolOf(theorems, (task) => done.push(task)),
      options({ earlier }),
    );
    expect(done).toEqual([]);
    expect(again).toEqual(whole);
  });
});

test('a contradiction that was shrunk before is not that of another instance', async () => {
  const wrong = [contradicted('T1', 5, 9)];
  const earlier: FinishedWork[] = [];
  const whole = await run(wrong, { onFinished: (piece) => earlier.push(piece) });
  const ofAnother = earlier.map((piece): FinishedWork =>
    piece.kind === 'shrink' ? { ...piece, counterexample: { ...piece.counterexample, instance: 9 } } : piece,
  );
  expect(await run(wrong, { earlier: ofAnother })).toEqual(whole);
});

test('progress is told of what is taken over at once, and of nothing where there is nothing', async () => {
  for (const instances of [1, 25]) {
    const budget = { ...options().budget, instances };
    const theorems = [contradicted('T1')];
    const earlier: FinishedWork[] = [];
    const told: number[] = [];
    const onProgress: VerifyOptions['onProgress'] = ({ examinations, total }) => {
      told.push(examinations.length);
      expect(total).toBe(instances);
    };
    await run(theorems, { budget, onProgress, onFinished: (piece) => earlier.push(piece) });
    expect(told[0]).toBeGreaterThan(0);
    expect(told.at(-1)).toBe(instances);
    told.length = 0;
    await run(theorems, { budget, onProgress, earlier });
    expect(told).toEqual([instances]);
  }
});

test('variants of the exact threshold must be refuted as soon as one theorem claims both sides', async () => {
  const budget = { ...options().budget, instances: 40 };
  const sound = (id: string, asserts: 'both' | 'stability') => plantedTheorem(times(40), { id, asserts });
  const { verdict, reasons } = await run([sound('T1', 'stability'), sound('T2', 'both')], { budget });
  expect(verdict).toBe('contradicted');
  expect(reasons.filter((reason) => reason.includes('exact-'))).toHaveLength(2);
  expect((await run([sound('T1', 'stability')], { budget })).verdict).toBe('agree');
});

test('boundaries under procedures are shown where a theorem is about one', async () => {
  const of = async (theorem: Theorem) => (await run([theorem])).procedures;
  expect(await of({ ...contradicted('T1'), procedure: 'weight decay' })).toEqual(procedureBoundaries());
  expect(await of(contradicted('T1'))).toBeNull();
});

test.each([P2, P2b])(
  '$id, which names the side step by step, agrees alone: no variant of a threshold is asked of it',
  async (theorem) => {
    const { verdict, reasons } = await run([theorem], { budget: { ...BUDGETS.quick, instances: 40 } });
    expect(reasons).toEqual([]);
    expect(verdict).toBe('agree');
  },
);

describe('shards', () => {
  const theorems = [contradicted('T1', 5, 13, 21), contradicted('T2', 6)];

  test('do all of the work between them, and a run with it finds what a run alone finds', async () => {
    const earlier: FinishedWork[] = [];
    const parts = await Promise.all(
      [1, 2].map((index) =>
        verifyShard(
          theorems,
          poolOf(theorems),
          options({ shard: { index, count: 2 }, onFinished: (piece) => earlier.push(piece) }),
        ),
      ),
    );
    expect(parts.map(({ complete }) => complete)).toEqual([true, true]);
    expect(parts.reduce((sum, { instances }) => sum + instances, 0)).toBe(50);
    expect(parts.reduce((sum, { contradictions }) => sum + contradictions, 0)).toBe(4);
    const done: VerifyTask[] = [];
    const merged = await verify(
      theorems,
      poolOf(theorems, (task) => done.push(task)),
      options({ earlier }),
    );
    expect(done.map(({ kind }) => kind)).toEqual(['shrink', 'shrink']);
    expect(merged).toEqual(await run(theorems));
  });

  test('are not complete if they are stopped, in whatever part', async () => {
    for (const kind of ['examine', 'boundary'] as const) {
      const abort = new AbortController();
      const pool = poolOf(theorems, (task) => {
        if (task.kind === kind) abort.abort();
      });
      const shard = options({ signal: abort.signal, shard: { index: 1, count: 2 } });
      expect((await verifyShard(theorems, pool, shard)).complete).toBe(false);
    }
    const open = plantedTheorem(times(25), { id: 'T3' });
    expect(await verifyShard([open], poolOf([open]), options())).toEqual({
      instances: 25,
      contradictions: 0,
      complete: true,
    });
  });
});
