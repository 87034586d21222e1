import { drawnSets } from '../theory/draw-subset.js';
import {
  factorCount,
  problemFromSpec,
  type UnlearningProblem,
  type GivenProcedure,
} from '../theory/problem.js';
import {
  analysisWork,
  checkSubset,
  DEFAULT_SUBSET,
  subsetSize,
  type SubsetRequest,
} from './subset-request.js';
import { fileText } from './file-bytes.js';
import { type FieldName, type FieldsOf, withKnownFields } from './input-error.js';
import { parseProblemFile } from './problem-file.js';
import { parseProblem, type ProblemInput } from './problem-input.js';
import { problemOfFiles, type ReadProblem } from './problem-of-files.js';
import {
  checkedProblemFiles,
  type ProblemFiles,
  type Reading,
  type ReadingProgress,
  type GradientFiles,
  type SampleGradients,
} from './problem-source.js';
import { withGiven, withSampling } from './procedure-fields.js';
import {
  type GradientShape,
  gradientSources,
  inCoordinatesOfSets,
  listedGradients,
  storedGradients,
} from './sample-gradients.js';

export type { ReadProblem } from './problem-of-files.js';

export interface ReadOptions {
  /** Default: a subset of large sets alone, with seed 1. */
  readonly subset?: SubsetRequest;
  /** How messages call a field of the problem, such as `batch.retain`; default: like that. */
  readonly fieldName?: FieldName;
  /** Called with a line for the user about what was done in place of what could not be. */
  readonly note?: (line: string) => void;
  /** Called when a part of so many pieces begins; shows how far it is. */
  readonly progress?: (name: string, total: number) => ReadingProgress;
  /** Hears of the multiplications of reading and analysing, about, before they begin; it may throw. */
  readonly announce?: (multiplications: number) => void;
  /** Files of the gradients of the samples at w*, n x p; beside sets in files or a problem file. */
  readonly gradients?: GradientFiles;
  /** Fields that take the place of those of the problem, which needs no sampling where that of both sets is among them. */
  readonly procedure?: GivenProcedure;
}

const READ_OPTIONS: FieldsOf<ReadOptions> = {
  subset: true,
  fieldName: true,
  note: true,
  progress: true,
  announce: true,
  gradients: true,
  procedure: true,
};

const SUBSET_FIELDS: FieldsOf<SubsetRequest> = { size: true, seed: true };

/**
 * Reads a problem: a problem file (its path), sets in files of their own, or in one with the row numbers of the forget set, in
 * blocks, with the settings beside them, or everything in memory.
 *
 * @throws InputError in one line that names the file or field, the value and what is allowed.
 * @example await readProblem({ retain: 'R.npy', forget: 'all.npz#forget', alpha: 0.1, eta: 0.5,
 *   batch: { retain: 8, forget: 4 }, sampling: 'bernoulli', model: { kind: 'linear' } })
 */
export async function readProblem(
  source: string | ProblemFiles | ProblemInput | Omit<ProblemInput, 'sampling'>,
  options: ReadOptions = {},
): Promise<ReadProblem> {
  const {
    subset = DEFAULT_SUBSET,
    gradients,
    procedure,
  } = withKnownFields('readProblem', options, READ_OPTIONS);
  withKnownFields('readProblem: subset', subset, SUBSET_FIELDS);
  if (typeof source !== 'string' && !isInFiles(source)) {
    const { problem, eta, gradients: given } = parseProblem(source, procedure);
    return ofMemory(problem, eta, subset, given, options.announce);
  }
  const open: (() => void)[] = [];
  const notes: string[] = [];
  const reading: Reading = {
    fieldName: (field) => field,
    progress: () => ({ update: () => undefined, clear: () => undefined }),
    announce: () => undefined,
    ...options,
    note(line) {
      notes.push(line.replace(/^note: /, ''));
      options.note?.(line);
    },
    closing: (close) => void open.push(close),
  };
  try {
    if (typeof source !== 'string') {
      const checked = checkedProblemFiles(withSampling(source, procedure), reading.fieldName);
      const files = withGiven(checked, procedure);
      return { ...(await problemOfFiles(reading, files, subset, gradients)), notes };
    }
    const {
      eta,
      gradients: own,
      ...spec
    } = parseProblemFile(fileText(source), source, procedure, options.fieldName);
    const problem = problemFromSpec(spec);
    const shape = shapeOf(problem);
    const read = gradients
      ? storedGradients(await gradientSources(gradients, shape, reading))
      : own && listedGradients(own, shape, (field) => `${source}: ${field}`);
    const known = read ? inCoordinatesOfSets(read, problem.procedure?.preconditioner) : null;
    return ofMemory(problem, eta, subset, known, reading.announce);
  } finally {
    for (const close of open.reverse()) close();
  }
}

function isInFiles(source: ProblemFiles | Omit<ProblemInput, 'sampling'>): source is ProblemFiles {
  const { retain, forget, data, forgetIndex } = (source as Partial<ProblemFiles> | null) ?? {};
  return [retain, forget, data, forgetIndex].some((path) => typeof path === 'string');
}

function shapeOf({ retain, forget }: UnlearningProblem): GradientShape {
  return {
    samples: { retain: retain.sampleCount, forget: forget.sampleCount },
    parameters: retain.dimension,
  };
}

function ofMemory(
  whole: UnlearningProblem,
  eta: number,
  subset: SubsetRequest,
  gradients: SampleGradients | null,
  announce: ReadOptions['announce'],
): ReadProblem {
  const { retain, forget, ...setting } = whole;
  const { dimension: parameters } = retain;
  const sizes = {
    retain: retain.sampleCount,
    forget: forget.sampleCount,
    factors: factorCount(retain) + factorCount(forget),
    parameters,
  };
  const size = subsetSize(subset, sizes);
  const { seed } = subset;
  announce?.(analysisWork(sizes, size));
  if (size !== null) checkSubset(whole, shapeOf(whole).samples, gradients !== null);
  const problem =
    size === null
      ? whole
      : { ...setting, sets: drawnSets({ retain, forget }, { size, seed }), parameters, seed };
  return {
    problem,
    eta,
    parameters,
    spanned: false,
    training: null,
    gradients,
    translation: null,
    forgetIds: null,
    notes: [],
  };
}
