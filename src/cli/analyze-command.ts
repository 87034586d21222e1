import { analyzeProblem, type Analysis } from '../analysis/analyze-problem.js';
import { problemFromSpec } from '../curvature/problem-spec.js';
import { parseProblemFile, type ProblemFile } from '../data/problem-file.js';
import { significant } from '../report/number-format.js';
import { textTable } from '../report/text-table.js';
import type { CliContext } from './context.js';
import { readInputFile } from './files.js';

/** `analyze PROBLEM.json [--json]`. */
export function analyzeCommand(context: CliContext, file: string, options: { json?: boolean }): number {
  const problem = parseProblemFile(readInputFile(file), file);
  const analysis = analyzeProblem(problemFromSpec(problem), problem.eta, context.theorems);
  const text = options.json ? JSON.stringify(analysis, null, 2) : describeAnalysis(analysis, problem);
  context.stdout.write(`${text}\n`);
  return 0;
}

/** The analysis for a person: first the answer, then the numbers behind it. */
export function describeAnalysis(analysis: Analysis, problem: ProblemFile): string {
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

function answer({ mixing, exact, typical }: Analysis, problem: ProblemFile): string {
  if (exact.side === 'stable') {
    return `stable: the old minimum holds (eta ${problem.eta} < eta* ${significant(exact.etaStar)}); unlearning does not take hold`;
  }
  const cause = mixing.escapes
    ? `alpha ${problem.alpha} > alpha* ${significant(mixing.alphaStar)}: the mean escapes at every step size`
    : `eta ${problem.eta} >= eta* ${significant(exact.etaStar)}`;
  const heavyTail = typical.high < 0 ? '; single runs shrink all the same, rare ones carry the growth' : '';
  return `diverges: the model escapes the old minimum (${cause})${heavyTail}`;
}
