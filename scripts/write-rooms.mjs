// Writes what the table of rooms says into docs/architecture.md and into a README of each room of src:
// `node scripts/write-rooms.mjs`. A guard in test/guards compares the files with the table.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rooms } from './rooms.mjs';

const root = new URL('../', import.meta.url);
const START = '<!-- rooms: made by `npm run rooms` -->';
const END = '<!-- end of rooms -->';

/** The rooms that a room may import, in words. */
function importsInWords({ imports, types }) {
  if (imports.length === 0 && types.length === 0) return 'nothing of the project';
  const inSrc = rooms.filter(({ name }) => name.startsWith('src/'));
  const missing = inSrc.filter(({ name }) => !imports.includes(name));
  const others = imports.filter((name) => !name.startsWith('src/'));
  const few = missing.length <= 2;
  const values = few
    ? [`all of src${missing.length ? ` but ${missing.map(({ name }) => name).join(', ')}` : ''}`, ...others]
    : imports;
  return [values.join(', '), types.length ? `types of ${types.join(', ')}` : ''].filter(Boolean).join('; ');
}

/** Three lines for the folder: what lives there and what it may import. */
function readmeOf(folder) {
  const here = rooms.filter(({ name }) => name === folder || name.startsWith(`${folder}:`));
  const lines = here.map((room) => {
    const files = room.files
      ? ` (${room.files.map((file) => `\`${file.slice(folder.length + 1)}\``).join(', ')})`
      : '';
    return `${room.holds}${files}\n\nMay import ${importsInWords(room)}.`;
  });
  return `# ${folder}\n\n${lines.join('\n\n')}\n`;
}

const list = () =>
  rooms.map((room) => `- \`${room.name}\`: ${room.holds} May import ${importsInWords(room)}.`).join('\n');

/** Paths from the root and the texts that the table asks for; Markdown as written, before formatting. */
export function roomPages(architecture) {
  const [before, rest] = architecture.split(START);
  const after = rest.split(END)[1];
  const folders = [...new Set(rooms.map(({ name }) => name.split(':')[0]))].filter((name) =>
    name.startsWith('src/'),
  );
  return [
    ['docs/architecture.md', `${before}${START}\n\n${list()}\n\n${END}${after}`],
    ...folders.map((folder) => [`${folder}/README.md`, readmeOf(folder)]),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = readFileSync(new URL('docs/architecture.md', root), 'utf8');
  for (const [file, text] of roomPages(page)) writeFileSync(new URL(file, root), text);
}
