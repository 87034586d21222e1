/** All calls: a group, a name, input files, and commands with edits of files between them. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { analyzeCalls, vectorCalls } from './analyze-calls.mjs';
import { pictureCalls } from './picture-calls.mjs';
import { refusalCalls } from './refusals.mjs';
import * as commands from './command-calls.mjs';
import { corpusCalls, mergeCalls, verifyCalls } from './run-calls.mjs';

const THEOREMS = 'D1 D2 D3 U1 U2 U3 U4 U5 U6 U7 U8 U9 U10 U11 U12 U13 U14 C1 C2 C3 C4 C5 C6'.split(' ');

/** @param inputs folder with vectors.json, problem.json and pytorch. */
export function allCalls(inputs) {
  const read = (path) => readFileSync(join(inputs, path));
  const vectors = JSON.parse(read('vectors.json').toString());
  const problem = read('problem.json').toString();
  const examples = JSON.parse(readFileSync(new URL('counterexamples.json', import.meta.url), 'utf8'));
  const pytorch = Object.fromEntries(
    readdirSync(join(inputs, 'pytorch'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => [name, { 'retain.npy': read(`pytorch/${name}/retain.npy`), 'forget.npy': read(`pytorch/${name}/forget.npy`) }]), // prettier-ignore
  );
  const groups = {
    help: commands.helpCalls(),
    theorems: commands.theoremCalls(THEOREMS),
    badinput: refusalCalls(),
    analyze: analyzeCalls({ problem, pytorch }),
    vectors: vectorCalls(vectors),
    replay: commands.replayCalls(examples),
    network: commands.networkCalls(),
    verify: [...verifyCalls(), ...corpusCalls(examples)],
    merge: mergeCalls(),
    maps: commands.mapCalls(problem),
    pictures: pictureCalls(problem),
  };
  return Object.entries(groups).flatMap(([group, calls]) => calls.map((call) => ({ ...call, group })));
}
