import { join } from 'node:path';
import type { AgreementReport } from '../report/agreement.js';
import { agreementMarkdown } from '../report/agreement-markdown.js';
import { agreementHtml } from '../report/html/agreement-html.js';
import { junitXml } from '../report/junit.js';
import type { CliContext } from './context.js';
import { writeFileWhole } from './files.js';
import { reportPictures } from './report-pictures.js';

/** Writes all reports and the counterexamples; returns their paths. */
export function writeReports(context: CliContext, report: AgreementReport, folder: string): string[] {
  const contents: [string, string][] = [
    ['agreement.json', `${JSON.stringify(report, null, 2)}\n`],
    ['agreement.html', agreementHtml(report, reportPictures(context, folder))],
    ['agreement.md', agreementMarkdown(report)],
    ['junit.xml', junitXml(report)],
    ...report.theorems.flatMap(({ id, counterexample }): [string, string][] =>
      counterexample ? [[`counterexample-${id}.json`, `${JSON.stringify(counterexample, null, 2)}\n`]] : [],
    ),
  ];
  return contents.map(([name, text]) => {
    const path = join(folder, name);
    writeFileWhole(path, text);
    return path;
  });
}
