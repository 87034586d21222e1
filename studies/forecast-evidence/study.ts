import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batchStream } from '../../src/forecast/batches.js';
import type { ForecastSetting } from '../../src/forecast/setting.js';
import { writeFileWhole } from '../../src/jobs/log.js';
import { UsageError } from '../../src/cli/options.js';
import { PROGRAM, ROOT } from '../shared/checkout.js';
import { noOptions, study, type StudyConsole } from '../shared/study.js';
import type { Evidence, SubjectRecords } from './evidence.js';
import { evidencePage } from './page.js';

const FOLDER = `${ROOT}studies/forecast-evidence/`;
const SUBJECTS = [
  ...['mlp-random', 'mlp-class', 'cnn-random', 'cnn-class'],
  ...['cancer-random', 'cancer512-random', 'regression-random'],
];

/** Real runs go on a little further than goal steps are counted, so that one near the end has its forecast. */
const STEPS = 330;
const ORDERS = 3;
const SEED = 1;
const SAMPLES = { retain: 243, forget: 27 };
const BATCH = { retain: 16, forget: 8 };

/** Real unlearning runs in PyTorch beside their forecasts: docs/forecast-evidence.md. PYTHON names an interpreter with torch and scikit-learn. */
export default study({
  name: 'forecast-evidence',
  usage:
    'Usage: npm run forecast-evidence\n\nPYTHON names an interpreter with torch, numpy and scikit-learn, whose tables it reads (default: python3).\nAbout 15 minutes of one processor.\n',
  options: noOptions,
  run: compare,
});

async function compare(_: object, console: StudyConsole): Promise<number> {
  const work = mkdtempSync(join(tmpdir(), 'unlearning-stability-evidence-'));
  try {
    const orders = join(work, 'orders.json');
    writeFileSync(orders, JSON.stringify(batchOrders()));
    const parts: SubjectRecords[] = [];
    for (const subject of SUBJECTS) {
      console.say(`${subject} ..`);
      const out = join(work, `${subject}.json`);
      await python([subject, orders, `${ROOT}studies/data/digits.csv.gz`, PROGRAM, work, out]);
      parts.push(JSON.parse(readFileSync(out, 'utf8')) as SubjectRecords);
    }
    const evidence: Evidence = {
      ...{ environment: parts[0]!.environment, steps: STEPS, samples: SAMPLES, batch: BATCH },
      subjects: parts.map(({ subject }) => subject),
      records: parts.flatMap(({ records }) => records),
    };
    writeFileWhole(`${FOLDER}evidence.json`, evidenceText(evidence));
    writeFileWhole(`${ROOT}docs/forecast-evidence.md`, evidencePage(evidence));
    return 0;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A line a record. */
function evidenceText({ records, ...rest }: Evidence): string {
  const head = JSON.stringify(rest).slice(0, -1);
  return `${head},"records":[\n${records.map((record) => JSON.stringify(record)).join(',\n')}\n]}\n`;
}

/** The forecast's own batches, as lists of samples by step: [retain, forget] with null for a set that a step leaves out. */
function batchOrders(): object {
  const ofSchedule = (schedule: ForecastSetting['procedure']['schedule']): unknown[][] => {
    const procedure = { schedule, dropLast: false } as ForecastSetting['procedure'];
    const sampling = { retain: 'reshuffled', forget: 'reshuffled' } as const;
    const setting = { batch: BATCH, sampling, procedure } as ForecastSetting;
    return Array.from({ length: ORDERS }, (_, order) => {
      const draw = batchStream(setting, SAMPLES, SEED, order);
      return Array.from({ length: STEPS }, () => {
        const { retain, forget } = draw();
        return [retain, forget].map((batch) => batch && [...batch.samples]);
      });
    });
  };
  return {
    ...{ seed: SEED, orders: ORDERS, steps: STEPS, samples: SAMPLES, batch: BATCH },
    simultaneous: ofSchedule(null),
    alternating: ofSchedule({ ascent: 1, descent: 3 }),
  };
}

/** Runs real_runs.py. @throws UsageError if it fails; its own words are on stderr then. */
function python(words: readonly string[]): Promise<void> {
  const program = process.env.PYTHON ?? 'python3';
  const env = { ...process.env, PYTHONPATH: `${ROOT}python`, OMP_NUM_THREADS: '1' };
  return new Promise((resolve, reject) => {
    const child = spawn(program, [`${FOLDER}real_runs.py`, ...words], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.on('error', (error) =>
      reject(new UsageError(`PYTHON must be python3 with torch and scikit-learn: ${error.message}`)),
    );
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new UsageError(`${program} real_runs.py ended with exit code ${code}`)),
    );
  });
}
