/**
 * What the command line prints and writes for a fixed set of calls, to be compared before and after a change.
 *
 *   node scripts/oracle.mjs record FOLDER  [--program CLI_JS] [--only GROUP,..] [--spawn]
 *   node scripts/oracle.mjs compare FOLDER [--program CLI_JS] [--only GROUP,..] [--spawn] [--keep DIR]
 *   node scripts/oracle.mjs list FOLDER
 *
 * GROUP is help, theorems, badinput, analyze, vectors, replay, network, verify, merge, maps or pictures, a call such
 * as analyze/npy, or `fast`: all calls but the long ones. CLI_JS is dist/bin/unlearning-stability.js of this
 * checkout if left out. Two processes run the calls by importing the program anew for each, which needs a program
 * that awaits its own end at the top level; `--spawn` starts a process for each call. `record` takes the shared
 * inputs from the checkout, `compare` those that were recorded. `--keep` leaves what was found in DIR, a text file
 * for each call.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { allCalls } from './oracle/all-calls.mjs';
import { differences } from './oracle/differences.mjs';
import { runAll } from './oracle/run-all.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    program: { type: 'string', default: join(root, 'dist/bin/unlearning-stability.js') },
    only: { type: 'string' },
    keep: { type: 'string' },
    spawn: { type: 'boolean', default: false },
  },
});
const [mode, folder] = positionals;
if (!['record', 'compare', 'list'].includes(mode) || folder === undefined) {
  console.error(
    'usage: node scripts/oracle.mjs record|compare|list FOLDER [--program CLI_JS] [--only GROUP,..]',
  );
  process.exit(2);
}

const inputs = join(folder, 'inputs');
if (mode === 'record' && !existsSync(inputs)) {
  mkdirSync(inputs, { recursive: true });
  for (const path of ['test/fixtures/vectors.json', 'test/fixtures/pytorch', 'examples/problem.json']) {
    cpSync(join(root, path), join(inputs, path.split('/').at(-1)), { recursive: true });
  }
}

const wanted = values.only?.split(',') ?? null;
const calls = allCalls(inputs).filter(({ group, name, slow }) =>
  wanted?.some((word) => word === group || word === `${group}/${name}` || (word === 'fast' && !slow)) ?? true,
); // prettier-ignore
if (mode === 'list') {
  for (const { group, name, slow, steps } of calls)
    console.log(`${group}/${name}${slow ? ' (long)' : ''}: ${steps.length}`);
  process.exit(0);
}

setPriority(10);
const program = resolve(values.program);
let [equal, different] = [0, 0];
await runAll(calls, { program, spawn: values.spawn }, (call, text) => {
  const place = join('calls', call.group, `${call.name}.txt`);
  const save = (base) => {
    mkdirSync(dirname(join(base, place)), { recursive: true });
    writeFileSync(join(base, place), text);
  };
  if (values.keep) save(values.keep);
  if (mode === 'record') return save(folder);
  const path = join(folder, place);
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (before === text) equal++;
  else {
    different++;
    console.log(`differs: ${call.group}/${call.name}\n${differences(before, text)}`);
  }
});
if (mode === 'record') console.log(`${calls.length} calls recorded in ${folder}`);
else {
  console.log(`${equal} equal, ${different} differ`);
  process.exitCode = different > 0 ? 1 : 0;
}
