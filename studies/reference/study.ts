import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usesBackend } from '../../src/harness/kinds.js';
import { loadBackend } from '../../src/network/tfjs-backend.js';
import type { AgreementReport } from '../../src/report/agreement.js';
import { unlearning } from '../../src/unlearning/process.js';
import { theorems } from '../../theorems/index.js';
import { PROGRAM, ROOT } from '../shared/checkout.js';
import { optionValues } from '../shared/options.js';
import { study, type StudyConsole } from '../shared/study.js';
import { BACKEND, referenceSample } from './sample.js';

const FOLDER = join(ROOT, 'reports/reference');
const MAPS_FOLDER = join(ROOT, 'reports/frontier');

/** The committed map, which the page shows as well: of trained networks, which take minutes. */
const COMMITTED_MAP = 'snr-samples';

/** Maps of which the documents show the picture alone: tests make them again in seconds. */
const PICTURED_MAPS = [['three-axes'], ['step-mixing', '--grid', '18x14']];

/** Maps that docs/frontier.md describes. */
const MAPS = [
  ...['step-batch', 'step-mixing', 'mixing-alignment', 'step-coherence', 'hessian-grid'],
  ...['three-axes', 'critical-batch', 'procedures', 'procedures-alternating'],
  ...['snr-samples', 'snr-mixing', 'gradient-alignment'],
];

const USAGE = `Usage: npm run reference -- [options]

  --maps        the maps of docs/frontier.md as well, into reports/frontier
  --no-report   nothing but these maps
`;

/**
 * Writes reports/reference anew: `verify` at the standard budget, whose page shows one map, and a sample by which tests see
 * that the program has changed since; and the pictures of docs/frontier.md: npm run reference
 */
export default study({
  name: 'reference',
  usage: USAGE,
  options: (words) =>
    optionValues(
      { maps: { type: 'boolean', default: false }, 'no-report': { type: 'boolean', default: false } },
      words,
    ),
  run: writeReference,
});

async function writeReference(
  { maps, 'no-report': mapsAlone }: { readonly maps: boolean; readonly 'no-report': boolean },
  console: StudyConsole,
): Promise<number> {
  if (!mapsAlone) {
    rmSync(FOLDER, { recursive: true, force: true });
    draw([COMMITTED_MAP], FOLDER);
    rmSync(join(FOLDER, `${COMMITTED_MAP}.png`), { force: true });
    const drawn = mkdtempSync(join(tmpdir(), 'reference-'));
    for (const map of PICTURED_MAPS) {
      draw(map, drawn);
      copyFileSync(join(drawn, `${map[0]}.svg`), join(ROOT, 'docs', `${map[0]}.svg`));
    }
    rmSync(drawn, { recursive: true });
    run('verify', '--budget', 'standard', '--seed', '1', '--backend', BACKEND, '--out', FOLDER);
    console.say('sample of the instances');
    const report = JSON.parse(readFileSync(join(FOLDER, 'agreement.json'), 'utf8')) as AgreementReport;
    const backend = usesBackend(theorems) ? await loadBackend(BACKEND) : null;
    const sample = referenceSample(theorems, report, { implementation: unlearning, backend });
    writeFileSync(join(FOLDER, 'sample.json'), `${JSON.stringify(sample, null, 2)}\n`);
  }
  if (!maps) return 0;
  mkdirSync(MAPS_FOLDER, { recursive: true });
  for (const map of MAPS) draw([map], MAPS_FOLDER);
  draw(['hessian-grid', '--alpha', '0.1', '--eta', '0.8'], join(MAPS_FOLDER, 'unlearning'));
  return 0;
}

function draw(map: readonly string[], folder: string): void {
  run('frontier', ...map, '--seed', '1', '--out', folder);
}

function run(...words: string[]): void {
  execFileSync(process.execPath, [PROGRAM, ...words], { stdio: 'inherit' });
}
