import type { TheoremSummary } from '../harness/summary.js';
import { backendLine, VERDICT_SENTENCES, type AgreementReport } from './agreement.js';
import { killedShare } from './mutant-share.js';
import { percent, significant } from './number-format.js';
import { textTable } from './text-table.js';

/**
 * The summary that `verify` prints.
 *
 * @param files that hold the reports and counterexamples; those that are not among them are not named.
 */
export function agreementText(report: AgreementReport, files: readonly string[] = []): string {
  const { errorBudget, theorems, seed, budget } = report;
  const pages = files.filter((file) => !file.includes('counterexample'));
  const spent = `error probability at most ${significant(errorBudget.spent)} (${errorBudget.issued} certificates x ${errorBudget.perVerdict})`;
  return [
    textTable(
      [
        'theorem',
        'name',
        'instances',
        'coverage',
        'agree',
        'contradict',
        'open',
        'disagree <=',
        'refuted',
        'tightness 5 % / median / 95 %',
      ],
      theorems.map(textRow),
    ),
    '',
    `${VERDICT_SENTENCES[report.verdict]} Seed ${seed}, budget ${budget.name}, ${spent}.`,
    ...backendLine(report).map((line) => `${line}.`),
    ...report.reasons.map((reason) => `  - ${reason}`),
    ...theorems.flatMap(({ id, counterexample }) => {
      const file = counterexample && files.find((name) => name.endsWith(`-${id}.json`));
      return file ? [`  ${id}: repeat with  unlearning-stability replay ${file}`] : [];
    }),
    ...(pages.length > 0 ? [`Reports: ${pages.join(', ')}`] : []),
  ].join('\n');
}

function textRow(summary: TheoremSummary): string[] {
  const { tightness } = summary;
  return [
    summary.id,
    summary.name,
    String(summary.instances),
    percent(summary.coverage),
    String(summary.agree),
    String(summary.contradict),
    String(summary.inconclusive),
    percent(summary.disagreementUpperBound.value),
    killedShare(summary),
    tightness ? [tightness.q05, tightness.median, tightness.q95].map(significant).join(' / ') : '-',
  ];
}
