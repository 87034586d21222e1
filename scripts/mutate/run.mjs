// Changes the code in small ways and runs the tests of its part on every change: what no test notices is no rule.
//
//     npm run mutate -- src/decision [more files or folders]
//       --tests test/decision,test/harness   tests to run; the test folders of the rooms unless given
//       --share 2/5       only every fifth mutant, from the second on: a shard, or a sample
//       --lines 20-60     only these lines
//       --log FILE        results, one JSON a line; a run goes on where the log ends (default: mutation.jsonl)
//       --again           run once more on what survived in the log
//       --timeout 60      seconds of computing, beyond twice those of all tests, from which on a mutant counts as noticed (it never ends)
//
// Exit code 0; 1 if a mutant survives that survivors.json does not explain; 2 if the tests fail without any mutant.
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { mutantsOf } from './mutants.mjs';
import { warmTests } from './warm-tests.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tests: { type: 'string' },
    share: { type: 'string', default: '1/1' },
    lines: { type: 'string', default: '1-1000000' },
    log: { type: 'string', default: 'mutation.jsonl' },
    again: { type: 'boolean', default: false },
    timeout: { type: 'string', default: '60' },
  },
});

/** Survivors with the reason why no test can notice them: { file, source, before, after, why }. */
const answered = JSON.parse(readFileSync(new URL('survivors.json', import.meta.url), 'utf8'));
const keyOf = ({ file, source, column, before, after }) =>
  JSON.stringify([file, source, column, before, after]);
const reasons = new Map(answered.map((entry) => [keyOf(entry), entry.why]));

function sourcesIn(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${path.replace(/\/$/, '')}/${name}`)
    .sort();
}

/** The test folders of the rooms of some sources: src/decision/x.ts is tested by test/decision. */
function testsOf(sources) {
  return [
    ...new Set(
      sources.map(
        (source) =>
          source
            .replace(/^src\//, 'test/')
            .split('/')
            .slice(0, 2)
            .join('/') + '/',
      ),
    ),
  ];
}

const sources = positionals.flatMap(sourcesIn);
const tests = values.tests?.split(',') ?? testsOf(sources);
const [part, parts] = values.share.split('/').map(Number);
const [firstLine, lastLine] = values.lines.split('-').map(Number);
const known = new Map();
if (existsSync(values.log)) {
  for (const line of readFileSync(values.log, 'utf8').trim().split('\n').filter(Boolean)) {
    const entry = JSON.parse(line);
    known.set(keyOf(entry), entry);
  }
}
/** True if a new run may find another answer than the log. */
const isOpen = (mutant) => {
  const state = known.get(keyOf(mutant))?.state;
  return state === undefined || (values.again && state === 'survived');
};
const mutants = sources
  .flatMap((file) => mutantsOf(file, readFileSync(file, 'utf8')))
  .filter(({ line }) => line >= firstLine && line <= lastLine)
  .filter((_, k) => k % parts === part - 1);

const worker = warmTests(tests);
const [first] = sources;
const sound = await worker.examine({ file: first, text: readFileSync(first, 'utf8') }, 1200);
if (sound?.state !== 'survived') {
  process.stderr.write(
    `mutate: the tests ${tests.join(' ')} fail without a mutant: ${sound?.by ?? 'no answer'}\n`,
  );
  process.exit(2);
}
const limit = Number(values.timeout) + 2 * sound.computed;
for (const [k, mutant] of mutants.entries()) {
  if (reasons.has(keyOf(mutant)) || !isOpen(mutant)) continue;
  const text = readFileSync(mutant.file, 'utf8');
  const changed = text.slice(0, mutant.from) + mutant.after + text.slice(mutant.to);
  const asked = { file: mutant.file, text: changed };
  const found = (await worker.examine(asked, limit)) ?? { state: 'killed', by: 'time' };
  const entry = { ...mutant, from: undefined, to: undefined, ...found, computed: undefined };
  known.set(keyOf(entry), entry);
  appendFileSync(values.log, `${JSON.stringify(entry)}\n`);
  process.stderr.write(
    `${k + 1}/${mutants.length} ${found.state} ${mutant.file}:${mutant.line} ${mutant.before} -> ${mutant.after}\n`,
  );
}
worker.stop();

const isSurvivor = (mutant) => !reasons.has(keyOf(mutant)) && known.get(keyOf(mutant))?.state === 'survived';
const open = mutants.filter(isSurvivor);
for (const { file, line, source, before, after } of open) {
  process.stdout.write(`${file}:${line}: ${before} -> ${after}    in: ${source}\n`);
}
/** How many of some mutants are noticed, of those that change something. */
function score(name, some) {
  const judged = some.filter((mutant) => !reasons.has(keyOf(mutant)));
  const noticed = judged.filter((mutant) => !isSurvivor(mutant)).length;
  const share = ((100 * noticed) / judged.length).toFixed(1);
  process.stdout.write(
    `| ${name} | ${some.length} | ${some.length - judged.length} | ${noticed} of ${judged.length} | ${share} % |\n`,
  );
}
process.stdout.write('| file | mutants | of no meaning | noticed | share |\n');
for (const file of sources)
  score(
    file,
    mutants.filter((mutant) => mutant.file === file),
  );
score('all', mutants);
process.exitCode = open.length > 0 ? 1 : 0;
