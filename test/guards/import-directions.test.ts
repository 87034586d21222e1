import { ESLint } from 'eslint';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Our bans alone, without types: that is what makes it quick. */
const eslint = new ESLint({
  cwd: root,
  ruleFilter: ({ ruleId }) => /no-restricted-(imports|properties|syntax)$/.test(ruleId),
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
});

/** An existing file, an import planted in front of its text, and the rule that must reject it. */
const violations: [string, string, string][] = [
  [
    'src/harness/examine.ts',
    "import { theorems } from '../../theorems/index.js';",
    'src never names a theorem',
  ],
  ['src/linalg/vectors.ts', "import { D1 } from '../../theorems/D1.js';", 'src never names a theorem'],
  [
    'theorems/U3.ts',
    "import { exactStability } from '../src/stability/exact-stability.js';",
    'shares no code',
  ],
  ['theorems/U3.ts', "import { unlearningStep } from '../src/unlearning/step.js';", 'shares no code'],
  [
    'src/models/logistic.ts',
    "import { plannedCells } from '../../evidence/design.js';",
    'src never names a theorem',
  ],
  ['theorems/U3.ts', "import { examine } from '../src/harness/examine.js';", 'only the type of a theorem'],
  ['theorems/U3.ts', "import { decideSide } from '../src/decision/decide-side.js';", 'shares no code'],
  [
    'src/stability/exact-stability.ts',
    "import { unlearningStep } from '../unlearning/step.js';",
    'independent',
  ],
  [
    'src/stability/exact-stability.ts',
    "import { coherenceMatrix } from '../coherence/axes.js';",
    'independent',
  ],
  [
    'src/decision/decide-side.ts',
    "import { exactStability } from '../stability/exact-stability.js';",
    'independent of the exact operator',
  ],
  [
    'src/unlearning/step.ts',
    "import { exactStability } from '../stability/exact-stability.js';",
    'independent of the exact operator',
  ],
  ['src/linalg/vectors.ts', "import { factorSet } from '../curvature/factor-set.js';", 'stand alone'],
  [
    'src/curvature/reduction.ts',
    "import { exactStability } from '../stability/exact-stability.js';",
    'come before',
  ],
  [
    'src/linalg/vectors.ts',
    "import { networkOutputs } from '../network/patch-network.js';",
    'linalg and random stand alone',
  ],
  ['src/curvature/reduction.ts', "import { LOSSES } from '../network/losses.js';", 'come before'],
  ['src/coherence/axes.ts', "import { loadBackend } from '../backends/load-backend.js';", 'come before'],
  ['src/stability/exact-stability.ts', "import { LOSSES } from '../network/losses.js';", 'independent'],
  [
    'src/stability/exact-stability.ts',
    "import { loadBackend } from '../backends/load-backend.js';",
    'independent',
  ],
  [
    'src/network/network-model.ts',
    "import { exactStability } from '../stability/exact-stability.js';",
    'The network knows vectors',
  ],
  [
    'src/network/network-model.ts',
    "import { loadBackend } from '../backends/load-backend.js';",
    'The network knows vectors',
  ],
  [
    'src/backends/closed-form-backend.ts',
    "import { unlearningStep } from '../unlearning/step.js';",
    'nothing that is made of it',
  ],
  [
    'src/backends/closed-form-backend.ts',
    "import { factorSet } from '../curvature/factor-set.js';",
    'nothing that is made of it',
  ],
  [
    'src/backends/tfjs-backend.ts',
    "import { networkOutputs } from '../network/patch-network.js';",
    'shares no code with the first',
  ],
  [
    'src/network/mini-batch-descent.ts',
    "import { unlearningStep } from '../unlearning/step.js';",
    'The network knows vectors',
  ],
  [
    'src/trained-model/model-factors.ts',
    "import { exactStability } from '../stability/exact-stability.js';",
    'does not know where they come from',
  ],
  [
    'src/trained-model/logistic-model.ts',
    "import { openMatrix } from '../data/matrix/open-matrix.js';",
    'does not know where they come from',
  ],
  [
    'src/forgetting/local-problem.ts',
    "import { exactStability } from '../stability/exact-stability.js';",
    'Unlearning of a network is independent',
  ],
  [
    'src/forgetting/escape-prediction.ts',
    "import type { Theorem } from '../harness/theorem.js';",
    'Unlearning of a network is independent',
  ],
  [
    'src/deletion/deletion-measures.ts',
    "import { escapePrediction } from '../forgetting/escape-prediction.js';",
    'without the theory that predicts it',
  ],
  [
    'src/deletion/deletion-verdict.ts',
    "import { meanCurvature } from '../curvature/mean-curvature.js';",
    'without the theory that predicts it',
  ],
  [
    'src/experiment/network-experiment.ts',
    "import { describeExperiment } from '../cli/network-text.js';",
    'does not know who prints',
  ],
  [
    'src/curvature/streamed-gram.ts',
    "import { openMatrix } from '../data/matrix/open-matrix.js';",
    'come before',
  ],
  [
    'src/data/matrix/open-matrix.ts',
    "import { changeFile } from '../../cli/files.js';",
    'Files do not know who computes',
  ],
  ['src/harness/verify.ts', "import { junitXml } from '../report/junit.js';", 'does not know who prints'],
  ['src/harness/verify.ts', "import { runGrid } from '../frontier/run-grid.js';", 'does not know who prints'],
  [
    'src/frontier/run-grid.ts',
    "import { frontierText } from '../report/frontier-text.js';",
    'do not know who draws or prints',
  ],
  [
    'src/frontier/maps/step-batch.ts',
    "import { renderPicture } from '../../pictures/render-picture.js';",
    'do not know who draws or prints',
  ],
  [
    'src/subsets/survey.ts',
    "import { openMatrix } from '../data/matrix/open-matrix.js';",
    'not files or who prints',
  ],
  ['src/frontier/run-grid.ts', "import { D1 } from '../../theorems/D1.js';", 'src never names a theorem'],
  [
    'src/pictures/frontier-spec.ts',
    "import { exactStability } from '../stability/exact-stability.js';",
    'they compute nothing',
  ],
  [
    'src/harness/verify.ts',
    "import { analyze } from '../../library/analyze.js';",
    'src never names a theorem',
  ],
  [
    'theorems/U3.ts',
    "import { analyze } from '../library/analyze.js';",
    'come before properties and programs',
  ],
  [
    'library/analyze.ts',
    "import { runCommandLine } from '../src/cli/program.js';",
    'beside the command line',
  ],
  [
    'library/report.ts',
    "import { renderPicture } from '../src/pictures/render-picture.js';",
    'loads no renderer',
  ],
  [
    'theorems/U3.ts',
    "import { theoremThresholds } from '../src/frontier/theorem-thresholds.js';",
    'shares no code',
  ],
];

async function messagesFor(file: string, prefix: string): Promise<string[]> {
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(`${root}${file}`, 'utf8');
  const [result] = await eslint.lintText(`${prefix}\n${text}`, { filePath: `${root}${file}` });
  return result!.messages.map(({ message }) => message);
}

describe('imports point one way: lint rejects', () => {
  test.each(violations)('%s with %s', async (file, planted, reason) => {
    expect(await messagesFor(file, '')).toEqual([]);
    expect((await messagesFor(file, planted)).join('\n')).toContain(reason);
  });
});

describe('results depend on seeds alone: lint rejects', () => {
  test.each([
    ['Math.random', 'export const x = Math.random();'],
    ['Date.now', 'export const x = Date.now();'],
    ['new Date', 'export const x = new Date();'],
  ])('%s', async (_, planted) => {
    expect((await messagesFor('src/linalg/vectors.ts', planted)).join('\n')).toMatch(/seed|clock/);
  });
});
