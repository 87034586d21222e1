/** Lines that differ, the first few, each with the part that holds it: a command or a file. */
const SHOWN = 6;
const WIDTH = 160;

export function differences(before, after) {
  const [a, b] = [partsOf(before), partsOf(after)];
  const out = [];
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    if (a.get(name) === b.get(name)) continue;
    out.push(`  in ${name}:`);
    if (!a.has(name) || !b.has(name)) out.push(`    ${a.has(name) ? 'is gone' : 'is new'}`);
    else out.push(...lineDifferences(a.get(name), b.get(name)));
  }
  return out.slice(0, 24).join('\n');
}

function partsOf(text) {
  const parts = new Map();
  for (const part of text.split(/^(?=@@ )/m)) {
    const end = part.indexOf('\n');
    parts.set(part.slice(3, end), part.slice(end + 1));
  }
  return parts;
}

function lineDifferences(before, after) {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const at = Array.from({ length: Math.max(a.length, b.length) }, (_, k) => k).filter((k) => a[k] !== b[k]);
  const shown = at.slice(0, SHOWN).flatMap((k) => [`    ${k + 1} - ${cut(a[k], b[k])}`, `    ${k + 1} + ${cut(b[k], a[k])}`]); // prettier-ignore
  return at.length > SHOWN ? [...shown, `    .. ${at.length} lines`] : shown;
}

/** The line, from shortly before the first character that differs from the other. */
function cut(line = '(none)', other = '') {
  let from = 0;
  while (from < line.length && line[from] === other[from]) from++;
  const start = Math.max(0, from - 60);
  return (start > 0 ? '..' : '') + line.slice(start, start + WIDTH);
}
