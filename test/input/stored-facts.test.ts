import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyze } from '../../src/api/analyze.js';
import { factorFacts } from '../../src/input/stored-facts.js';
import { readProblem } from '../../src/input/read-problem.js';
import { capture, temporaryFolder } from '../cli/captured-context.js';
import { type Member, writeNpz } from '../forecast/output-npz.js';
import { npyBytes } from './npy-bytes.js';
import { quarters } from './number-bytes.js';
import { zipBytes } from './zip-bytes.js';

/** What analyze notes about archives with these members beside `factors`. */
async function notesOn(beside: Readonly<Record<string, Member>>, member = 'factors'): Promise<string> {
  const folder = temporaryFolder();
  const files = (['retain', 'forget'] as const).flatMap((name, k) => {
    const members = { [member]: [quarters([4 - k, 3]), [4 - k, 3]] as const, ...beside };
    return [`--${name}`, `${writeNpz(join(folder, `${name}.npz`), members)}#${member}`];
  });
  const setting = '--alpha 0.1 --eta 0.01 --batch-retain 2 --batch-forget 1 --sampling bernoulli'.split(' ');
  const { code, stderr } = await capture(['analyze', ...files, ...setting]);
  expect(code).toBe(0);
  return stderr.replaceAll(folder, '');
}

test('analyze says of exported factors that w* does not interpolate, with loss and largest gradient', async () => {
  const facts = { mean_loss: [[0.125], [1]], largest_gradient: [[3.5], [1]] } as const;
  expect(await notesOn(facts)).toBe(
    'note: w* does not interpolate: escape steps are upper bounds (mean loss 0.125 retain and 0.125 forget, largest gradient of a sample 3.5; forecast follows the gradients)\n',
  );
  expect(await notesOn({ ...facts, largest_gradient: [[0], [1]] })).toBe('');
  expect(await notesOn({})).toBe('');
});

test('a w* that fits to the rounding of float32 weights interpolates, whatever its gradients are by rounding', async () => {
  const facts = (loss: number) => ({ mean_loss: [[loss], [1]], largest_gradient: [[1e-6], [1]] }) as const;
  expect(await notesOn(facts(2 ** -46))).toBe('');
  expect(await notesOn(facts(2 ** -45))).toMatch(/^note: w\* does not interpolate/);
  // A loss that is not known is not small.
  expect(await notesOn({ largest_gradient: [[1e-6], [1]] })).toMatch(/^note: w\* does not interpolate/);
});

/** What analyze says of archives whose member `kind` is that word, stored as NumPy does. */
async function ofKind(word: string, kind: 'U' | 'S', n = 4) {
  const folder = temporaryFolder();
  const header = `{'descr': '${kind === 'U' ? '<' : '|'}${kind}${word.length}', 'fortran_order': False, 'shape': (), }`;
  const codes = Array.from({ length: word.length }, (_, k) => word.charCodeAt(k));
  const bytes = kind === 'U' ? new Uint8Array(Uint32Array.from(codes).buffer) : Uint8Array.from(codes);
  const head = npyBytes(new Float64Array(0), [], { header });
  const path = join(folder, 'F.npz');
  writeFileSync(
    path,
    zipBytes([
      { name: 'factors.npy', data: npyBytes(quarters([4, 3]), [4, 3]) },
      { name: 'kind.npy', data: Buffer.concat([head, bytes]) },
      { name: 'n.npy', data: npyBytes(Float64Array.of(n), [1]) },
    ]),
  );
  const setting = '--alpha 0.1 --eta 0.01 --batch-retain 2 --batch-forget 1 --sampling bernoulli'.split(' ');
  const place = `${path}#factors`;
  const { code, stderr } = await capture(['analyze', '--retain', place, '--forget', place, ...setting]);
  return { code, stderr: stderr.replaceAll(folder, '') };
}

test.each(['U', 'S'] as const)(
  'an archive that says it holds gradients of the loss is refused: %s',
  async (kind) => {
    for (const word of ['gradients', 'loss-gradients', 'loss gradient']) {
      expect(await ofKind(word, kind)).toEqual({
        code: 2,
        stderr: `unlearning-stability: /F.npz: must hold factors of the curvature; got kind "${word}", gradients of the loss, which vanish where samples are fitted (docs/exporting.md)\n`,
      });
    }
    expect(await ofKind('factors', kind)).toEqual({ code: 0, stderr: '' });
    expect(await ofKind('output-gradients', kind)).toEqual({ code: 0, stderr: '' });
  },
);

test('an archive with other samples than it says is refused', async () => {
  expect(await ofKind('factors', 'U', 5)).toEqual({
    code: 2,
    stderr: 'unlearning-stability: /F.npz#factors: must have 5 samples, as its member n says; got 4\n',
  });
});

