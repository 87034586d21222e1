// ESLint rule: a file has no type errors. Lint has the checked program at hand; a compiler beside it would check all once more.
import ts from 'typescript';

/** Reports what the compiler says of a file, where it says it. */
export const noTypeErrors = {
  meta: { type: 'problem', schema: [], messages: { wrong: 'TS{{code}}: {{text}}' } },
  create(context) {
    const { program } = context.sourceCode.parserServices;
    return {
      Program() {
        const file = program.getSourceFile(context.filename);
        for (const { code, messageText, start } of program.getSemanticDiagnostics(file)) {
          const text = ts.flattenDiagnosticMessageText(messageText, ' ');
          const loc = context.sourceCode.getLocFromIndex(start);
          context.report({ loc, messageId: 'wrong', data: { code, text } });
        }
      },
    };
  },
};
