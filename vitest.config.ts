import { defineConfig } from 'vitest/config';

/** Tests of what is loaded, and when: they need a process in which nothing was loaded before. */
const ofLoading = ['test/network/load-backend.test.ts'];

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
          exclude: ofLoading,
          // Modules are loaded once a worker, not once a file: a third of the time of all tests.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'loading', include: ofLoading } },
    ],
  },
});
