import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportPictures } from '../../src/cli/agreement-files.js';
import { capture, temporaryFolder } from './captured-context.js';

const namespace = 'xmlns="http://www.w3.org/2000/svg"';
const titled = `<svg ${namespace}><title>rho &lt; 1</title><desc>where it holds</desc></svg>`;

test('pictures are the maps in the folder in order, with their own words, then the calibration', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'map-b.svg'), `<svg ${namespace}></svg>`);
  writeFileSync(join(folder, 'map-a.svg'), titled);
  writeFileSync(join(folder, 'map-a.json'), '{}');
  const pictures = reportPictures({ calibrationPicture: '<svg/>' }, folder);
  expect(pictures.map(({ title, caption }) => [title, caption])).toEqual([
    ['rho < 1', 'where it holds'],
    ['map b', 'map-b.svg'],
    ['Measured error rates of the decision', expect.stringContaining('docs/calibration.md')],
  ]);
  expect(pictures[0]!.svg).toBe(titled);
});

test('a folder without maps, or none, and a package without the calibration have no pictures', () => {
  expect(reportPictures({ calibrationPicture: null }, temporaryFolder())).toEqual([]);
  expect(reportPictures({ calibrationPicture: null }, join(temporaryFolder(), 'missing'))).toEqual([]);
});

test('verify puts the maps of its folder into agreement.html', async () => {
  const out = temporaryFolder();
  writeFileSync(join(out, 'map-a.svg'), titled);
  const { code, stdout } = await capture(['verify', '--theorem', 'U8', '--runs', '3', '--out', out]);
  expect(code).toBe(0);
  expect(stdout).toContain(join(out, 'agreement.html'));
  expect(readFileSync(join(out, 'agreement.html'), 'utf8')).toContain('alt="rho &lt; 1"');
});
