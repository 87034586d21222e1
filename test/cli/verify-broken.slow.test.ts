import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgreementReport } from '../../src/report/agreement.js';
import { D3 } from '../../theorems/D3.js';
import { U6 } from '../../theorems/U6.js';
import { theorems } from '../../theorems/index.js';
import { flippedAscent, frozenSampler } from '../sabotage/faults.js';
import { capture, temporaryFolder, type CaptureOptions } from './captured-context.js';
import { withScaledThreshold } from './sabotage.js';

/** What is broken, the theorems it is run with, and the theorem that must be contradicted. */
const sabotage: [string, readonly string[], string, CaptureOptions][] = [
  ['the sign of the ascent', ['--theorem', 'U1'], 'U1', { implementation: flippedAscent }],
  ['the sampler', ['--theorem', 'D3'], 'D3', { implementation: frozenSampler }],
  ['a threshold by +5 %', ['--theorem', 'D3'], 'D3', { theorems: [withScaledThreshold(D3, 1.05)] }],
  ['a threshold by -5 %', ['--theorem', 'D3'], 'D3', { theorems: [withScaledThreshold(D3, 0.95)] }],
  ['another threshold by 5 %', ['--theorem', 'U6'], 'U6', { theorems: [withScaledThreshold(U6, 1.05)] }],
];

describe('verify exits with 1 and leaves a shrunk, replayable instance when broken:', () => {
  test.each(sabotage)('%s', async (_, args, id, options) => {
    const out = temporaryFolder();
    const { code, stdout } = await capture(
      ['verify', '--budget', 'quick', '--out', out, ...args, '--runs', '80'],
      options,
    );
    const report = JSON.parse(readFileSync(join(out, 'agreement.json'), 'utf8')) as AgreementReport;
    expect(code).toBe(1);
    expect(report.verdict).toBe('contradicted');
    expect(stdout).toContain('A theorem is contradicted');
    const file = join(out, `counterexample-${id}.json`);
    expect(existsSync(file)).toBe(true);
    const { counterexample } = report.theorems[0]!;
    expect(counterexample!.fastCheck.shrinks).toBeGreaterThan(0);
    expect(readFileSync(join(out, 'junit.xml'), 'utf8')).toContain('failures="1"');

    const stands = await capture(['replay', file], options);
    expect(stands.code).toBe(1);
    expect(stands.stdout).toContain('the contradiction stands');
    const mended = await capture(['replay', file], { theorems });
    expect(mended.stdout).toContain('no contradiction now');
    expect(mended.code).not.toBe(1);
  });
});
