import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { analyzeProblem, CONFIDENCE, ESCAPE_FACTOR, isDrawn } from '../analysis/analyze.js';
import { clippingFault } from '../analysis/clipping.js';
import { recommend } from '../analysis/recommend.js';
import type { Analysis } from '../analysis/answer.js';
import { asserting, isProblemTheorem } from '../harness/kinds.js';
import { type ReadProblem, readProblem } from '../input/read-problem.js';
import type { ProblemFiles } from '../input/problem-source.js';
import { DEFAULT_SUBSET, type SubsetRequest } from '../input/subset-request.js';
import { progressLine } from '../jobs/progress-line.js';
import { describeTraining, interpolationNote } from '../report/analysis-facts.js';
import type { AnalysisPage, AnalyzedSetting } from '../report/analysis-page.js';
import { analysisHeadline, analysisNumbers } from '../report/analysis-text.js';
import { SMALLEST_SUBSET } from '../theory/draw-subset.js';
import {
  changeFile,
  type CliCommand,
  type CliContext,
  prepareOutputFolder,
  writeFile,
  writeFiles,
} from './context.js';
import {
  ABOVE_ONE,
  flag,
  type GivenOptions,
  inside,
  integer,
  number,
  POSITIVE,
  readOptions,
  text,
  UsageError,
} from './options.js';
import { givenProcedure, PROCEDURE_OPTIONS } from './procedure-options.js';
import {
  fieldOption,
  MODEL_OPTIONS,
  problemFiles,
  SET_OPTIONS,
  TRAINING_OPTIONS,
} from './problem-options.js';
import {
  notSearchedWith,
  RECOMMENDATION_OPTIONS,
  recommendationRequest,
  refuseBeyondPlain,
  settingSearch,
  weightOf,
} from './setting-search.js';
import { announceWork, gradientProduct, gramProduct, unshortened } from './work-estimate.js';

const ESCAPE_OPTIONS = {
  factor: number('<x>', 'growth of the distance that counts as escape (default: 1000)', ABOVE_ONE),
  clip: number('<c>', 'norm at which the gradient of a step is clipped', POSITIVE),
  start: number(
    '<x>',
    'with gradients: distance of the start from w*, with which the push is compared',
    POSITIVE,
  ),
  recommend: flag('look for the step size and mixing that escape within --steps with the largest margin'),
  sweep: flag('try learning rates (or eta) a factor 16 to each side, over --steps or --epochs'),
};

const SUBSET_OPTIONS = {
  subset: integer(
    '<n>',
    'draw so many samples of each set at most, with confidence intervals (default: large sets)',
    SMALLEST_SUBSET,
  ),
  seed: integer('<n>', 'seed of the draw of --subset (default: 1)', 0),
  confidence: number(
    '<x>',
    `with which the intervals of a subset hold together (default: ${CONFIDENCE})`,
    inside(0, 1),
  ),
};

const OUTPUT_OPTIONS = {
  timeLimit: number(
    '<s>',
    'seconds after which no further theorem is asked: those left out are named',
    POSITIVE,
  ),
  out: text('<dir>', 'write analysis.json, analysis.html and a picture of the forget samples to that folder'),
  resistCsv: text('<file>', 'write all forget samples to that table, those that resist most first'),
  json: flag('print the result as JSON'),
};