/** What analyze says of three forget samples that escape, whose archive has these ids; and its table of them. */
async function namedSamples(ids: Member | null) {
  const folder = temporaryFolder();
  const table = join(folder, 'resist.csv');
  const files = (['retain', 'forget'] as const).flatMap((name, k) => {
    const members = {
      factors: [quarters([4 - k, 3]), [4 - k, 3]] as const,
      ...(ids && name === 'forget' ? { ids } : {}),
    };
    return [`--${name}`, `${writeNpz(join(folder, `${name}.npz`), members)}#factors`];
  });
  const setting = '--alpha 0.9 --eta 0.01 --batch-retain 2 --batch-forget 1 --sampling bernoulli'.split(' ');
  const { code, stdout, stderr } = await capture(['analyze', ...files, ...setting, '--resist-csv', table]);
  expect(code).toBe(0);
  const [head, ...rows] = readFileSync(table, 'utf8').trimEnd().split('\n');
  return { stdout, stderr: stderr.replaceAll(folder, ''), head, rows: rows.map((row) => row.split(',')) };
}

test('ids of an archive name its samples in the table and in --resist-csv', async () => {
  const { stdout, stderr, head, rows } = await namedSamples([[70, 80, 90], [3]]);
  expect(stderr).toBe('Written: /resist.csv\n');
  expect(head).toBe('rank,row,id,share');
  expect(rows.map(([rank]) => rank)).toEqual(['1', '2', '3']);
  for (const [, row, id] of rows) expect(id).toBe(String(70 + 10 * Number(row)));
  const shares = rows.map(([, , , share]) => Number(share));
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(stdout).toMatch(new RegExp(`id +curvature that escapes\\s[^]*${rows[0]![2]} .*%`));
});

test('without ids rows are rows, and ids that do not fit are left aside with a word', async () => {
  const { stdout, head, rows } = await namedSamples(null);
  expect(head).toBe('rank,row,share');
  expect(rows.map(([, row]) => row).sort()).toEqual(['0', '1', '2']);
  expect(stdout).toMatch(/sample +curvature that escapes/);
  const wrong = await namedSamples([[70, 80], [2]]);
  expect(wrong.stderr).toMatch(
    /^note: ids are left aside: \/forget\.npz#ids: must have the shape \(3,\), as there are samples; got \(2\)\n/,
  );
  expect(wrong.head).toBe(head);
  expect(wrong.rows).toEqual(rows);
});

test('notes on files stand in the JSON of analyze, and in what the library answers', async () => {
  const folder = temporaryFolder();
  const facts = { mean_loss: [[0.125], [1]], largest_gradient: [[3.5], [1]] } as const;
  const [retain, forget] = [4, 3].map((n) =>
    writeNpz(join(folder, `${n}.npz`), { factors: [quarters([n, 3]), [n, 3]], ...facts }),
  );
  const options = '--alpha 0.1 --eta 0.01 --batch-retain 2 --batch-forget 1 --sampling bernoulli'.split(' ');
  const sets = { retain: `${retain!}#factors`, forget: `${forget!}#factors` };
  const args = ['--retain', sets.retain, '--forget', sets.forget, ...options, '--json'];
  const { stdout, stderr } = await capture(['analyze', ...args]);
  const { notes } = JSON.parse(stdout) as { notes: string[] };
  expect(notes).toHaveLength(1);
  expect(stderr).toBe(`note: ${notes[0]!}\n`);
  const batch = { retain: 2, forget: 1 };
  const read = await readProblem({ ...sets, alpha: 0.1, eta: 0.01, batch, sampling: 'bernoulli' });
  expect(analyze(read).notes).toEqual(notes);
  // Where there is nothing to say, no field says so.
  for (const path of [retain!, forget!]) {
    const n = path === retain ? 4 : 3;
    writeNpz(path, { factors: [quarters([n, 3]), [n, 3]] });
  }
  expect(JSON.parse((await capture(['analyze', ...args])).stdout)).not.toHaveProperty('notes');
});

test('a Jacobian in place of factors is noticed by its neighbours', async () => {
  const outputs = {
    outputs: [
      [1, 2, 3, 4],
      [4, 1],
    ],
  } as const;
  expect(await notesOn(outputs, 'jacobian')).toMatch(
    /^note: \/retain.npz#jacobian holds derivatives of outputs: they are factors of the squared loss; .*\nnote: \/forget/,
  );
  expect(await notesOn(outputs)).toBe('');
  // Factors may be called so: without outputs beside them nothing says that they are derivatives.
  expect(await notesOn({}, 'jacobian')).toBe('');
});

test('each set has its own mean loss, and the largest gradient is that of both', async () => {
  const folder = temporaryFolder();
  const place = (name: string, loss: number | null, gradient: number) => {
    const facts = {
      ...(loss === null ? {} : { mean_loss: [[loss], [1]] }),
      largest_gradient: [[gradient], [1]],
    };
    const path = writeNpz(join(folder, `${name}.npz`), facts as unknown as Readonly<Record<string, Member>>);
    return { path, kind: 'npz', part: 'factors' } as const;
  };
  const notes = async (first: number, second: number) =>
    (await factorFacts({ retain: place('R', 0.25, first), forget: place('F', null, second) })).notes[0];
  for (const [first, second] of [[7, 2] as const, [2, 7] as const])
    expect(await notes(first, second)).toMatch(
      /\(mean loss 0\.25 retain and not known forget, largest gradient of a sample 7; /,
    );
});
