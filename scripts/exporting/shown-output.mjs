// Compares the block behind `<!-- output: NAME -->` in FILE with standard input: shown-output.mjs FILE NAME < OUTPUT
// The first line names versions. With those versions the block must be this output (exit code 1 if not); with others a
// line says that it was not compared. UPDATE_DOCS=1 writes the block.
import { readFileSync, writeFileSync } from 'node:fs';

const [file, name] = process.argv.slice(2);
const output = readFileSync(0, 'utf8').trimEnd();
const text = readFileSync(file, 'utf8');
const opening = text.indexOf('```text\n', text.indexOf(`<!-- output: ${name} -->`));
const from = opening + '```text\n'.length;
const to = text.indexOf('\n```', from - 1);
if (!text.includes(`<!-- output: ${name} -->`) || opening < 0 || to < 0)
  throw new Error(`no block ${name} in ${file}`);

const shown = text.slice(from, Math.max(from, to));
const versions = (block) => block.split('\n')[0];
if (process.env.UPDATE_DOCS === '1') {
  const end = text.slice(text.indexOf('```', from));
  writeFileSync(file, `${text.slice(0, from)}${output}\n${end}`);
} else if (versions(shown) !== versions(output)) {
  console.log(`${file} shows other versions: ${versions(shown)}; not compared`);
} else if (shown !== output) {
  console.error(`${file} shows another output for ${name}; UPDATE_DOCS=1 writes this one`);
  process.exitCode = 1;
}
