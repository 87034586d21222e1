import { asserting } from '../harness/kinds.js';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type AnalysisOptions, analyzeProblem, ESCAPE_FACTOR, isDrawn } from '../analysis/analyze.js';
import type { Analysis, Recommendation } from '../analysis/answer.js';
import { DEFAULT_REQUEST, recommend, type RecommendationRequest } from '../analysis/recommend.js';
import { parseProblemFile } from '../input/problem-file.js';
import { problemFromFiles } from '../input/read-problem.js';
import type { TrainingFit } from '../input/training-fit.js';
import { progressLine } from '../jobs/progress-line.js';
import { describeTraining, interpolationNote } from '../report/analysis-facts.js';
import { analysisHtml } from '../report/analysis-html.js';
import { forgetSamplesPicture } from '../report/forget-samples-picture.js';
import type { AnalysisPage, AnalyzedSetting } from '../report/analysis-page.js';
import { describeAnalysis, describeSubset } from '../report/analysis-text.js';
import { type DrawnProblem, drawnSets } from '../theory/draw-subset.js';
import { factorCount } from '../theory/factor-set.js';
import { problemFromSpec, type UnlearningProblem } from '../theory/problem.js';
import { writeFileWhole } from '../jobs/log.js';
import type { CliCommand, CliContext } from './context.js';
import { prepareOutputFolder, readInputFile } from './files.js';
import {
  ABOVE_ONE,
  type AllowedNumbers,
  flag,
  integerOption,
  negatedFlag,
  numberOption,
  text,
  UsageError,
} from './options.js';
import { type AnalyzeOptions, filesRequest } from './problem-options.js';
import { type SubsetOptions, subsetRequest, type SubsetRequest, subsetSize } from './subset-options.js';

const OPTIONS = {
  retain: text('<file>', 'retain factors, samples x p: .npy, .npz#MEMBER, .safetensors#TENSOR or .csv'),
  forget: text('<file>', 'forget factors, of the same p'),
  alpha: text('<x>', 'mixing weight of the ascent'),
  eta: text('<x>', 'step size'),
  batchRetain: text('<n>', 'retain batch size'),
  batchForget: text('<n>', 'forget batch size'),
  sampling: text('<scheme>', 'bernoulli, with-replacement or without-replacement'),
  model: text('<name>', 'the files hold features of a linear or logistic model, or inputs of model.json'),
  labelsRetain: text('<file>', 'labels of the retain set, for --model logistic and model.json'),
  labelsForget: text('<file>', 'labels of the forget set'),
  weights: text('<file>', 'weights of --model logistic, the bias last (default: they are fitted)'),
  ridge: text('<x>', 'ridge of the fit of --model logistic (default: 0)'),
  bias: negatedFlag('the fit of --model logistic has no bias'),
  loss: text('<name>', 'loss of model.json: squared or cross-entropy'),
  backend: text('<name>', 'TensorFlow.js backend of model.json: node, wasm or cpu'),
  allowZeroSamples: flag('take samples whose stored factors are all 0 (no curvature)'),
  factor: text('<x>', 'growth of the distance that counts as escape (default: 1000)'),
  recommend: flag('look for the setting that escapes within --steps with the largest margin'),
  steps: text('<n>', 'with --recommend: steps that the escape may take (default: 1000)'),
  retainShare: text('<x>', 'with --recommend: share of the retain curvature that may go (default: 0.1)'),
  batches: text('<n,..>', 'with --recommend: retain batch sizes to try (default: powers of two)'),
  subset: text(
    '<n>',
    'draw so many samples of each set at most, with confidence intervals (default: large sets)',
  ),
  seed: text('<n>', 'seed of the draw of --subset (default: 1)'),
  confidence: text('<x>', 'with which the intervals of a subset hold together (default: 0.95)'),
  out: text('<dir>', 'write analysis.json, analysis.html and a picture of the forget samples to that folder'),
  json: flag('print the result as JSON'),
};

/** `analyze PROBLEM.json [--recommend] [--out DIR] [--json]`, and `analyze --retain R --forget F ..` for sets in files of their own. */
export const analyzeCommand: CliCommand = {
  name: 'analyze',
  description: 'say on which side a given problem is, and why',
  argument: ['[problem]', 'problem file (JSON); without it, all options up to --sampling are needed'],
  options: OPTIONS,
  run: ({ context, words: [file], given }) => analyze(context, file, given),
};

async function analyze(
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
  const { confidence } = subset;
  // Sets from files come in coordinates of their joint span, if these are fewer.
  const spanned = !isDrawn(problem) && problem.retain.dimension < parameters;
  const analysis = {
    ...analysed(context, problem, setting.eta, { parameters, spanned, factor, confidence }),
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
  readonly setting: AnalyzedSetting;
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

function settingOf({ alpha, batch, sampling }: Omit<AnalyzedSetting, 'eta'>, eta: number): AnalyzedSetting {
  return { alpha, eta, batch, sampling };
}

/** The analysis, showing progress. */
function analysed(
  context: CliContext,
  problem: UnlearningProblem | DrawnProblem,
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
  // Native code: analyses without a picture do without it.
  const { pngOf } = await import('../report/png.js');
  const svg = forgetSamplesPicture(analysis.geometry, source);
  return [
    [PICTURES[0], svg],
    [PICTURES[1], pngOf(svg)],
  ];
}
