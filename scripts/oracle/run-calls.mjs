/** Calls of `verify`, and of runs in shards or interrupted: `merge`, `--resume`. */
import { createHash } from 'node:crypto';

const quick = (seed, more = '') => `verify --budget quick --seed ${seed} --workers 1 ${more}`;
const pieces = '--theorem U8 U12 --runs 25';
const spread = '--theorem D3 U6 U8 U11 U12 --runs 21';

export function verifyCalls() {
  return [
    { name: 'seed-1', slow: true, steps: [`${quick(1)} --out o`] },
    { name: 'seed-2', slow: true, steps: [`${quick(2)} --out o --json`] },
    { name: 'few', steps: [`${quick(5, spread)} --out o`] },
    { name: 'json', steps: [`${quick(5, '--theorem u1 U6 --runs 12')} --out o --json`] },
    {
      name: 'all-two-runs',
      slow: true,
      steps: [`verify --budget quick --runs 2 --seed 5 --workers 2 --out o`],
    },
    {
      name: 'standard-few',
      slow: true,
      steps: [`verify --theorem D1 U9 U13 --runs 15 --seed 3 --workers 1 --out o`],
    },
    {
      name: 'networks',
      slow: true,
      steps: [`${quick(3, '--theorem C1 C2 C3 C4 C5 C6 --runs 3')} --backend cpu --out o`],
    },
  ];
}

/** Saved failures that the next run repeats first. */
export function corpusCalls(examples) {
  const files = Object.fromEntries(
    ['U6', 'U1', 'U9'].map((id) => [`o/corpus/${id}-0123456789ab.json`, JSON.stringify(examples[id])]),
  );
  const standing = { 'o/corpus/U6-aaaaaaaaaaaa.json': JSON.stringify(examples.stands) };
  return [
    { name: 'corpus', files, steps: [quick(3, '--theorem U1 U6 --runs 6 --out o')] },
    { name: 'corpus-stands', files: standing, steps: [quick(3, '--theorem U6 --runs 6 --out o')] },
    {
      name: 'corpus-torn',
      files: { 'o/corpus/U1-torn.json': '{ "schemaVersion": 1,' },
      steps: [quick(3, '--theorem U1 --runs 1 --out o')],
    },
  ];
}

/** A file of lines with its header and lines changed, and checksums that fit again. */
export function resealed(text, change = (header) => header, lines = Infinity) {
  const sum = (body) => createHash('sha256').update(body).digest('hex').slice(0, 16);
  const [first, ...rest] = text.trimEnd().split('\n').map((line) => line.slice(line.indexOf('"entry":') + 8, -1)); // prettier-ignore
  const header = JSON.stringify(change(JSON.parse(first)));
  const key = sum(header);
  const sealed = rest
    .slice(0, lines)
    .map((entry) => `{"checksum":"${sum(`${key}${entry}`)}","entry":${entry}}\n`);
  return `{"checksum":"${key}","entry":${header}}\n${sealed.join('')}`;
}

/** Makes the checkpoint of an interrupted run from the file of a shard that is the whole run. */
const interrupted =
  (from, to, lines) =>
  ({ read, write, remove }) => {
    const shardless = ({ shard, ...header }) =>
      'shard' in header || shard !== undefined ? { ...header, shard: null } : header;
    const text = read(from);
    const key = Object.keys(JSON.parse(text.slice(text.indexOf('"entry":') + 8, text.indexOf('\n') - 1)));
    const ordered = (header) => Object.fromEntries(key.map((name) => [name, shardless(header)[name]]));
    write(to, resealed(text, ordered, lines));
    remove(from);
  };
const edited =
  (path, change) =>
  ({ read, write }) =>
    write(path, change(read(path)));
const shortened = (path, lines) => edited(path, (text) => text.split('\n').slice(0, lines).join('\n') + '\n');
const copied =
  (from, to) =>
  ({ read, write }) =>
    write(to, read(from));

const map = 'frontier step-coherence --grid 6x9 --workers 1';
const whole = { verify: `${quick(7, pieces)} --shard 1/1 --out o`, frontier: `${map} --shard 1/1 --out o` };
const checkpoint = interrupted('o/shard-1-of-1.jsonl', 'o/checkpoint.jsonl', 3);
const columns = interrupted('o/step-coherence.shard-1-of-1.jsonl', 'o/step-coherence.checkpoint.jsonl', 3);
const resume = 'verify --workers 1 --resume o';
const resumeMap = 'frontier step-coherence --workers 1 --resume o';
const shards = (a, b) => [`${a} --shard 1/2 --out one`, `${b ?? a} --shard 2/2 --out two`];
const torn = (path) => edited(path, (text) => text.slice(0, -50));
const header = (path, change) => edited(path, (text) => resealed(text, change));

