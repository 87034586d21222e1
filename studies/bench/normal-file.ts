import { closeSync, openSync, writeSync } from 'node:fs';
import { randomSource } from '../../src/statistics/generator.js';

/** Size of an .npy file of float32 numbers. */
export interface FileShape {
  readonly rows: number;
  readonly columns: number;
  readonly fortran: boolean;
}

/** Writes an .npy file of normal numbers whose columns shrink to a twentieth, one run of the stored order at a time. */
export function writeNormalFile(path: string, { rows, columns, fortran }: FileShape): void {
  const random = randomSource('bench', 'normal file', rows);
  const descriptor = openSync(path, 'w');
  const header = `{'descr': '<f4', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${rows}, ${columns}), }`;
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  writeSync(descriptor, Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, length & 255, length >> 8]));
  writeSync(descriptor, `${header.padEnd(length - 1)}\n`);
  const [outer, inner] = fortran ? [columns, rows] : [rows, columns];
  const run = new Float32Array(inner);
  for (let i = 0; i < outer; i++) {
    for (let k = 0; k < inner; k++) run[k] = random.normal() * Math.exp((-3 * (fortran ? i : k)) / columns);
    writeSync(descriptor, new Uint8Array(run.buffer));
  }
  closeSync(descriptor);
}
