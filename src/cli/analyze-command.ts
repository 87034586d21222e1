import { analyzeProblem, type Analysis, type AnalysisOptions } from '../analysis/analyze-problem.js';
import { analyzeSubset, type DrawnProblem, type SubsetReport } from '../analysis/analyze-subset.js';
import type { Recommendation } from '../analysis/answer.js';
import { recommend, type RecommendationRequest } from '../analysis/recommend.js';
import { factorCount } from '../curvature/factor-set.js';
import { problemFromSpec } from '../curvature/problem-spec.js';
import type { UnlearningProblem } from '../curvature/problem.js';
import { parseProblemFile } from '../data/problem-file.js';
import { describeAnalysis, type ProblemSettings } from '../report/analysis-text.js';
import { describeSubset } from '../report/subset-text.js';
import { describeTraining, interpolationNote } from '../report/training-text.js';
import { drawnSets } from '../subsets/drawn-sets.js';
import type { TrainingFit } from '../trained-model/training-fit.js';
import { filesRequest, type AnalyzeOptions } from './analyze-files-options.js';
import { answerRequest, checkBatches, type AnswerOptions } from './answer-options.js';
import type { CliContext } from './context.js';
import { prepareOutputFolder, readInputFile } from './files.js';
import { problemFromFiles } from './problem-from-files.js';
import { progressLine } from './progress-line.js';
import { subsetRequest, subsetSize, type SubsetOptions, type SubsetRequest } from './subset-options.js';
import { UsageError } from './usage-error.js';
import { writeAnalysis } from './write-analysis.js';

/** `analyze PROBLEM.json [--recommend] [--out DIR] [--json]`, and `analyze --retain R --forget F ..` for sets in files of their own. */
export async function analyzeCommand(
  context: CliContext,
  file: string | undefined,
  options: AnalyzeOptions & AnswerOptions & SubsetOptions,
): Promise<number> {
  const request = answerRequest(options);
  const subset = subsetRequest(options);
  if (options.out !== undefined) prepareOutputFolder(options.out);
  const { problem, parameters, setting, source, training } = await problemOf(context, file, options, subset);
  const { factor, recommendation: wanted } = request;
  if (!isDrawn(problem)) checkBatches(request, problem.retain.sampleCount);
  else if (wanted) throw new UsageError(refusedRecommendation(problem));
  const answer: Analysis & { readonly subset?: SubsetReport } = isDrawn(problem)
    ? analyzeSubset(problem, setting.eta, { confidence: subset.confidence, factor })
    : analysed(context, problem, setting.eta, { parameters, factor });
  const analysis = {
    ...answer,
    ...(wanted && !isDrawn(problem) && { recommendation: recommended(context, problem, wanted) }),
    ...(training && { training }),
  };
  if (options.out !== undefined) {
    const page = { source, setting, analysis, theorems: context.theorems, tool: context.tool };
    const written = await writeAnalysis(page, options.out);
    context.stderr.write(`Written: ${written.join(', ')}\n`);
  }
  const words = (): string =>
    [
      ...(analysis.subset ? [describeSubset(analysis.subset, setting)] : []),
      describeAnalysis(analysis, setting),
      ...(training ? [describeTraining(training)] : []),
    ].join('\n\n');
  context.stdout.write(`${options.json ? JSON.stringify(analysis, null, 2) : words()}\n`);
  return 0;
}

interface ProblemToAnalyze {
  readonly problem: UnlearningProblem | DrawnProblem;
  /** p. */
  readonly parameters: number;
  readonly setting: ProblemSettings;
  /** How the user named it. */
  readonly source: string;
  /** How the model of the files fits its samples; null where nothing is known of that. */
  readonly training: TrainingFit | null;
}

async function problemOf(
  context: CliContext,
  file: string | undefined,
  options: AnalyzeOptions,
  subset: SubsetRequest,
): Promise<ProblemToAnalyze> {
  const request = filesRequest(file, options);
  if (request === null) {
    const { eta, ...spec } = parseProblemFile(readInputFile(file!), file!);
    const whole = problemFromSpec(spec);
    const { dimension: parameters } = whole.retain;
    const problem = subsetOfProblem(whole, subset) ?? whole;
    return { problem, parameters, setting: settingOf(spec, eta), source: file!, training: null };
  }
  const { problem, parameters, training } = await problemFromFiles(context, request, subset);
  const { kind } = request.model;
  const note = kind === 'logistic' || kind === 'layers-model' ? interpolationNote(training) : null;
  if (note !== null) context.stderr.write(`${note}\n`);
  const source = `${options.retain!}, ${options.forget!}`;
  return { problem, parameters, setting: settingOf(request, request.eta), source, training };
}

function isDrawn(problem: UnlearningProblem | DrawnProblem): problem is DrawnProblem {
  return 'sets' in problem;
}

function refusedRecommendation({ sets }: DrawnProblem): string {
  const { retain, forget } = sets;
  return `--recommend must be left out for a subset (--subset ${Math.max(retain.of, forget.of)} takes all samples); got ${retain.samples.sampleCount} of ${retain.of} and ${forget.samples.sampleCount} of ${forget.of}`;
}

/** A subset of a problem in memory; null if everything is to be computed with. */
function subsetOfProblem(whole: UnlearningProblem, request: SubsetRequest): DrawnProblem | null {
  const { retain, forget, alpha, batch, sampling } = whole;
  const size = subsetSize(request, {
    retain: retain.sampleCount,
    forget: forget.sampleCount,
    factors: factorCount(retain) + factorCount(forget),
    parameters: retain.dimension,
  });
  if (size === null) return null;
  const { seed } = request;
  return {
    sets: drawnSets({ retain, forget }, { size, seed }),
    alpha,
    batch,
    sampling,
    parameters: retain.dimension,
    seed,
  };
}

function settingOf({ alpha, batch, sampling }: Omit<ProblemSettings, 'eta'>, eta: number): ProblemSettings {
  return { alpha, eta, batch, sampling };
}

/** The analysis, showing progress. */
function analysed(
  context: CliContext,
  problem: UnlearningProblem,
  eta: number,
  options: AnalysisOptions,
): Analysis {
  const stages = 1000;
  const progress = progressLine(context, 'analysis', stages, 0);
  try {
    return analyzeProblem(problem, eta, context.theorems, {
      ...options,
      onProgress: (done, total) => progress.update((stages * done) / total),
    });
  } finally {
    progress.clear();
  }
}

/** The recommendation, showing progress. */
function recommended(
  context: CliContext,
  problem: UnlearningProblem,
  request: RecommendationRequest,
): Recommendation {
  const progress = progressLine(context, 'recommendation', 1000, 0);
  try {
    return recommend(problem, request, (done) => progress.update(Math.floor(1000 * done)));
  } finally {
    progress.clear();
  }
}