export function mergeCalls() {
  const run = quick(4, pieces);
  const parts = shards(run);
  return [
    { name: 'verify', steps: [...parts, 'merge two one --out united --workers 1'] },
    {
      name: 'verify-json',
      steps: [...shards(quick(4, spread)), 'merge one two --out united --workers 1 --json'],
    },
    {
      name: 'one-folder',
      steps: [
        ...parts,
        copied('two/shard-2-of-2.jsonl', 'one/shard-2-of-2.jsonl'),
        'merge one --out united --workers 1',
      ],
    },
    {
      name: 'map',
      steps: [`${map} --shard 1/2 --out o`, `${map} --shard 2/2 --out o`, 'merge o --out united --json'],
    },
    { name: 'map-text', steps: [...shards(`${map} --simulate`), 'merge one two --out united'] },
    {
      name: 'missing',
      steps: [parts[0], 'merge one --out united', 'merge none --out united', 'merge one one --out united'],
    },
    { name: 'other-seed', steps: [...shards(run, quick(5, pieces)), 'merge one two --out united'] },
    { name: 'other-count', steps: [parts[0], `${run} --shard 3/3 --out two`, 'merge one two --out united'] },
    {
      name: 'damaged',
      steps: [
        ...parts,
        edited('two/shard-2-of-2.jsonl', (t) => t.replace('"outcome":"agree"', '"outcome":"contradict"')),
        'merge one two --out united',
      ],
    },
    {
      name: 'incomplete',
      steps: [...parts, shortened('two/shard-2-of-2.jsonl', 2), 'merge one two --out united'],
    },
    {
      name: 'version',
      steps: [
        ...parts,
        header('one/shard-1-of-2.jsonl', (h) => ({ ...h, tool: { ...h.tool, version: '9.9.9' } })),
        'merge one two --out united',
      ],
    },
    {
      name: 'no-shard',
      files: { 'empty/x.txt': 'x' },
      steps: ['merge empty --out united', 'merge --out united', 'merge empty'],
    },
    {
      name: 'map-missing',
      steps: [
        `${map} --shard 1/2 --out o`,
        'merge o --out united',
        `${map} --seed 2 --shard 2/2 --out o`,
        'merge o --out united',
      ],
    },
    {
      name: 'mixed-kinds',
      steps: [`${map} --shard 1/2 --out o`, `${run} --shard 2/2 --out o`, 'merge o --out united'],
    },
    { name: 'resume', steps: [whole.verify, checkpoint, resume, resume] },
    {
      name: 'resume-json',
      steps: [whole.verify, checkpoint, `${resume} --json --seed 7 --runs 25 --out ./o/.`],
    },
    { name: 'resume-torn', steps: [whole.verify, checkpoint, torn('o/checkpoint.jsonl'), resume] },
    {
      name: 'resume-shard',
      steps: [
        `${run} --shard 2/2 --out o`,
        shortened('o/shard-2-of-2.jsonl', 2),
        'verify --shard 2/2 --workers 1 --resume o',
      ],
    },
    { name: 'resume-map', steps: [whole.frontier, columns, `${resumeMap}`, resumeMap] },
    {
      name: 'resume-map-torn',
      steps: [whole.frontier, columns, torn('o/step-coherence.checkpoint.jsonl'), resumeMap],
    },
    {
      name: 'resume-other',
      steps: [
        whole.verify,
        checkpoint,
        ...['--seed 8', '--runs 26', '--budget deep', '--theorem U8', '--out elsewhere', '--seed x'].map(
          (more) => `${resume} ${more}`,
        ),
      ],
    },
    {
      name: 'resume-map-other',
      steps: [
        whole.frontier,
        columns,
        ...['--seed 2', '--grid 5x5', '--sampling bernoulli', '--simulate', '--out elsewhere'].map(
          (more) => `${resumeMap} ${more}`,
        ),
        copied('o/step-coherence.checkpoint.jsonl', 'o/step-batch.checkpoint.jsonl'),
        'frontier step-batch --resume o',
      ],
    },
    {
      name: 'resume-map-damaged',
      steps: [
        whole.frontier,
        columns,
        edited('o/step-coherence.checkpoint.jsonl', (t) => t.replace('"stable"', '"diverges"')),
        resumeMap,
      ],
    },
    ...damages.map(([name, change]) => ({
      name: `resume-${name}`,
      steps: [whole.verify, checkpoint, edited('o/checkpoint.jsonl', change), resume],
    })),
  ];
}

const withHeader = (change) => (text) => resealed(text, (h) => ({ ...h, ...change(h) }));
const damages = [
  ['edited-number', (t) => t.replace('"from":0', '"from":1')],
  ['edited-seed', (t) => t.replace('"seed":7', '"seed":8')],
  ['torn-middle', (t) => t.split('\n').map((line, k) => (k === 2 ? line.slice(0, 60) : line)).join('\n')], // prettier-ignore
  ['empty-line', (t) => t.replace('\n', '\n\n')],
  ['no-header', (t) => t.slice(t.indexOf('\n') + 1)],
  ['nothing', () => ''],
  ['torn-header', (t) => t.slice(0, 100)],
  ['no-json', () => 'seed 7\nbudget quick\n'],
  ['report', () => '{\n  "schemaVersion": 1\n}\n'],
  ['kind', withHeader(() => ({ kind: 'counterexample' }))],
  ['format', withHeader(() => ({ schemaVersion: 2, more: true }))],
  ['version', withHeader(({ tool }) => ({ tool: { ...tool, version: '9.9.9' } }))],
  ['commit', withHeader(({ tool }) => ({ tool: { ...tool, commit: 'abc' } }))],
  ['theorem', withHeader(() => ({ theorems: ['U8', 'Q1'] }))],
];
