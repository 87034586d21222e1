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
    'studies/evidence/logistic-regression.ts',
    "import { plannedCells } from '../../evidence/design.js';",
    'src never names a theorem',
  ],
  ['theorems/U3.ts', "import { examine } from '../src/harness/examine.js';", 'only the type of a theorem'],
  ['theorems/U3.ts', "import { decideSide } from '../src/decision/decide-side.js';", 'shares no code'],
  [
    'src/theory/operator/exact-stability.ts',
    "import { unlearningStep } from '../unlearning/step.js';",
    'independent',
  ],
  [
    'src/theory/operator/exact-stability.ts',
    "import { coherenceMatrix } from '../coherence/axes.js';",
    'independent',
  ],
  [
    'src/decision/decide-side.ts',
    "import { exactStability } from '../stability/exact-stability.js';",
    'independent of the exact operator',
  ],
  [
    'src/unlearning/process.ts',
    "import { exactStability } from '../stability/exact-stability.js';",
    'independent of the exact operator',
  ],
  ['src/linalg/vectors.ts', "import { factorSet } from '../curvature/factor-set.js';", 'stand alone'],
  [
    'src/theory/reduction.ts',
    "import { exactStability } from '../stability/exact-stability.js';",
    'come before',
  ],
  [
    'src/linalg/vectors.ts',
    "import { networkOutputs } from '../network/patch-network.js';",
    'linalg and random stand alone',
  ],
  ['src/theory/reduction.ts', "import { LOSSES } from '../network/losses.js';", 'come before'],
  ['src/theory/coherence.ts', "import { loadBackend } from '../backends/load-backend.js';", 'come before'],
  ['src/theory/operator/exact-stability.ts', "import { LOSSES } from '../network/losses.js';", 'independent'],
  [
    'src/theory/operator/exact-stability.ts',
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
    'src/network/gradient-backend.ts',
    "import { unlearningStep } from '../unlearning/step.js';",
    'nothing that is made of it',
  ],
  [
    'src/network/gradient-backend.ts',
    "import { factorSet } from '../curvature/factor-set.js';",
    'nothing that is made of it',
  ],
  [
    'src/network/tfjs-backend.ts',
    "import { networkOutputs } from '../network/patch-network.js';",
    'shares no code with the first',
  ],
  [
    'src/network/descent.ts',
    "import { unlearningStep } from '../unlearning/step.js';",
    'The network knows vectors',
  ],
  [
    'src/input/model-factors.ts',
    "import { exactStability } from '../stability/exact-stability.js';",
    'does not know where they come from',
  ],
  [
    'src/input/logistic-sets.ts',
    "import { openMatrix } from '../data/matrix/open-matrix.js';",
    'does not know where they come from',
  ],
  [
    'src/network/linearisation.ts',
    "import { exactStability } from '../stability/exact-stability.js';",
    'Unlearning of a network is independent',
  ],
  [
    'src/network/escape-prediction.ts',
    "import type { Theorem } from '../harness/theorem.js';",
    'Unlearning of a network is independent',
  ],
  [
    'src/network/deletion-measures.ts',
    "import { escapePrediction } from '../forgetting/escape-prediction.js';",
    'without the theory that predicts it',
  ],
  [
    'src/network/retrained-comparison.ts',
    "import { meanCurvature } from '../curvature/mean-curvature.js';",
    'without the theory that predicts it',
  ],
  [
    'src/network/network-experiment.ts',
    "import { describeExperiment } from '../cli/network-text.js';",
    'does not know who prints',
  ],
  [
    'src/theory/matrix-source.ts',
    "import { openMatrix } from '../data/matrix/open-matrix.js';",
    'come before',
  ],
  [
    'src/input/matrix-file.ts',
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
    'src/frontier/step-maps.ts',
    "import { renderPicture } from '../../pictures/render-picture.js';",
    'do not know who draws or prints',
  ],
  [
    'src/analysis/subset-of-sources.ts',
    "import { openMatrix } from '../data/matrix/open-matrix.js';",
    'not files or who prints',
  ],
  ['src/frontier/run-grid.ts', "import { D1 } from '../../theorems/D1.js';", 'src never names a theorem'],
  [
    'src/report/frontier-picture.ts',
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
    'src/api/analyze.ts',
    "import { runCommandLine } from '../src/cli/program.js';",
    'beside the command line',
  ],
  [
    'src/api/report.ts',
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
