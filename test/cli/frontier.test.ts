import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FrontierDocument } from '../../src/frontier/frontier-document.js';
import { unlearning } from '../../src/unlearning/process.js';
import { D2 } from '../../theorems/D2.js';
import { U6 } from '../../theorems/U6.js';
import { capture, temporaryFolder } from './captured-context.js';
import { withScaledThreshold } from './sabotage.js';

const small = ['frontier', 'step-coherence', '--grid', '6x9'];
const FILES = ['step-coherence.json', 'step-coherence.png', 'step-coherence.svg'];

/** Contents of a folder; of a document without what may differ between equal runs. */
function contentsOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => {
      const text = readFileSync(join(folder, name)).toString('latin1');
      return [name, name.endsWith('.json') ? withoutCircumstances(text) : text];
    }),
  );
}

/** Contents of the folder of the small map, computed in one go, once. */
let ofWhole: Promise<Record<string, string>> | null = null;
const wholeMap = (): Promise<Record<string, string>> => (ofWhole ??= computedWhole());

async function computedWhole(): Promise<Record<string, string>> {
  const out = temporaryFolder();
  await capture([...small, '--out', out]);
  return contentsOf(out);
}

function withoutCircumstances(text: string): string {
  expect(text).toContain('\n  "timing": {');
  return text.slice(0, text.indexOf('\n  "timing": {'));
}

