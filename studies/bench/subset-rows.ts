import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Row } from './measure.js';
import { writeNormalFile } from './normal-file.js';

const [N, FORGET, P] = [100_000, 5000, 1000];

/** `analyze` of 100,000 retain samples with 1,000 parameters, float32, in both index orders. */
export function subsetRows(program: string, folder: string): Row[] {
  const forget = normalFile(join(folder, 'forget.npy'), FORGET, false);
  return [false, true].map((fortran) => {
    const retain = normalFile(join(folder, 'retain.npy'), N, fortran);
    const { seconds, megabytes } = measured(program, [
      ...['analyze', '--retain', retain, '--forget', forget, '--json'],
      ...['--alpha', '0.1', '--eta', '0.001', '--batch-retain', '64', '--batch-forget', '32'],
      ...['--sampling', 'bernoulli'],
    ]);
    return {
      what: `\`analyze\` of a subset, n = ${N} + ${FORGET}, p = ${P}, float32, ${fortran ? 'Fortran' : 'C'} order`,
      measured: `${seconds.toFixed(0)} s, ${megabytes.toFixed(0)} MB`,
      promised: 'usable',
    };
  });
}

function normalFile(path: string, rows: number, fortran: boolean): string {
  writeNormalFile(path, { rows, columns: P, fortran });
  return path;
}

/** Wall time and largest resident memory of a run of the program. */
function measured(program: string, args: readonly string[]): { seconds: number; megabytes: number } {
  const report = "process.on('exit', () => console.error('peak', process.resourceUsage().maxRSS))";
  const start = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(report)}`, program, ...args],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  const seconds = (performance.now() - start) / 1000;
  const peak = /^peak (\d+)$/m.exec(stderr)?.[1];
  if (status !== 0 || peak === undefined)
    throw new Error(`${args.join(' ')} exited with ${status}: ${stderr}`);
  return { seconds, megabytes: Number(peak) / 1024 };
}
