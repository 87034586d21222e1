import { defineConfig } from 'vitest/config';

/** Tests in an installed Chromium; started by scripts/browser-test.mjs. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.browser.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'threads',
  },
});
