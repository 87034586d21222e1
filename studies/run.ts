/** Runs a study: node dist/studies/run.js NAME [options]; --help says what the options are. */
import { guardProcess } from '../src/cli/failure.js';
import type { Study } from './shared/study.js';

const STUDIES: Readonly<Record<string, () => Promise<{ readonly default: Study }>>> = {
  bench: () => import('./bench/study.js'),
  calibrate: () => import('./calibration/study.js'),
  digits: () => import('./digits/study.js'),
  'digits-network': () => import('./digits-network/study.js'),
  evidence: () => import('./evidence/study.js'),
  'forecast-evidence': () => import('./forecast-evidence/study.js'),
  gram: () => import('./bench/gram.js'),
  'many-seeds': () => import('./seeds/study.js'),
  network: () => import('./network-settings/study.js'),
  pytorch: () => import('./pytorch/study.js'),
  questions: () => import('./questions/study.js'),
  reference: () => import('./reference/study.js'),
  'subset-coverage': () => import('./subset-coverage/study.js'),
};

guardProcess('studies');

const [name = '', ...words] = process.argv.slice(2);
const load = Object.hasOwn(STUDIES, name) ? STUDIES[name] : undefined;
if (load) {
  process.exitCode = await (await load()).default(words);
} else {
  process.stderr.write(`studies: must be one of ${Object.keys(STUDIES).join(', ')}; got ${name}\n`);
  process.exitCode = 2;
}
