/** What may differ between equal runs, and pictures, taken out of texts. */
import { Buffer } from 'node:buffer';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, dirname } from 'node:path';

/** A function that takes commit, folder, checksums, circumstances and lines of progress out of a text. */
export function masked(program, folder) {
  const build = join(dirname(program), '../build.json');
  const commit = existsSync(build) ? JSON.parse(readFileSync(build, 'utf8')).commit : null;
  const root = join(dirname(program), '../..');
  return (text) => {
    let out = text.replaceAll(folder, '<folder>').replaceAll(root, '<root>');
    if (commit) for (const name of [commit, commit.slice(0, 12), commit.slice(0, 7)]) out = out.replaceAll(name, '<commit>'); // prettier-ignore
    return out
      .replace(/^[^\n]*: \d+ % after \d+ s(?:, about [^\n]* left)?\n/gm, '')
      .replace(/"timing": \{[^}]*\}/g, '"timing": <timing>')
      .replace(/"environment": \{[^}]*\}/g, '"environment": <environment>')
      .replace(/"seconds": ?[\d.e+-]+/g, '"seconds": <seconds>')
      .replace(/(?<=checksum must be |got |checksum\\?":\\?")[0-9a-f]{16}\b/g, '<checksum>')
      .replace(/"commit":( ?)(?:null|"<commit>")/g, '"commit":$1<commit>')
      .replace(/ \(<commit>\)| <span class="aside">\(commit <commit>\)<\/span>/g, '')
      .replace(/tool\.commit must be (?:null|<commit>)/g, 'tool.commit must be <commit>');
  };
}

/** Text of a file, with pictures left out unless the call is about them; null for an unchanged input or a folder. */
export function maskedFile(path, name, call, mask) {
  if (statSync(path).isDirectory()) return null;
  const bytes = readFileSync(path);
  const given = call.files?.[name];
  if (given !== undefined && bytes.equals(Buffer.from(given))) return null;
  const pictures = call.group === 'pictures';
  if (name.endsWith('.png')) return pictures ? `${bytes.length} bytes` : '(picture)';
  if (name.endsWith('.svg') && !pictures) return '(picture)';
  const text = mask(bytes.toString('utf8'));
  return name.endsWith('.html') && !pictures ? withoutPictures(text) : text;
}

/** The page without drawings; an svg may hold others. */
function withoutPictures(text) {
  let depth = 0;
  const parts = text.split(/(<svg\b[^>]*>|<\/svg>)/).filter((part) => {
    const outside = depth === 0;
    if (part.startsWith('<svg')) depth++;
    else if (part === '</svg>') depth--;
    return outside && part !== '</svg>';
  });
  return parts
    .map((part) => (part.startsWith('<svg') ? '<svg/>' : part))
    .join('')
    .replace(/data:image\/[^"']*/g, 'data:image');
}
