import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../src/cli/options.js';
import { matrixFile } from '../../src/input/matrix-file.js';
import { matrixPlace } from '../../src/input/matrix-place.js';
import { validatedMatrix } from '../../src/input/matrix-views.js';
import { trace } from '../../src/linalg/vectors.js';
import { streamedGram } from '../../src/theory/matrix-source.js';
import { study, type StudyConsole } from '../shared/study.js';
import { writeNormalFile } from './normal-file.js';

/** Where the file is, or is written, and how many parameters it has. */
interface GramOptions {
  readonly folder: string;
  readonly columns: number;
}

function gramOptions([folder, parameters]: readonly string[]): GramOptions {
  const columns = Number(parameters);
  if (folder !== undefined && columns >= 1) return { folder, columns };
  throw new UsageError('usage: node dist/studies/run.js gram FOLDER PARAMETERS');
}

/**
 * Gram matrix of 2,000 samples in a file, as `analyze` reads it, in a process of its own: time and peak memory.
 *
 *     npm run build && node dist/studies/run.js gram FOLDER 1000000
 *
 * writes 8 GB to FOLDER unless the file is there, and takes about half an hour.
 */
export default study({ name: 'gram', usage: '', options: gramOptions, run: measureGram });

const SAMPLES = 2000;

async function measureGram({ folder, columns }: GramOptions, console: StudyConsole): Promise<number> {
  const path = join(folder, `gram-${columns}.npy`);
  if (!existsSync(path)) writeNormalFile(path, { rows: SAMPLES, columns, fortran: false });
  const { source, close } = await matrixFile(matrixPlace(path), 'floats');
  const start = performance.now();
  const gram = streamedGram([validatedMatrix(source)], {
    onProgress: (done) => console.say(`${done} of ${columns} columns`),
  });
  const seconds = (performance.now() - start) / 1000;
  close();
  const { maxRSS } = process.resourceUsage();
  console.print(
    JSON.stringify({ seconds, megabytes: maxRSS / 1024, value: trace(gram, SAMPLES), file: path }),
  );
  return 0;
}
