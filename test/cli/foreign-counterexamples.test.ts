import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verify } from '../../src/api/verify.js';
import { MIN_SAMPLES } from '../../src/decision/decide-side.js';
import { LEAST_SAMPLES } from '../../src/harness/budget.js';
import { kindOf } from '../../src/harness/kinds.js';
import { D3 } from '../../theorems/D3.js';
import { theorems } from '../../theorems/index.js';
import { capture, temporaryFolder } from './captured-context.js';

const text = readFileSync(
  new URL('../fixtures/cases/counterexample-U9-without-companion.json', import.meta.url),
  'utf8',
);

interface Saved {
  readonly theorem: object;
  readonly problem: object | null;
  readonly decision: object;
}

/** The counterexample with other fields. */
function changed(change: (saved: Saved) => object): string {
  const saved = JSON.parse(text) as Saved;
  return JSON.stringify({ ...saved, ...change(saved) });
}

const ofTheorem = (id: string) => changed(({ theorem }) => ({ theorem: { ...theorem, id } }));
const decidedWith = (field: string, value: number) =>
  changed(({ theorem, decision }) => ({
    theorem: { ...theorem, id: 'D3' },
    decision: { ...decision, [field]: value },
  }));

const experiment = {
  experiment: 'escape',
  setting: {
    ...{ samples: 2, forget: 1, dimension: 4, width: 1, signalToNoise: 1, noiseScale: 1, noisePatches: 1 },
    ...{ positives: 0.5, alpha: 0.1, delta: 0.1, repeats: 1, seed: 1 },
  },
};

const foreign: [what: string, text: string, said: RegExp][] = [
  [
    'without the companion that U9 compares with',
    text,
    /companion must be given, as U9 compares with it; got null/,
  ],
  ['of a theorem that is not known', ofTheorem('U99'), /theorem\.id must be one of .*; got U99/],
  ['without a start of escape', ofTheorem('U12'), /escape must be given, as U12 compares with it; got null/],
  ['of a problem for a theorem about networks', ofTheorem('C6'), /network must be given, as C6 is about it/],
  [
    'of a network for a theorem about problems',
    changed(({ theorem }) => ({ theorem: { ...theorem, id: 'D3' }, problem: null, network: experiment })),
    /problem must be given, as D3 is about it; got null/,
  ],
  [
    'of an experiment of another theorem',
    changed(({ theorem }) => ({ theorem: { ...theorem, id: 'C1' }, problem: null, network: experiment })),
    /network\.experiment must be one of gradient-gram, as C1 is about; got escape/,
  ],
  [
    'of fewer samples than decide',
    decidedWith('maxSamples', 1499),
    /decision\.maxSamples must be an integer >= 1500; got 1499/,
  ],
  [
    'of fewer samples than decide where nothing is predicted',
    decidedWith('maxSamplesUndecided', 1),
    /decision\.maxSamplesUndecided must be an integer >= 1500; got 1/,
  ],
  ['of another version', changed(() => ({ schemaVersion: 2 })), /schemaVersion must be 1; got 2/],
  ['of another program', '{"tool":"other","seed":1}', /schemaVersion is missing/],
  ['that is no JSON', 'theorem U9', /not JSON/],
  ['with a field twice', text.replace('"escape"', '"companion"'), /"companion" must be there once/],
];

describe.each(foreign)('a counterexample %s', (_, content, said) => {
  test('is refused by replay in one line', async () => {
    const file = join(temporaryFolder(), 'counterexample.json');
    writeFileSync(file, content);
    const { code, stdout, stderr } = await capture(['replay', file]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(said);
    expect(stderr.startsWith(`unlearning-stability: ${file}: `)).toBe(true);
    expect(stderr.split('\n')).toHaveLength(2);
  });

  test('among saved failures is named by verify before anything else', async () => {
    const out = temporaryFolder();
    mkdirSync(join(out, 'corpus'));
    writeFileSync(join(out, 'corpus', 'saved.json'), content);
    const { code, stdout, stderr } = await capture([
      'verify',
      '--theorem',
      'D3',
      '--runs',
      '1',
      '--out',
      out,
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(said);
    expect(stderr).toContain(`${join(out, 'corpus', 'saved.json')}: `);
    expect(stderr.split('\n')).toHaveLength(2);
  });
});

test('numbers of a network that cannot be are refused in one line too', async () => {
  const file = join(temporaryFolder(), 'counterexample.json');
  const impossible = { ...experiment, setting: { ...experiment.setting, forget: 5 } };
  writeFileSync(
    file,
    changed(({ theorem }) => ({ theorem: { ...theorem, id: 'C6' }, problem: null, network: impossible })),
  );
  const { code, stderr } = await capture(['replay', file]);
  expect(stderr).toMatch(/^[^\n]*\n?$/);
  expect([0, 2, 3]).toContain(code);
});

test('as many samples as decide are enough, for a counterexample and for a budget', async () => {
  expect(LEAST_SAMPLES).toBe(MIN_SAMPLES);
  const file = join(temporaryFolder(), 'counterexample.json');
  writeFileSync(file, decidedWith('maxSamples', LEAST_SAMPLES));
  expect([0, 1, 3]).toContain((await capture(['replay', file])).code);
  const budget = { name: 'quick', instances: 1, maxSamples: 1499, maxSamplesUndecided: 1500 } as const;
  await expect(verify(D3, { budget })).rejects.toThrow('maxSamples must be an integer >= 1500; got 1499');
});

test('kinds that need more than a problem say so', () => {
  const needing = theorems.filter(({ claim }) => kindOf(claim).needs !== undefined).map(({ id }) => id);
  expect(needing).toEqual(expect.arrayContaining(['U9', 'U12']));
});
