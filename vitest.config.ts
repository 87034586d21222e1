import { defineConfig } from 'vitest/config';

/** Tests of what is loaded, and when: they need a process in which nothing was loaded before. */
const ofLoading = ['test/network/load-backend.test.ts'];

/** Proofs that take long: of documents, of the package, of sabotage, of whole runs, over many draws. `npm run test:all` runs them too. */
const slow = ['{test,properties}/**/*.slow.test.ts'];

// Modules are loaded once a worker, not once a file: a third of the time of all tests.
const isolate = false;

export default defineConfig({
  test: {
    testTimeout: 60_000,
    pool: 'threads',
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts', 'properties/**/*.test.ts'],
          exclude: [...ofLoading, ...slow],
          isolate,
        },
      },
      { extends: true, test: { name: 'loading', include: ofLoading } },
      { extends: true, test: { name: 'slow', include: slow, isolate, testTimeout: 240_000 } },
    ],
  },
});
