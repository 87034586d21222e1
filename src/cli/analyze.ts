import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type AnalysisOptions, analyzeProblem, ESCAPE_FACTOR, isDrawn } from '../analysis/analyze.js';
import type { Analysis, Recommendation } from '../analysis/answer.js';
import { DEFAULT_REQUEST, recommend, type RecommendationRequest } from '../analysis/recommend.js';
import { type ReadProblem, readProblem } from '../input/read-problem.js';
import { DEFAULT_SUBSET, type SubsetRequest } from '../input/subset-size.js';
import { progressLine } from '../jobs/progress-line.js';
import { describeTraining, interpolationNote } from '../report/analysis-facts.js';
import { analysisHtml } from '../report/analysis-html.js';
import type { AnalysisPage } from '../report/analysis-page.js';
import { describeAnalysis, describeSubset, type ProblemSettings } from '../report/analysis-text.js';
import { type DrawnProblem, SMALLEST_SUBSET } from '../theory/draw-subset.js';
import type { UnlearningProblem } from '../theory/problem.js';
import { writeFileWhole } from '../jobs/log.js';
import type { CliCommand, CliContext } from './context.js';
import { prepareOutputFolder } from './files.js';
import {
  ABOVE_ONE,
  BELOW_ONE,
  flag,
  type GivenOptions,
  inside,
  integer,
  integerOption,
  number,
  optionName,
  parsed,
  readOptions,
  text,
  UsageError,
} from './options.js';
import { fieldOption, PROBLEM_OPTIONS, problemFiles } from './problem-options.js';

/** What to answer. */
const ANSWER = {
  factor: number('<x>', 'growth of the distance that counts as escape (default: 1000)', ABOVE_ONE),
  recommend: flag('look for the setting that escapes within --steps with the largest margin'),
  steps: integer('<n>', 'with --recommend: steps that the escape may take (default: 1000)', 1, 1e9),
  retainShare: number(
    '<x>',
    'with --recommend: share of the retain curvature that may go (default: 0.1)',
    BELOW_ONE,
  ),
  batches: parsed(
    '<n,..>',
    'with --recommend: retain batch sizes to try (default: powers of two)',
    (list, name) => list.split(',').map((size) => integerOption(name, size, 1, Number.MAX_SAFE_INTEGER)),
  ),
};

const SUBSET = {
  subset: integer(
    '<n>',
    'draw so many samples of each set at most, with confidence intervals (default: large sets)',
    SMALLEST_SUBSET,
  ),
  seed: integer('<n>', 'seed of the draw of --subset (default: 1)', 0),
  confidence: number(
    '<x>',
    'with which the intervals of a subset hold together (default: 0.95)',
    inside(0, 1),
  ),
};

const OUTPUT = {
  out: text('<dir>', 'write analysis.json, analysis.html and a picture of the forget samples to that folder'),
  json: flag('print the result as JSON'),
};

/** `analyze PROBLEM.json [--recommend] [--out DIR] [--json]`, and `analyze --retain R --forget F ..` for sets in files of their own. */
export const analyzeCommand: CliCommand = {
  name: 'analyze',
  description: 'say on which side a given problem is, and why',
  argument: ['[problem]', 'problem file (JSON); without it, all options up to --sampling are needed'],
  options: { ...PROBLEM_OPTIONS, ...ANSWER, ...SUBSET, ...OUTPUT },
  run: ({ context, words: [file], given }) => analyze(context, file, given),
};

async function analyze(context: CliContext, file: string | undefined, given: GivenOptions): Promise<number> {
  const { factor, recommendation: wanted } = answerRequest(given);
  const { subset: size = null, seed = DEFAULT_SUBSET.seed, confidence } = readOptions(SUBSET, given);
  const { out, json = false } = readOptions(OUTPUT, given);
  if (out !== undefined) prepareOutputFolder(out);
  const { problem, parameters, spanned, setting, source, training } = await problemOf(context, file, given, {
    size,
    seed,
  });
  if (!isDrawn(problem)) checkBatches(wanted, problem.retain.sampleCount);
  else if (wanted) throw new UsageError(refusedRecommendation(problem));
  const analysis = {
    ...analysed(context, problem, setting.eta, {
      parameters,
      spanned,
      factor,
      ...(confidence !== undefined && { confidence }),
    }),
    ...(wanted && !isDrawn(problem) && { recommendation: recommended(context, problem, wanted) }),
    ...(training && { training }),
  };
  if (out !== undefined) {
    const page = { source, setting, analysis, theorems: context.theorems, tool: context.tool };
    const written = await writeAnalysis(page, out);
    context.stderr.write(`Written: ${written.join(', ')}\n`);
  }
  const words = (): string =>
    [
      ...(analysis.subset ? [describeSubset(analysis.subset, setting)] : []),
      describeAnalysis(analysis, setting),
      ...(training ? [describeTraining(training)] : []),
    ].join('\n\n');
  context.stdout.write(`${json ? JSON.stringify(analysis, null, 2) : words()}\n`);
  return 0;
}

interface ProblemToAnalyze extends ReadProblem {
  readonly setting: ProblemSettings;
  /** How the user named it. */
  readonly source: string;
}

async function problemOf(
  context: CliContext,
  file: string | undefined,
  given: GivenOptions,
  subset: SubsetRequest,
): Promise<ProblemToAnalyze> {
  const files = problemFiles(file, given);
  const read = await readProblem(files ?? file!, {
    subset,
    fieldName: fieldOption,
    note: (line) => context.stderr.write(`${line}\n`),
    progress: (name, total) => progressLine(context, name, total, 0),
  });
  const kind = files?.model?.kind;
  const note = kind === 'logistic' || kind === 'layers-model' ? interpolationNote(read.training) : null;
  if (note !== null) context.stderr.write(`${note}\n`);
  const { alpha, batch, sampling } = read.problem;
  const setting = { alpha, eta: read.eta, batch, sampling };
  return { ...read, setting, source: files ? `${files.retain}, ${files.forget}` : file! };
}

function refusedRecommendation({ sets }: DrawnProblem): string {
  const { retain, forget } = sets;
  return `--recommend must be left out for a subset (--subset ${Math.max(retain.of, forget.of)} takes all samples); got ${retain.samples.sampleCount} of ${retain.of} and ${forget.samples.sampleCount} of ${forget.of}`;
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

/** What to answer. */
interface AnswerRequest {
  readonly factor: number;
  /** Null: no setting is to be recommended. */
  readonly recommendation: RecommendationRequest | null;
}

/** Options that say nothing without --recommend. */
const FOR_RECOMMENDATION = ['steps', 'retainShare', 'batches'] as const;

/** @throws UsageError if a value is not allowed, or stands without --recommend. */
function answerRequest(given: GivenOptions): AnswerRequest {
  const foreign = FOR_RECOMMENDATION.find((field) => given[field] !== undefined);
  if (foreign !== undefined && given.recommend !== true) {
    throw new UsageError(
      `--${optionName(foreign)} is for --recommend, which is missing; got ${String(given[foreign])}`,
    );
  }
  const { factor = ESCAPE_FACTOR, recommend: wanted, ...goal } = readOptions(ANSWER, given);
  if (wanted !== true) return { factor, recommendation: null };
  const {
    steps = DEFAULT_REQUEST.steps,
    retainShare: retainShareLimit = DEFAULT_REQUEST.retainShareLimit,
    batches = null,
  } = goal;
  return { factor, recommendation: { factor, steps, retainShareLimit, batches } };
}

/** Checks the batch sizes to try against the set. @throws UsageError */
function checkBatches(recommendation: RecommendationRequest | null, samples: number): void {
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
