import { analyzeProblem, type Analysis } from '../analysis/analyze-problem.js';
import { problemFromSpec } from '../curvature/problem-spec.js';
import { parseProblemFile, type ProblemFile } from '../data/problem-file.js';
import { significant } from '../report/number-format.js';
import { textTable } from '../report/text-table.js';
import { filesRequest, type AnalyzeOptions } from './analyze-files-options.js';
import type { CliContext } from './context.js';
import { readInputFile } from './files.js';
import { problemFromFiles } from './problem-from-files.js';

/** `analyze PROBLEM.json [--json]`, and `analyze --retain R --forget F ..` for sets in files of their own. */
export async function analyzeCommand(
  context: CliContext,
  file: string | undefined,
  options: AnalyzeOptions,
): Promise<number> {
  const { analysis, settings } = await analysisOf(context, file, options);
  const text = options.json ? JSON.stringify(analysis, null, 2) : describeAnalysis(analysis, settings);
  context.stdout.write(`${text}\n`);
  return 0;
}

async function analysisOf(
  context: CliContext,
  file: string | undefined,
  options: AnalyzeOptions,
): Promise<{ analysis: Analysis; settings: ProblemSettings }> {
  const request = filesRequest(file, options);
  if (request === null) {
    const settings = parseProblemFile(readInputFile(file!), file!);
    return {
      analysis: analyzeProblem(problemFromSpec(settings), settings.eta, context.theorems),
      settings,
    };
  }
  const { problem, parameters } = await problemFromFiles(context, request);
  return { analysis: analyzeProblem(problem, request.eta, context.theorems, parameters), settings: request };
}

/** A problem without its sets. */
export type ProblemSettings = Pick<ProblemFile, 'alpha' | 'eta' | 'batch' | 'sampling'>;

/** The analysis for a person: first the answer, then the numbers behind it. */
export function describeAnalysis(analysis: Analysis, problem: ProblemSettings): string {
  const { dimension, coherence, mixing, exact, typical } = analysis;
  const { retain, forget } = dimension.samples;
  const speaking = analysis.theorems.filter(({ side }) => side !== 'undecided');
  return [
    answer(analysis, problem),
    '',
    `problem      ${retain} retain and ${forget} forget samples, ${dimension.parameters} parameters, ${dimension.reduced} that matter`,
    `             ${problem.sampling} batches ${problem.batch.retain} / ${problem.batch.forget}, alpha ${problem.alpha}, eta ${problem.eta}`,
    `coherence    unlearning ${significant(coherence.sigma)} (lambda_1(S) ${significant(coherence.lambda1S)})`,
    `             retain ${significant(coherence.retain)}, forget ${significant(coherence.forget)}, cross ${significant(coherence.cross)}, pairwise ${significant(coherence.pair)}`,
    `             chi2 ${significant(coherence.chi2)}, kappa ${significant(coherence.kappa)}`,
    `mixing       alpha* ${significant(mixing.alphaStar)}; D has eigenvalues ${significant(mixing.lambdaMin)} .. ${significant(mixing.lambdaMax)}`,
    `step size    eta* ${significant(exact.etaStar)}`,
    `growth       E|delta|^2: log rho = ${significant(exact.logGrowth)} per step (rho = ${significant(exact.spectralRadius)})`,
    `             single runs: 2 gamma = ${significant(typical.growth)} in [${significant(typical.low)}, ${significant(typical.high)}], simulated`,
    '',
    speaking.length === 0 ? 'No theorem decides this setting.' : 'Theorems that decide this setting:',
    ...(speaking.length === 0
      ? []
      : [
          textTable(
            ['theorem', 'name', 'says', 'critical step'],
            speaking.map(({ id, name, side, etaThreshold }) => [id, name, side, significant(etaThreshold)]),
          ),
        ]),
  ].join('\n');
}

function answer({ mixing, exact, typical }: Analysis, problem: ProblemSettings): string {
  if (exact.side === 'stable') {
    return `stable: the old minimum holds (eta ${problem.eta} < eta* ${significant(exact.etaStar)}); unlearning does not take hold`;
  }
  const cause = mixing.escapes
    ? `alpha ${problem.alpha} > alpha* ${significant(mixing.alphaStar)}: the mean escapes at every step size`
    : `eta ${problem.eta} >= eta* ${significant(exact.etaStar)}`;
  const heavyTail = typical.high < 0 ? '; single runs shrink all the same, rare ones carry the growth' : '';
  return `diverges: the model escapes the old minimum (${cause})${heavyTail}`;
}
