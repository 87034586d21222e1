import type { TheoremSummary } from '../harness/summary.js';
import {
  type AgreementReport,
  backendLine,
  byProcedure,
  instanceText,
  refutedShare,
  VERDICT_SENTENCES,
} from './agreement.js';
import { drawLine, drawSection } from './draw-table.js';
import { percent, significant } from './number-format.js';
import { boundaryLines } from './procedure-boundaries.js';
import { sharedAxesLines } from './shared-axes.js';
import { markdownTable, markdownText, textTable } from './table.js';

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
      ['theorem', 'name', ...COLUMNS.map(({ text }) => text)],
      theorems.map((summary) => [summary.id, summary.name, ...COLUMNS.map(({ cell }) => cell(summary))]),
    ),
    '',
    `${VERDICT_SENTENCES[report.verdict]} Seed ${seed}, budget ${budget.name}, ${spent}.`,
    ...backendLine(report).map((line) => `${line}.`),
    ...drawLine(theorems),
    ...report.reasons.map((reason) => `  - ${reason}`),
    ...theorems.flatMap(({ id, counterexample }) => {
      const file = counterexample && files.find((name) => name.endsWith(`-${id}.json`));
      return file ? [`  ${id}: repeat with  unlearning-stability replay ${file}`] : [];
    }),
    ...(pages.length > 0 ? [`Reports: ${pages.join(', ')}`] : []),
  ].join('\n');
}

/** Column of the summary table, in the text of a terminal and in Markdown. */
interface SummaryColumn {
  readonly text: string;
  readonly markdown: string;
  readonly cell: (summary: TheoremSummary) => string;
}

const COLUMNS: readonly SummaryColumn[] = [
  { text: 'instances', markdown: 'instances', cell: ({ instances }) => String(instances) },
  { text: 'coverage', markdown: 'coverage', cell: ({ coverage }) => percent(coverage) },
  { text: 'agree', markdown: 'agree', cell: ({ agree }) => String(agree) },
  { text: 'contradict', markdown: 'contradict', cell: ({ contradict }) => String(contradict) },
  { text: 'open', markdown: 'inconclusive', cell: ({ inconclusive }) => String(inconclusive) },
  {
    text: 'disagree <=',
    markdown: 'disagreement at most',
    cell: ({ disagreementUpperBound }) => percent(disagreementUpperBound.value),
  },
  { text: 'refuted', markdown: 'wrong variants refuted', cell: refutedShare },
  {
    text: 'tightness 5 % / median / 95 %',
    markdown: 'tightness 5 % / median / 95 %',
    cell: ({ tightness }) =>
      tightness ? [tightness.q05, tightness.median, tightness.q95].map(significant).join(' / ') : '-',
  },
];

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
    ...markdownTable(
      ['theorem', ...COLUMNS.map(({ markdown }) => markdown), 'smallest margin'],
      byProcedure(theorems).flatMap(([procedure, own]) => [
        [`_${markdownText(procedure)}_`, ...COLUMNS.map(() => ''), ''],
        ...own.map((summary) => [
          markdownName(summary),
          ...COLUMNS.map(({ cell }) => cell(summary)),
          marginText(summary),
        ]),
      ]),
      [1, 2, 3, 4, 5, 6, 7],
    ),
    '',
    '*Coverage*: share of the instances on which the theorem says something that was tested. *Disagreement*: upper confidence bound (99 %) on its rate. *Tightness*: the critical step of the theorem over the exact one. *Smallest margin*: how nearly wrong a search found the theorem, by exact computation; 0 where the bound is attained, beside it the nearest problem that does not attain it.',
    ...sharedAxesLines(report.axes),
    ...boundaryLines(report.procedures),
    ...mutantSection(report),
    ...drawSection(theorems),
    '',
    'Statements, plots and everything else: agreement.html.',
  ].join('\n')}\n`;
}

function markdownName({ id, name, contradict }: TheoremSummary): string {
  const text = `${id} ${markdownText(name)}`;
  return contradict > 0 ? `**${text}**` : text;
}

function marginText({ boundary }: TheoremSummary): string {
  if (!boundary) return '-';
  if (!boundary.attained) return significant(boundary.smallestMargin);
  return boundary.nearest ? `0 (next ${significant(boundary.nearest.margin)})` : '0';
}

/** Planted wrong variants, the instance that refuted each first and how many instances it took, folded away. */
function mutantSection({ theorems, exactThreshold }: AgreementReport): string[] {
  const mutants = [...theorems.flatMap((theorem) => theorem.mutants), ...exactThreshold];
  const refuted = mutants.filter((mutant) => mutant.killed).length;
  return [
    '',
    '<details>',
    `<summary>${refuted} of ${mutants.length} planted wrong variants refuted by a certified instance</summary>`,
    '',
    ...markdownTable(
      ['variant', 'what is wrong', 'refuted by instance', 'instances it took'],
      mutants.map(({ id, description, instance }) => [
        id,
        markdownText(description),
        instance ?? '**survived**',
        instance === null ? '-' : instance + 1,
      ]),
      [2, 3],
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
