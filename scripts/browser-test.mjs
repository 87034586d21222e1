// Tests agreement.html in a Chromium that is installed: the one in CHROMIUM, else at the usual places.
// --if-installed: without one, say in a line that the tests were not run, and do not fail.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
];

const named = process.env.CHROMIUM;
const chromium = named ? [named].find(existsSync) : USUAL_PLACES.find(existsSync);

if (chromium) {
  const vitest = dirname(createRequire(import.meta.url).resolve('vitest/package.json'));
  const args = [join(vitest, 'vitest.mjs'), 'run', '--config', 'vitest.browser.config.ts'];
  const env = { ...process.env, CHROMIUM: chromium };
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', env });
  process.exitCode = status ?? 1;
} else if (named) {
  console.error(`browser tests: CHROMIUM must be an installed browser; got ${named}`);
  process.exitCode = 2;
} else {
  console.log('browser tests NOT RUN: no Chromium found; set CHROMIUM to one and run npm run test:browser');
  process.exitCode = process.argv.includes('--if-installed') ? 0 : 1;
}