/** `analyze PROBLEM.json`, and `analyze --retain R --forget F ..` for sets in files of their own. */
export const analyzeCommand: CliCommand = {
  argument: ['[problem]', 'problem file (JSON); without it, all options up to --sampling are needed'],
  options: {
    ...SET_OPTIONS,
    ...TRAINING_OPTIONS,
    steps: {
      ...TRAINING_OPTIONS.steps,
      help: 'steps of a run; with --recommend those that the escape may take (default: 1000)',
    },
    ...PROCEDURE_OPTIONS,
    ...MODEL_OPTIONS,
    ...ESCAPE_OPTIONS,
    ...RECOMMENDATION_OPTIONS,
    ...SUBSET_OPTIONS,
    ...OUTPUT_OPTIONS,
  },
  async run({ context, words: [file], given }) {
    const { factor = ESCAPE_FACTOR, clip, start } = readOptions(ESCAPE_OPTIONS, given);
    const request = recommendationRequest(given, factor);
    const {
      subset: size = null,
      seed = DEFAULT_SUBSET.seed,
      confidence,
    } = readOptions(SUBSET_OPTIONS, given);
    const { out, resistCsv, json, timeLimit } = readOptions(OUTPUT_OPTIONS, given);
    const begin = context.now();
    if (out !== undefined) prepareOutputFolder(out);
    if (resistCsv !== undefined) prepareOutputFolder(dirname(resistCsv), '--resist-csv');
    const read = await problemToAnalyze(context, file, given, { size, seed }, timeLimit);
    const { problem, eta, training, translation, source, ...known } = read;
    const notes = [...read.notes];
    const note = (line: string): void => {
      context.stderr.write(`note: ${line}\n`);
      notes.push(line);
    };
    const { alpha, batch, sampling } = problem;
    const setting: AnalyzedSetting = { alpha, eta, batch, sampling, ...(translation && { translation }) };
    const search = settingSearch(given, read, request, factor);
    const { recommend: wanted, sweep } = search;
    if (clip !== undefined) {
      refuseBeyondPlain('--clip', problem);
      const fault = clippingFault(problem);
      if (fault !== null) throw new UsageError(`--clip: ${fault}`);
    }
    if (known.gradients) refuseBeyondPlain('the answer about gradients', problem);
    if (start !== undefined && !known.gradients) {
      throw new UsageError(`--start needs --gradients-retain and --gradients-forget; got ${start} without`);
    }
    const aside = notSearchedWith(search, { gradients: Boolean(known.gradients), clip: clip !== undefined });
    if (aside !== null) note(aside);
    const answer = whileShown(context, 'analysis', (onShare, hidden) =>
      analyzeProblem(problem, eta, context.theorems, {
        ...{
          ...known,
          factor,
          ...(clip !== undefined && { clip: clip / (translation ? weightOf(translation) : 1) }),
          ...(sweep && { sweep }),
          ...(start !== undefined && { start }),
          ...(confidence !== undefined && { confidence }),
        },
        isOver: () => timeLimit !== undefined && context.now() - begin > 1000 * timeLimit,
        onSimulation: (work) =>
          hidden(() => {
            const why = 'growth is simulated, without an exact operator';
            announceWork(
              context,
              { work, fixed: work, timeLimit, shorter: why, instead: why },
              gradientProduct,
            );
          }),
        // What is known is said at once: theorems of many samples take minutes.
        onAnswer: (known) => {
          const late = timeLimit === undefined ? null : unshortened(context.now() - begin, timeLimit);
          if (late !== null) hidden(() => context.stderr.write(late));
          if (!json) hidden(() => context.stdout.write(`${analysisHeadline(known, setting)}\n`));
        },
        onProgress: (done, total) => onShare(done / total),
      }),
    );
    const unasked = isDrawn(problem) ? [] : theoremsLeftOut(context, answer);
    if (unasked.length > 0) {
      note(
        `${unasked.length} theorems were not asked within --time-limit ${timeLimit}: ${unasked.join(', ')}`,
      );
    }
    const analysis = {
      ...answer,
      ...(wanted &&
        !isDrawn(problem) && {
          recommendation: whileShown(context, 'recommendation', (onShare) =>
            recommend(problem, wanted, onShare),
          ),
        }),
      ...(training && { training }),
      ...(translation && { translation }),
      ...(notes.length > 0 && { notes }),
    };
    if (out !== undefined) {
      const page = { source, setting, analysis, theorems: asserting(context.theorems), tool: context.tool };
      const written = await writeAnalysis(page, out);
      context.stderr.write(`Written: ${written.join(', ')}\n`);
    }
    if (resistCsv !== undefined) {
      const { resistingCsv } = await import('../report/forget-samples.js');
      writeFile(resistCsv, resistingCsv(analysis.geometry));
      context.stderr.write(`Written: ${resistCsv}\n`);
    }
    const words = (): string =>
      ['', analysisNumbers(analysis, setting), ...(training ? ['', describeTraining(training)] : [])].join(
        '\n',
      );
    context.stdout.write(`${json ? JSON.stringify(analysis, null, 2) : words()}\n`);
    return 0;
  },
};