describe('frontier', () => {
  test('writes data and pictures and says what it found', async () => {
    const out = temporaryFolder();
    const { code, stdout, stderr } = await capture([...small, '--out', out]);
    expect([code, stderr]).toEqual([0, '']);
    expect(readdirSync(out).sort()).toEqual(FILES);
    expect(stdout).toMatch(/cells {8}54: \d+ unstable \([\d.]+ %\), \d+ stable, 0 on the boundary/);
    expect(stdout).toMatch(/^D2 +0 +\d+ +[\d.]+ % +0$/m);
    expect(stdout).toContain('No theorem is on the wrong side of the exact boundary. Seed 1.');
    const written = ['json', 'svg', 'png'].map((extension) => join(out, `step-coherence.${extension}`));
    expect(stdout).toContain(`Files: ${written.join(', ')}\n`);
  });

  test('prints with --json one document, that of the file, and nothing else', async () => {
    const out = temporaryFolder();
    const { code, stdout, stderr } = await capture([...small, '--seed', '4', '--json', '--out', out]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(readFileSync(join(out, 'step-coherence.json'), 'utf8'));
    const document = JSON.parse(stdout) as FrontierDocument & { timing: object; environment: object };
    expect(document).toMatchObject({ schemaVersion: 1, kind: 'frontier', seed: 4, verdict: 'agree' });
    expect(document.cells).toHaveLength(54);
    expect(document.axes.x.values).toHaveLength(6);
    expect(Object.keys(document).slice(-2)).toEqual(['timing', 'environment']);
  });

  test('reports a theorem whose threshold is 5 % off and exits with 1', async () => {
    const out = temporaryFolder();
    const args = ['frontier', 'step-coherence', '--grid', '20x24', '--out', out];
    const wrong = await capture(args, { theorems: [withScaledThreshold(D2, 1.05), U6] });
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toContain('The exact operator contradicts cells:');
    expect(wrong.stdout).toMatch(
      /D2 says stable, the exact side is diverges \(log rho = [\d.e-]+\) at sigma \d+, eta [\d.]+/,
    );
    expect((await capture(args, { theorems: [D2, U6] })).code).toBe(0);
  });

  test('reports a step that is not the one of the problem with --simulate and exits with 1', async () => {
    const out = temporaryFolder();
    const args = ['frontier', 'step-coherence', '--grid', '3x8', '--simulate', '--out', out];
    const doubled: typeof unlearning.step = (settings, retain, forget, w, gradient) =>
      unlearning.step({ ...settings, eta: 2 * settings.eta }, retain, forget, w, gradient);
    const wrong = await capture(args, { implementation: { ...unlearning, step: doubled } });
    expect(wrong.code).toBe(1);
    expect(wrong.stdout).toContain('the sampled certificate says diverges, the exact side is stable');
    const right = await capture(args);
    expect(right.code).toBe(0);
    expect(right.stdout).toMatch(
      /simulation {3}\d+ certified to diverge, \d+ stable, \d+ not decided; 0 wrong/,
    );
  });

  test('takes a problem file', async () => {
    const out = temporaryFolder();
    const file = join(out, 'problem.json');
    const problem = {
      retain: [[[1, 0.2]], [[0.1, 0.9]], [[0.7, 0.7]]],
      forget: [[[0.9, -0.4]]],
      alpha: 0.05,
      eta: 0.3,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    };
    writeFileSync(file, JSON.stringify(problem));
    const args = ['frontier', 'step-batch', '--grid', '9x6', '--problem', file, '--json', '--out', out];
    const { code, stdout } = await capture(args);
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as FrontierDocument;
    expect(document.axes.x.values).toEqual([1, 2, 3]);
    expect(document.request.settings.problem).toEqual(problem);
  });
});

describe('frontier --text', () => {
  const args = (out: string): string[] => [...small, '--text', '--out', out];

  test('prints the map in characters, without colours where stdout is no terminal', async () => {
    const { stdout } = await capture(args(temporaryFolder()));
    const rows = stdout.split('\n').filter((line) => /^ +[\d.]+ \|/.test(line));
    expect(rows).toHaveLength(9);
    for (const row of rows) expect(row.slice(row.indexOf('|') + 1)).toMatch(/^[.:=+*#h0]{6}$/);
    expect(rows[0]).toMatch(/#/);
    expect(rows.at(-1)).not.toMatch(/[#*+h]/);
    expect(stdout).not.toContain('\u001b[');
  });

  test('has colours on a terminal, and none with NO_COLOR', async () => {
    const coloured = await capture(args(temporaryFolder()), { terminal: true });
    expect(coloured.stdout).toContain('\u001b[');
    const plain = await capture(args(temporaryFolder()), { terminal: true, env: { NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\u001b[');
  });
});

describe('an interrupted frontier', () => {
  async function interrupted(extra: readonly string[] = []): Promise<string> {
    const out = temporaryFolder();
    const { code, stderr, stdout } = await capture([...small, ...extra, '--out', out], { interruptAfter: 2 });
    expect(code).toBe(130);
    const shard = extra.length > 0 ? ` ${extra.join(' ')}` : '';
    expect(stderr).toBe(`interrupted; frontier step-coherence${shard} --resume ${out} continues\n`);
    expect(stdout).toContain('Interrupted: what was finished is below.');
    return out;
  }

  test('is resumed to the bytes of one that was not', async () => {
    const out = await interrupted();
    expect(readdirSync(out)).toEqual(['step-coherence.checkpoint.jsonl']);
    const resume = ['frontier', 'step-coherence', '--resume', out];
    expect((await capture(resume, { interruptAfter: 1 })).code).toBe(130);
    expect((await capture([...resume, '--workers', '2'])).code).toBe(0);
    expect(contentsOf(out)).toEqual(await wholeMap());
    const again = await capture(resume);
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/only an interrupted run leaves one to resume\n$/);
  });

  test('loses a torn line only, and says so', async () => {
    const out = await interrupted();
    const path = join(out, 'step-coherence.checkpoint.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -30));
    const { code, stderr } = await capture(['frontier', 'step-coherence', '--resume', out]);
    expect([code, stderr]).toEqual([0, `${path}: line 3 was not written to its end; it is done again\n`]);
    expect(contentsOf(out)).toEqual(await wholeMap());
  });

  test.each([
    [['--seed', '2'], /--seed must be 1, as in .*checkpoint.jsonl, or left out; got 2/],
    [['--grid', '5x5'], /--grid must be \{"columns":6,"rows":9\}, as in .*; got \{"columns":5,"rows":5\}/],
    [['--sampling', 'bernoulli'], /--sampling must be left out, as in/],
    [['--simulate'], /--simulate must be false, as in/],
    [['--out', 'elsewhere'], /--out must be .*, or left out; got .*elsewhere/],
  ])('is not resumed with %j', async (options, message) => {
    const out = await interrupted();
    const { code, stderr, stdout } = await capture([
      'frontier',
      'step-coherence',
      '--resume',
      out,
      ...options,
    ]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('is not resumed from a damaged file, or one of another map', async () => {
    const out = await interrupted();
    const path = join(out, 'step-coherence.checkpoint.jsonl');
    const text = readFileSync(path, 'utf8');
    writeFileSync(join(out, 'step-batch.checkpoint.jsonl'), text);
    const foreign = await capture(['frontier', 'step-batch', '--resume', out]);
    expect([foreign.code, foreign.stderr]).toEqual([
      2,
      expect.stringMatching(/request.map must be step-batch/),
    ]);
    writeFileSync(path, text.replace('"stable"', '"diverges"'));
    const damaged = await capture(['frontier', 'step-coherence', '--resume', out]);
    expect([damaged.code, damaged.stderr]).toEqual([2, expect.stringMatching(/line 2: checksum must be/)]);
  });
});

describe('shards of frontier', () => {
  test('are united to the bytes of the whole run, one of them interrupted and resumed', async () => {
    const out = temporaryFolder();
    const first = await capture([...small, '--shard', '1/2', '--out', out]);
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('in shard 1/2');
    const second = await capture([...small, '--shard', '2/2', '--out', out], { interruptAfter: 1 });
    expect(second.code).toBe(130);
    const resume = ['frontier', 'step-coherence', '--shard', '2/2', '--resume', out];
    expect((await capture(resume)).code).toBe(0);
    const files = readdirSync(out).filter((name) => name.endsWith('.jsonl'));
    expect(files).toEqual(['step-coherence.shard-1-of-2.jsonl', 'step-coherence.shard-2-of-2.jsonl']);
    const merged = await capture(['merge', out, '--out', join(out, 'merged'), '--json']);
    expect([merged.code, merged.stderr]).toEqual([0, '']);
    expect(contentsOf(join(out, 'merged'))).toEqual(await wholeMap());
    expect(merged.stdout).toBe(readFileSync(join(out, 'merged', 'step-coherence.json'), 'utf8'));
  });

  test('are refused by merge in one line if one is missing or of another seed', async () => {
    const out = temporaryFolder();
    await capture([...small, '--shard', '1/2', '--out', out]);
    const merge = ['merge', out, '--out', join(out, 'merged')];
    const missing = await capture(merge);
    expect([missing.code, missing.stderr]).toEqual([2, 'unlearning-stability: shard 2/2 is missing\n']);
    await capture([...small, '--seed', '2', '--shard', '2/2', '--out', out]);
    const foreign = await capture(merge);
    expect(foreign.code).toBe(2);
    expect(foreign.stderr).toMatch(
      /shard-2-of-2.jsonl: seed must be 1, as in .*; got 2: a shard of another run\n$/,
    );
    expect(readdirSync(out)).not.toContain('merged');
  });

  test('have the same bytes in whatever order their columns were finished', async () => {
    const [out, other] = [temporaryFolder(), temporaryFolder()];
    await capture([...small, '--shard', '1/2', '--out', out]);
    await capture([...small, '--shard', '1/2', '--out', other], { interruptAfter: 1 });
    const path = join(other, 'step-coherence.shard-1-of-2.jsonl');
    expect((await capture(['frontier', 'step-coherence', '--shard', '1/2', '--resume', other])).code).toBe(0);
    expect(contentsOf(other)).toEqual(contentsOf(out));
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(1 + 3 + 1);
  });
});
