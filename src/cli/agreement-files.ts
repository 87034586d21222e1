import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Counterexample, theoremOfRecord } from '../harness/counterexample.js';
import { experimentsOf, worded } from '../harness/kinds.js';
import type { SavedFailure } from '../harness/run-work.js';
import type { Theorem } from '../harness/theorem.js';
import { parseCounterexampleFile } from '../input/counterexample-file.js';
import { fileText } from '../input/file-bytes.js';
import { InputError } from '../input/input-error.js';
import { agreementHtml } from '../report/agreement-html.js';
import type { Picture } from '../report/page.js';
import { agreementMarkdown } from '../report/agreement-text.js';
import type { AgreementReport } from '../report/agreement.js';
import { jsonText } from '../report/json-text.js';
import { junitXml } from '../report/junit.js';
import { changeFile, type CliContext, writeFile, writeFiles } from './context.js';

/** Writes all reports and the counterexamples; returns their paths. */
export function writeReports(context: CliContext, report: AgreementReport, folder: string): string[] {
  const contents: [string, string][] = [
    ['agreement.json', jsonText(report, ['theorems'])],
    ['agreement.html', agreementHtml(worded(report), reportPictures(context, folder))],
    ['agreement.md', agreementMarkdown(report)],
    ['junit.xml', junitXml(report)],
    ...report.theorems.flatMap(({ id, counterexample }): [string, string][] =>
      counterexample ? [[`counterexample-${id}.json`, `${JSON.stringify(counterexample, null, 2)}\n`]] : [],
    ),
  ];
  return writeFiles(folder, contents);
}

/** The pictures of a report: every map in its folder, and the calibration if it is there. */
export function reportPictures(
  { calibrationPicture }: Pick<CliContext, 'calibrationPicture'>,
  folder: string,
): Picture[] {
  const maps = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.svg')) : [];
  return [
    ...maps.sort().map((name) => mapPicture(name, readFileSync(join(folder, name), 'utf8'))),
    ...(calibrationPicture === null ? [] : [{ ...CALIBRATION, svg: calibrationPicture }]),
  ];
}

const CALIBRATION = {
  title: 'Measured error rates of the decision',
  caption:
    'How often the certificate of a side is inconclusive, how many samples it takes, and how often naive procedures are wrong on the same instances, whose side is known (docs/calibration.md). Measured once for this version, not by this run.',
};

/** A map as it lies beside the report, with its own title and description if it has them. */
function mapPicture(name: string, svg: string): Picture {
  return {
    title: elementText(svg, 'title') ?? name.replace(/\.svg$/, '').replaceAll('-', ' '),
    caption: elementText(svg, 'desc') ?? name,
    svg,
  };
}

/** Text of the first element of a name; undefined if there is none. */
function elementText(svg: string, name: string): string | undefined {
  const text = new RegExp(`<${name}(?:\\s[^>]*)?>([^<]+)</${name}>`).exec(svg)?.[1];
  return text?.trim().replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => ENTITIES[entity]!);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** Folder of saved failures beside the reports: the next run replays them first. */
function corpusFolder(outputFolder: string): string {
  return join(outputFolder, 'corpus');
}

/** The failures saved beside the reports, in the order of their names. @throws InputError for one that cannot be examined */
export function readCorpus(outputFolder: string, theorems: readonly Theorem[]): SavedFailure[] {
  const folder = corpusFolder(outputFolder);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => {
    const path = join(folder, name);
    return { name, record: readSavedFailure(path, theorems).record };
  });
}

/** Saves the failures of a report for the next run. */
export function saveFailures({ theorems }: AgreementReport, outputFolder: string): void {
  for (const { counterexample } of theorems) {
    if (counterexample) saveFailure(corpusFolder(outputFolder), counterexample);
  }
}

/** Adds a failure under a name made of its theorem and its problem: the same failure is kept once. */
function saveFailure(folder: string, record: Counterexample): void {
  changeFile(folder, () => mkdirSync(folder, { recursive: true }));
  const { problem, companion, escape, network } = record;
  const digest = createHash('sha256')
    .update(JSON.stringify(network ?? [problem, companion, escape]))
    .digest('hex');
  const path = join(folder, `${record.theorem.id}-${digest.slice(0, 12)}.json`);
  writeFile(path, `${JSON.stringify(record, null, 2)}\n`);
}

/** A counterexample that `verify` has saved, and the theorem that it is of. */
interface SavedCounterexample {
  readonly record: Counterexample;
  readonly theorem: Theorem;
}

/**
 * Reads a counterexample of one of these theorems.
 *
 * @throws InputError in one line that names the file and what is wrong in it: damaged, of another version or program, of
 * a theorem that is not known, or without what that theorem speaks of.
 */
export function readSavedFailure(path: string, theorems: readonly Theorem[]): SavedCounterexample {
  const record = parseCounterexampleFile(fileText(path), path, experimentsOf(theorems));
  const theorem = theoremOfRecord(record, theorems);
  if (typeof theorem === 'string') throw new InputError(`${path}: ${theorem}`);
  return { record, theorem };
}
