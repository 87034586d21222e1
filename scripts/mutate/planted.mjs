// Breaks the rules of planted.json one at a time and runs the check that is to catch each: sabotage of the rules.
//
//     npm run mutate:planted [part of a fault's name]
//
// Exit code 0; 1 if a check passes with its fault, or without faults does not pass.
import { readFileSync } from 'node:fs';
import { warmTests } from './warm-tests.mjs';

const faults = JSON.parse(readFileSync(new URL('planted.json', import.meta.url), 'utf8'));
const chosen = faults.filter(({ name }) => name.includes(process.argv[2] ?? ''));
const files = [...new Set(chosen.map(({ check }) => check.file))];
const worker = warmTests(files);
/** What the tests say without any fault, each once. */
const sounds = new Map();
let missed = 0;
for (const { name, file, edits, check } of chosen) {
  const text = readFileSync(file, 'utf8');
  // A rule that was rewritten needs its break anew.
  const stale = edits.find(({ before }) => !text.includes(before));
  if (stale) {
    missed++;
    process.stdout.write(`NOT CAUGHT (${file} has no ${JSON.stringify(stale.before)}): ${name}\n`);
    continue;
  }
  const changed = edits.reduce((code, { before, after }) => code.replace(before, () => after), text);
  const asked = { file, within: check.file, test: check.test };
  const key = JSON.stringify(asked);
  if (!sounds.has(key)) sounds.set(key, await worker.examine({ ...asked, text }, 300));
  const sound = sounds.get(key);
  const broken = await worker.examine({ ...asked, text: changed }, 300);
  const caught = sound?.state === 'survived' && broken?.state === 'killed';
  if (!caught) missed++;
  const words = caught ? 'caught' : `NOT CAUGHT (without it: ${sound?.by ?? sound?.state})`;
  process.stdout.write(`${words}: ${name} [${check.test}] ${broken?.by ?? ''}\n`);
}
worker.stop();
process.exitCode = missed > 0 ? 1 : 0;
