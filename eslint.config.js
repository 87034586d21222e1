import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { allowedImports } from './scripts/import-rule.mjs';
import { noTypeErrors } from './scripts/type-errors-rule.mjs';

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', 'reports/', 'src/linalg/kernels/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    plugins: {
      rooms: { rules: { 'allowed-imports': allowedImports } },
      types: { rules: { 'no-errors': noTypeErrors } },
    },
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: [] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'rooms/allowed-imports': 'error',
      'types/no-errors': 'error',
      // Typed arrays are indexed everywhere; noUncheckedIndexedAccess asks for the assertion.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowNullish: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // It looks through the members of every type for enums, and there are none: a seventh of the time of lint.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/prefer-for-of': 'off',
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: 'Everything random takes an explicit seed (src/statistics/generator.ts).',
        },
        { object: 'Date', property: 'now', message: 'No clock in results; the command line passes one in.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date']", message: 'No clock in results.' },
        { selector: 'TSEnumDeclaration', message: 'A union of strings says the same.' },
      ],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', URL: 'readonly', console: 'readonly' } },
  },
);
