// Writes reports/reference anew: the maps, then `verify` at the standard budget, whose page shows them.
// npm run reference (about six minutes on two cores)
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../dist/bin/unlearning-stability.js', import.meta.url));
const folder = fileURLToPath(new URL('../reports/reference/', import.meta.url));
const maps = [
  'step-batch',
  'step-mixing',
  'mixing-alignment',
  'step-coherence',
  'hessian-grid',
  'snr-samples',
  'snr-mixing',
  'gradient-alignment',
];

const run = (...args) => execFileSync(process.execPath, [program, ...args], { stdio: 'inherit' });

rmSync(folder, { recursive: true, force: true });
for (const map of maps) run('frontier', map, '--seed', '1', '--out', folder);
// The page shows the SVG; the PNG would only make the repository larger.
for (const name of readdirSync(folder)) if (name.endsWith('.png')) rmSync(new URL(name, `file://${folder}`));
run('verify', '--budget', 'standard', '--seed', '1', '--out', folder);
