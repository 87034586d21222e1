import type { TheoremSummary } from '../harness/summary.js';
import {
  type AgreementReport,
  backendLine,
  instanceText,
  killedShare,
  VERDICT_SENTENCES,
} from './agreement.js';
import { percent, significant } from './number-format.js';
import { markdownText, textTable } from './table.js';

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

/** agreement.md: short enough for a CI job summary. */
export function agreementMarkdown(report: AgreementReport): string {
  const { tool, seed, budget, errorBudget, theorems } = report;
  const total = (pick: (summary: TheoremSummary) => number): number =>
    theorems.reduce((sum, summary) => sum + pick(summary), 0);
  const far = { tested: total(({ far }) => far.tested), open: total(({ far }) => far.inconclusive) };
  return `${[
    `# ${VERDICT_SENTENCES[report.verdict]}`,
    '',
    `${tool.name} ${tool.version}${tool.commit ? ` (${tool.commit.slice(0, 12)})` : ''}, seed ${seed}, budget ${budget.name}: ${total(({ instances }) => instances)} instances, ${total(({ agree }) => agree)} agree, ${total(({ contradict }) => contradict)} contradict, ${total(({ inconclusive }) => inconclusive)} inconclusive.`,
    '',
    `The probability that any of the ${errorBudget.issued} certificates is wrong is at most ${errorBudget.issued} x ${errorBudget.perVerdict} = ${significant(errorBudget.spent)} (budget ${errorBudget.family.toExponential(2)}). Of ${far.tested} tested instances more than 5 % from the threshold, ${far.open} were inconclusive.`,
    ...backendLine(report).flatMap((line) => ['', `${line}.`]),
    ...report.reasons.map((reason) => `\n- ${markdownText(reason)}`),
    ...theorems.flatMap(counterexampleSection),
    '',
    '| theorem | instances | coverage | agree | contradict | inconclusive | disagreement at most | wrong variants refuted | tightness 5 % / median / 95 % | smallest margin |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |',
    ...theorems.map(markdownRow),
    '',
    '*Coverage*: share of the instances on which the theorem says something that was tested. *Disagreement*: upper confidence bound (99 %) on its rate. *Tightness*: the critical step of the theorem over the exact one. *Smallest margin*: how nearly wrong a search found the theorem, by exact computation; 0 where the bound is attained, beside it the nearest problem that does not attain it.',
    ...mutantSection(report),
    '',
    'Statements, plots and everything else: agreement.html.',
  ].join('\n')}\n`;
}

function markdownRow(summary: TheoremSummary): string {
  const { id, name, instances, agree, contradict, inconclusive, tightness } = summary;
  const cells = [
    `${contradict > 0 ? '**' : ''}${id} ${markdownText(name)}${contradict > 0 ? '**' : ''}`,
    instances,
    percent(summary.coverage),
    agree,
    contradict,
    inconclusive,
    percent(summary.disagreementUpperBound.value),
    killedShare(summary),
    tightness ? [tightness.q05, tightness.median, tightness.q95].map(significant).join(' / ') : '-',
    marginText(summary),
  ];
  return `| ${cells.join(' | ')} |`;
}

function marginText({ boundary }: TheoremSummary): string {
  if (!boundary) return '-';
  if (!boundary.attained) return significant(boundary.smallestMargin);
  return boundary.nearest ? `0 (next ${significant(boundary.nearest.margin)})` : '0';
}

/** Planted wrong variants, the instance that refuted each first and how many draws it took, folded away. */
function mutantSection({ theorems, exactThreshold }: AgreementReport): string[] {
  const mutants = [...theorems.flatMap((theorem) => theorem.mutants), ...exactThreshold];
  const killed = mutants.filter((mutant) => mutant.killed).length;
  return [
    '',
    '<details>',
    `<summary>${killed} of ${mutants.length} planted wrong variants refuted by a certified instance</summary>`,
    '',
    '| variant | what is wrong | refuted by instance | draws |',
    '| --- | --- | ---: | ---: |',
    ...mutants.map(
      ({ id, description, instance }) =>
        `| ${[id, markdownText(description), instance ?? '**survived**', instance === null ? '-' : instance + 1].join(' | ')} |`,
    ),
    '',
    '</details>',
  ];
}

function counterexampleSection({ id, counterexample }: TheoremSummary): string[] {
  if (!counterexample) return [];
  const { found } = counterexample;
  return [
    '',
    `**${id}, smallest contradiction found:** ${markdownText(instanceText(counterexample))}: ${found.etaStar === null ? '' : `predicted ${found.predicted}; exact eta* ${significant(found.etaStar)}, log rho ${significant(found.logGrowth)}; `}${markdownText(found.evidence)}.`,
    '',
    `Repeat it: \`unlearning-stability replay counterexample-${id}.json\``,
  ];
}
