import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { streamedGram } from '../../src/theory/matrix-source.js';
import { validatedMatrix } from '../../src/input/validated-matrix.js';
import { matrixPlace } from '../../src/input/matrix-place.js';
import { matrixFile } from '../../src/input/matrix-file.js';
import { writeNormalFile } from './normal-file.js';

/*
 * Gram matrix of 2,000 samples in a file, as `analyze` reads it, in a process of its own: time and peak memory.
 *
 *     npm run build && node dist/studies/bench/gram.js FOLDER 1000000
 *
 * writes 8 GB to FOLDER unless the file is there, and takes about half an hour.
 */

const SAMPLES = 2000;

const [folder, parameters] = process.argv.slice(2);
const columns = Number(parameters);
if (folder === undefined || !(columns >= 1)) throw new Error('usage: gram.js FOLDER PARAMETERS');
const path = join(folder, `gram-${columns}.npy`);
if (!existsSync(path)) writeNormalFile(path, { rows: SAMPLES, columns, fortran: false });
const { source, close } = await matrixFile(matrixPlace(path), 'floats');
const start = performance.now();
streamedGram([validatedMatrix(source)], {
  onProgress: (done) => void process.stderr.write(`${done} of ${columns} columns\n`),
});
const seconds = (performance.now() - start) / 1000;
close();
const { maxRSS } = process.resourceUsage();
process.stdout.write(`${JSON.stringify({ seconds, megabytes: maxRSS / 1024 })}\n`);
