import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Folders in the order of their dependencies; each may import those before it, as its list says. */
const importBans = [
  {
    files: ['src/**/*.ts'],
    banned: [
      {
        group: [
          '**/theorems/**',
          '**/properties/**',
          '**/bin/**',
          '**/test/**',
          '**/examples/**',
          '**/calibration/**',
          '**/evidence/**',
          '**/bench/**',
          '**/library/**',
        ],
        message: 'src never names a theorem: it receives the registry as data.',
      },
    ],
  },
  {
    files: ['theorems/**/*.ts'],
    banned: [
      {
        group: [
          '**/src/stability/**',
          '**/src/unlearning/**',
          '**/src/statistics/**',
          '**/src/decision/**',
          '**/src/models/**',
          '**/src/network/**',
          '**/src/backends/**',
          '**/src/forgetting/**',
          '**/src/cli/**',
          '**/src/report/**',
          '**/src/frontier/**',
          '**/src/pictures/**',
        ],
        message: 'A prediction shares no code with the operator, simulation and statistics that check it.',
      },
      {
        group: ['**/src/harness/**', '!**/src/harness/theorem.js', '!**/src/harness/network-claim.js'],
        message: 'Theorems know only the type of a theorem.',
      },
      {
        group: ['**/properties/**', '**/bin/**', '**/library/**', '**/test/**'],
        message: 'Theorems come before properties and programs.',
      },
    ],
  },
  {
    files: ['library/**/*.ts'],
    banned: [
      {
        group: [
          '**/src/cli/**',
          '**/src/pictures/**',
          '**/bin/**',
          '**/properties/**',
          '**/test/**',
          '**/calibration/**',
          '**/evidence/**',
          '**/bench/**',
          '**/examples/**',
        ],
        message: 'The library stands beside the command line, and loads no renderer of pictures.',
      },
    ],
  },
  {
    files: ['src/linalg/**/*.ts', 'src/random/**/*.ts'],
    banned: [
      { group: ['../*/**', '!../linalg/**', '!../random/**'], message: 'linalg and random stand alone.' },
    ],
  },
  {
    files: ['src/curvature/**/*.ts', 'src/coherence/**/*.ts'],
    banned: [
      {
        group: [
          '../stability/**',
          '../unlearning/**',
          '../statistics/**',
          '../models/**',
          '../network/**',
          '../backends/**',
          '../harness/**',
          '../report/**',
          '../cli/**',
          '../data/**',
          '../analysis/**',
          '../frontier/**',
          '../pictures/**',
        ],
        message: 'curvature and coherence come before what is computed from them.',
      },
    ],
  },
  {
    files: ['src/stability/**/*.ts'],
    banned: [
      {
        group: [
          '../unlearning/**',
          '../statistics/**',
          '../models/**',
          '../coherence/**',
          '../network/**',
          '../backends/**',
          '../harness/**',
          '../report/**',
          '../cli/**',
          '../data/**',
          '../analysis/**',
          '../frontier/**',
          '../pictures/**',
        ],
        message: 'The exact operator is independent of simulation, statistics and theorems.',
      },
    ],
  },
  {
    files: ['src/models/**/*.ts', 'src/unlearning/**/*.ts', 'src/statistics/**/*.ts', 'src/decision/**/*.ts'],
    banned: [
      {
        group: [
          '../stability/**',
          '../coherence/**',
          '../harness/**',
          '../report/**',
          '../cli/**',
          '../analysis/**',
          '../frontier/**',
          '../pictures/**',
        ],
        message: 'Simulation and statistics are independent of the exact operator.',
      },
    ],
  },
  {
    files: ['src/network/**/*.ts'],
    banned: [
      {
        group: [
          '../*/**',
          '!../linalg/**',
          '!../random/**',
          '!../curvature/**',
          '!../models/**',
          '!../unlearning/batch-sampler.js',
        ],
        message:
          'The network knows vectors, random numbers, curvature factors, what a model is and how batches are drawn.',
      },
    ],
  },
  {
    files: ['src/backends/**/*.ts'],
    banned: [
      {
        group: ['../*/**', '!../network/**', '!../linalg/**', '!../random/**', '!../models/**'],
        message: 'A backend computes the network and nothing that is made of it.',
      },
    ],
  },
  {
    files: ['src/network/tfjs-backend.ts'],
    banned: [
      {
        group: ['../*/**'],
        allowTypeImports: true,
        message: 'The second implementation shares no code with the first.',
      },
    ],
  },
  {
    files: ['src/trained-model/**/*.ts'],
    banned: [
      {
        group: [
          '../*/**',
          '!../linalg/**',
          '!../models/**',
          '!../curvature/**',
          '!../backends/**',
          '!../data/input-error.js',
        ],
        message:
          'A trained model gives factors, and does not know where they come from or what becomes of them.',
      },
    ],
  },
  {
    files: ['src/forgetting/**/*.ts'],
    banned: [
      {
        group: [
          '../*/**',
          '!../network/**',
          '!../unlearning/**',
          '!../curvature/**',
          '!../linalg/**',
          '!../random/**',
          '!../models/**',
          '!../statistics/**',
        ],
        message: 'Unlearning of a network is independent of the exact operator and of who examines it.',
      },
    ],
  },
  {
    files: ['src/deletion/**/*.ts'],
    banned: [
      {
        group: [
          '../*/**',
          '!../network/**',
          '!../random/**',
          '!../statistics/**',
          '!../forgetting/set-performance.js',
        ],
        message: 'What became of a network is measured without the theory that predicts it.',
      },
    ],
  },
  {
    files: ['src/experiment/**/*.ts'],
    banned: [
      {
        group: ['../report/**', '../cli/**', '../data/**', '../frontier/**', '../pictures/**'],
        message: 'An experiment does not know who prints.',
      },
    ],
  },
  {
    files: ['src/harness/**/*.ts'],
    banned: [
      {
        group: [
          '../report/**',
          '../cli/**',
          '../data/**',
          '../analysis/**',
          '../frontier/**',
          '../pictures/**',
        ],
        message: 'The harness does not know who prints.',
      },
    ],
  },
  {
    files: ['src/data/**/*.ts'],
    banned: [
      {
        group: [
          '**/analysis/**',
          '**/experiment/**',
          '**/frontier/**',
          '**/pictures/**',
          '**/report/**',
          '**/cli/**',
        ],
        message: 'Files do not know who computes with them or prints.',
      },
    ],
  },
  {
    files: ['src/frontier/**/*.ts'],
    banned: [
      {
        group: ['**/report/**', '**/cli/**', '**/pictures/**'],
        message: 'Maps do not know who draws or prints them.',
      },
    ],
  },
  {
    files: ['src/subsets/**/*.ts'],
    banned: [
      {
        group: [
          '../*/**',
          '!../linalg/**',
          '!../random/**',
          '!../curvature/**',
          '!../coherence/**',
          '!../stability/**',
          '!../statistics/**',
        ],
        message: 'Estimates from a subset know the theory and statistics, not files or who prints.',
      },
    ],
  },
  {
    files: ['src/pictures/**/*.ts'],
    banned: [
      {
        group: ['../*/**', '!../frontier/**', '!../analysis/answer.js'],
        message: 'Pictures show what maps and analyses found; they compute nothing.',
      },
    ],
  },
];

const everywhereInSrc = importBans[0].banned;

/** The bans of one folder; a later block replaces the rule, so those of src are repeated. */
const bansOf = ({ files, banned }) =>
  files[0].startsWith('src/') && banned !== everywhereInSrc ? [...everywhereInSrc, ...banned] : banned;

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', 'reports/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: [] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // Typed arrays are indexed everywhere; noUncheckedIndexedAccess asks for the assertion.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowNullish: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/prefer-for-of': 'off',
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: 'Everything random takes an explicit seed (src/random).',
        },
        { object: 'Date', property: 'now', message: 'No clock in results; the command line passes one in.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date']", message: 'No clock in results.' },
      ],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', URL: 'readonly', console: 'readonly' } },
  },
  ...importBans.map((entry) => ({
    files: entry.files,
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: bansOf(entry) }] },
  })),
);
