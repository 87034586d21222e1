// Runs tests on one mutant after the other in one warm vitest; started by warm-tests.mjs, which stops it if a mutant never ends.
import { resolve } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { createVitest } from 'vitest/node';

let mutant = { path: '', text: '' };
const overlay = {
  name: 'mutant',
  enforce: 'pre',
  load: (id) => (id.split('?')[0] === mutant.path ? mutant.text : null),
};
const silent = { onInit() {} };

/** Test files by how many mutants of the source they noticed a second: most runs end after one quick file. */
const notices = new Map();
const milliseconds = new Map();
const noticedBy = (id) => `${id} ${mutant.path}`;
const worth = (id) => ((notices.get(noticedBy(id)) ?? 0) + 0.5) / ((milliseconds.get(id) ?? 0) + 100);
class MostWorthFirst {
  shard = (files) => files;
  sort = (files) => [...files].sort((a, b) => worth(b.moduleId) - worth(a.moduleId));
}

const vitest = await createVitest(
  'test',
  {
    config: false,
    watch: false,
    bail: 1,
    reporters: [silent],
    include: ['test/**/*.test.ts', 'properties/**/*.test.ts'],
    pool: 'threads',
    maxWorkers: 1,
    isolate: false,
    testTimeout: 1_200_000,
    sequence: { sequencer: MostWorthFirst },
  },
  { plugins: [overlay], logLevel: 'silent' },
);
const filters = process.argv.slice(2);

/** The test files that load a source, of those asked for. */
const related = new Map();
async function testsThatLoad(path) {
  if (!related.has(path)) {
    vitest.config.related = [path];
    related.set(path, await vitest.getRelevantTestSpecifications(filters));
  }
  return related.get(path);
}

async function examine({ file, text, test: title = null, within = '' }) {
  const path = resolve(file);
  const tests = (await testsThatLoad(path)).filter(({ moduleId }) => moduleId.endsWith(within));
  mutant = { path, text };
  if (title) vitest.setGlobalTestNamePattern(title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  vitest.invalidateFile(path);
  // The failures of the run before, and what it counted towards `bail`.
  vitest.state.filesMap.clear();
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(tests);
  for (const module of testModules) {
    const { duration } = module.diagnostic();
    if (duration > 0)
      milliseconds.set(module.moduleId, Math.max(duration, milliseconds.get(module.moduleId) ?? 0));
  }
  const failed = testModules.find((module) => !module.ok());
  if (failed) notices.set(noticedBy(failed.moduleId), (notices.get(noticedBy(failed.moduleId)) ?? 0) + 1);
  const test = failed && [...failed.children.allTests()].find((t) => t.result().state === 'failed');
  const ran = testModules.some((module) => [...module.children.allTests('passed')].length > 0);
  vitest.invalidateFile(path);
  mutant = { path: '', text: '' };
  if (unhandledErrors.length > 0)
    return { state: 'killed', by: `error: ${String(unhandledErrors[0]?.message).slice(0, 100)}` };
  if (failed)
    return { state: 'killed', by: test ? test.fullName : `${failed.relativeModuleId} does not load` };
  return ran ? { state: 'survived' } : { state: 'killed', by: 'no test loads' };
}

// Limits count what is computed: on a busy machine waiting is no sign.
process.on('message', async (message) => {
  const from = process.cpuUsage();
  const computed = () => (process.cpuUsage(from).user + process.cpuUsage(from).system) / 1e6;
  const limit = setInterval(() => {
    if (computed() > message.seconds) process.send({ state: 'killed', by: 'time' });
  }, 500);
  try {
    process.send({ ...(await examine(message)), computed: computed() });
  } catch (error) {
    process.send({ state: 'killed', by: `error: ${error.message}` });
  }
  clearInterval(limit);
});
process.on('disconnect', () => process.exit());
process.send({ state: 'ready' });
