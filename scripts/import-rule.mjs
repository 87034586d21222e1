// ESLint rule: a file imports only from the rooms that the table of rooms.mjs allows its room.
import { posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mayImport, roomOf } from './rooms.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Path of a file from the root of the project, with forward slashes. */
const fromRoot = (filename) => relative(root, filename).split(sep).join('/');

/** True for imports that leave nothing behind in the compiled file. */
const isTypeImport = (node) =>
  node.importKind === 'type' ||
  node.exportKind === 'type' ||
  (node.specifiers?.length > 0 && node.specifiers.every(({ importKind }) => importKind === 'type'));

/** Reports every import between rooms that the table does not allow. */
export const allowedImports = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      refused: '{{from}} may not import {{to}}: the table of rooms (scripts/rooms.mjs) says {{reason}}',
    },
  },
  create(context) {
    const file = fromRoot(context.filename);
    const room = roomOf(file);
    if (room === null) return {};
    const check = (source, node, typeOnly) => {
      if (source?.type !== 'Literal' || typeof source.value !== 'string' || !source.value.startsWith('.'))
        return;
      const imported = posix.join(posix.dirname(file), source.value).replace(/\.js$/, '.ts');
      const target = roomOf(imported);
      if (target === null || mayImport(room, target, { typeOnly })) return;
      const data = { from: room.name, to: target.name, reason: room.reason };
      context.report({ node, messageId: 'refused', data });
    };
    return {
      ImportDeclaration: (node) => check(node.source, node, isTypeImport(node)),
      ExportNamedDeclaration: (node) => check(node.source, node, isTypeImport(node)),
      ExportAllDeclaration: (node) => check(node.source, node, node.exportKind === 'type'),
      ImportExpression: (node) => check(node.source, node, false),
      TSImportType: (node) => check(node.source ?? node.argument?.literal, node, true),
    };
  },
};
