import { parseArgs } from 'node:util';
import { integerOption, UsageError } from '../../src/cli/options.js';

/** What the collection of evidence is asked to do. */
export interface EvidenceOptions {
  readonly seed: number;
  /** Every so many-th cell of the grid. */
  readonly every: number;
  /** Folder of evidence.md. */
  readonly out: string;
  /** The log, one line a run. */
  readonly log: string;
}

/** What `--quick` leaves out, and where it writes. */
const QUICK = { every: 12, folder: 'reports/evidence' };

export const USAGE = `Usage: npm run evidence -- [options]

  --seed N    seed of everything random (default 1)
  --quick     every twelfth cell of the grid: a small part of the time
  --out DIR   folder for evidence.md (default docs; with --quick: reports/evidence)
  --log FILE  runs, one line each; those already in it are not repeated (default studies/evidence/runs.jsonl;
              with another seed or --quick: runs-SEED.jsonl in reports/evidence). Delete it to begin anew.
`;

const optionTypes = {
  seed: { type: 'string', default: '1' },
  quick: { type: 'boolean', default: false },
  out: { type: 'string' },
  log: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/**
 * Options from command line words; null if help is asked for.
 *
 * @throws UsageError naming the option, the value and what is allowed.
 */
export function evidenceOptions(words: readonly string[]): EvidenceOptions | null {
  const values = parsedWords(words);
  if (values.help) return null;
  const seed = integerOption('seed', values.seed, 0, Number.MAX_SAFE_INTEGER);
  const documented = seed === 1 && !values.quick;
  return {
    seed,
    every: values.quick ? QUICK.every : 1,
    out: values.out ?? (documented ? 'docs' : QUICK.folder),
    log: values.log ?? (documented ? 'studies/evidence/runs.jsonl' : `${QUICK.folder}/runs-${seed}.jsonl`),
  };
}

function parsedWords(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: optionTypes }).values;
  } catch (error) {
    // Messages of parseArgs go on with advice; their first sentence says what is wrong.
    const problem = error instanceof Error ? error.message.split(/\. |\.?\n/)[0]! : String(error);
    const allowed = Object.keys(optionTypes).map((name) => `--${name}`);
    throw new UsageError(`${problem}; allowed are ${allowed.join(', ')}`);
  }
}
