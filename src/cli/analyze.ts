import { asserting } from '../harness/kinds.js';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { analyzeSubset, type DrawnProblem, type SubsetReport } from '../analysis/analyze-subset.js';
import { type Analysis, type AnalysisOptions, analyzeProblem, ESCAPE_FACTOR } from '../analysis/analyze.js';
import type { Recommendation } from '../analysis/answer.js';
import { drawnSets } from '../analysis/draw-subset.js';
import { DEFAULT_REQUEST, recommend, type RecommendationRequest } from '../analysis/recommend.js';
import { parseProblemFile } from '../input/problem-file.js';
import { problemFromFiles } from '../input/read-problem.js';
import type { TrainingFit } from '../input/training-fit.js';
import { progressLine } from '../jobs/progress-line.js';
import { describeTraining, interpolationNote } from '../report/analysis-facts.js';
import { analysisHtml } from '../report/analysis-html.js';
import type { AnalysisPage } from '../report/analysis-page.js';
import { describeAnalysis, describeSubset, type ProblemSettings } from '../report/analysis-text.js';
import { factorCount } from '../theory/factor-set.js';
import { problemFromSpec, type UnlearningProblem } from '../theory/problem.js';
import type { CliContext } from './context.js';
import { prepareOutputFolder, readInputFile, writeFileWhole } from './files.js';
import { ABOVE_ONE, type AllowedNumbers, integerOption, numberOption, UsageError } from './options.js';
import { type AnalyzeOptions, filesRequest } from './problem-options.js';
import { type SubsetOptions, subsetRequest, type SubsetRequest, subsetSize } from './subset-options.js';

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
    const page = { source, setting, analysis, theorems: asserting(context.theorems), tool: context.tool };
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

/** Options of `analyze` that say what to answer, as commander gives them. */
export interface AnswerOptions {
  readonly json?: boolean;
  readonly out?: string;
  readonly factor?: string;
  readonly recommend?: boolean;
  readonly steps?: string;
  readonly retainShare?: string;
  readonly batches?: string;
}

/** What to answer. */
export interface AnswerRequest {
  readonly factor: number;
  /** Null: no setting is to be recommended. */
  readonly recommendation: RecommendationRequest | null;
}

const BELOW_ONE: AllowedNumbers = { includes: (x) => x >= 0 && x < 1, words: 'in [0, 1)' };

/** Options that say nothing without --recommend, as they are typed. */
const FOR_RECOMMENDATION = { steps: 'steps', retainShare: 'retain-share', batches: 'batches' } as const;

/** @throws UsageError if a value is not allowed, or stands without --recommend. */
export function answerRequest(options: AnswerOptions): AnswerRequest {
  const factor =
    options.factor === undefined ? ESCAPE_FACTOR : numberOption('factor', options.factor, ABOVE_ONE);
  const { steps, retainShare, batches } = options;
  if (options.recommend !== true) {
    for (const [key, name] of Object.entries(FOR_RECOMMENDATION)) {
      const text = options[key as keyof typeof FOR_RECOMMENDATION];
      if (text !== undefined)
        throw new UsageError(`--${name} is for --recommend, which is missing; got ${text}`);
    }
    return { factor, recommendation: null };
  }
  return {
    factor,
    recommendation: {
      factor,
      steps: steps === undefined ? DEFAULT_REQUEST.steps : integerOption('steps', steps, 1, 1e9),
      retainShareLimit:
        retainShare === undefined
          ? DEFAULT_REQUEST.retainShareLimit
          : numberOption('retain-share', retainShare, BELOW_ONE),
      batches: batches === undefined ? null : batchSizes(batches),
    },
  };
}

function batchSizes(text: string): number[] {
  return text.split(',').map((size) => integerOption('batches', size, 1, Number.MAX_SAFE_INTEGER));
}

/** Checks the batch sizes to try against the set. @throws UsageError */
export function checkBatches({ recommendation }: AnswerRequest, samples: number): void {
  for (const size of recommendation?.batches ?? []) {
    if (size > samples) throw new UsageError(`--batches must be integers in 1..${samples}; got ${size}`);
  }
}

const PICTURES = ['forget-samples.svg', 'forget-samples.png'] as const;

/**
 * Writes `analysis.json` and `analysis.html`, and the picture of the forget samples as SVG and PNG if something
 * escapes; that of an earlier analysis goes. Returns the paths.
 */
export async function writeAnalysis(page: AnalysisPage, folder: string): Promise<string[]> {
  for (const name of PICTURES) rmSync(join(folder, name), { force: true });
  const contents: (readonly [string, string | Uint8Array])[] = [
    ['analysis.json', `${JSON.stringify(page.analysis, null, 2)}\n`],
    ['analysis.html', analysisHtml(page)],
    ...(await forgetSamples(page)),
  ];
  return contents.map(([name, content]) => {
    const path = join(folder, name);
    writeFileWhole(path, content);
    return path;
  });
}

async function forgetSamples({ analysis, source }: AnalysisPage): Promise<[string, string | Uint8Array][]> {
  const { kind, samples } = analysis.geometry;
  if (kind === 'none' || samples.length === 0) return [];
  // Drawing takes a second to load: analyses without a picture do without.
  const { renderPicture } = await import('../report/render-picture.js');
  const { forgetSamplesSpec } = await import('../report/forget-samples-picture.js');
  const { svg, png } = await renderPicture(forgetSamplesSpec(analysis.geometry, source));
  return [
    [PICTURES[0], svg],
    [PICTURES[1], png],
  ];
}