/** The problem of a file or of the options, and how the user named it. @throws UsageError, InputError */
async function problemToAnalyze(
  context: CliContext,
  file: string | undefined,
  given: GivenOptions,
  subset: SubsetRequest,
  timeLimit: number | undefined,
): Promise<ReadProblem & { readonly source: string }> {
  const files = problemFiles(file, given);
  const read = await readProblem(files ?? file!, {
    subset,
    ...(await givenProcedure(given)),
    fieldName: (field) =>
      field === 'dropLast' && given.shortLast !== undefined ? '--short-last' : fieldOption(field),
    announce: (work) =>
      announceWork(
        context,
        { work, fixed: work, timeLimit, shorter: '--subset N takes less', instead: '--subset N takes less' },
        gramProduct,
      ),
    note: (line) => context.stderr.write(`${line}\n`),
    progress: (name, total) => progressLine(context, name, total),
  });
  const kind = files?.model?.kind;
  const note = kind === 'logistic' || kind === 'layers-model' ? interpolationNote(read.training) : null;
  if (note !== null) context.stderr.write(`${note}\n`);
  return { ...read, source: files ? filesInWords(files) : file! };
}

/** Ids of the theorems about problems that the answer has no word of. */
function theoremsLeftOut({ theorems }: CliContext, answer: Analysis): string[] {
  const asked = new Set(answer.theorems.map(({ id }) => id));
  return theorems
    .filter((theorem) => isProblemTheorem(theorem) && !asked.has(theorem.id))
    .map(({ id }) => id);
}

function filesInWords({ data, forgetIndex, retain, forget }: ProblemFiles): string {
  return data === undefined ? `${retain}, ${forget}` : `${data}, to forget ${forgetIndex}`;
}

/** Computes while the share that is done is shown, but for what is to be printed in between. */
function whileShown<Result>(
  context: CliContext,
  name: string,
  compute: (onShare: (share: number) => void, hidden: (print: () => void) => void) => Result,
): Result {
  const parts = 1000;
  const progress = progressLine(context, name, parts);
  const hidden = (print: () => void): void => {
    progress.clear();
    print();
  };
  try {
    return compute((share) => progress.update(Math.floor(parts * share)), hidden);
  } finally {
    progress.clear();
  }
}

const PICTURES = ['forget-samples.svg', 'forget-samples.png'] as const;

/**
 * Writes `analysis.json` and `analysis.html`, and the picture of the forget samples as SVG and PNG if something
 * escapes; that of an earlier analysis goes. Returns the paths.
 */
export async function writeAnalysis(page: AnalysisPage, folder: string): Promise<string[]> {
  for (const path of PICTURES.map((name) => join(folder, name))) {
    changeFile(path, () => rmSync(path, { force: true }));
  }
  // Pages and pictures bring typesetting, axes and native code along: answers on the terminal do without.
  const { analysisHtml } = await import('../report/analysis-html.js');
  const contents: (readonly [string, string | Uint8Array])[] = [
    ['analysis.json', `${JSON.stringify(page.analysis, null, 2)}\n`],
    ['analysis.html', analysisHtml(page)],
    ...(await forgetSamples(page)),
  ];
  return writeFiles(folder, contents);
}

async function forgetSamples({ analysis, source }: AnalysisPage): Promise<[string, string | Uint8Array][]> {
  const { kind, samples } = analysis.geometry;
  if (kind === 'none' || samples.length === 0) return [];
  const { forgetSamplesPicture } = await import('../report/forget-samples.js');
  const { pngOf } = await import('../report/png.js');
  const svg = forgetSamplesPicture(analysis.geometry, source);
  return [
    [PICTURES[0], svg],
    [PICTURES[1], pngOf(svg)],
  ];
}
