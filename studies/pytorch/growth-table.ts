import type { Analysis } from '../../src/analysis/answer.js';
import { significant } from '../../src/report/number-format.js';
import { textTable } from '../../src/report/table.js';
import { disagreements } from './disagreements.js';
import type { PytorchRuns } from './pytorch-runs.js';

/** Predictions from exported factors beside what PyTorch's own steps showed, a line a setting. */
export function growthTable(
  { environment, networks, runs }: PytorchRuns,
  analyses: readonly Analysis[],
): string {
  const settings = runs.map((run, k) => {
    const { mixing, exact, typical } = analyses[k]!;
    return [
      run.network,
      String(run.alpha),
      significant(mixing.alphaStar),
      String(run.eta),
      significant(exact.etaStar),
      `${run.batch.join(' / ')}${run.sampling === 'with-replacement' ? ' repeated' : ''}`,
      exact.side,
      exact.logGrowth.toFixed(6),
      run.logGrowth.toFixed(6),
      `${typical.low.toFixed(3)} .. ${typical.high.toFixed(3)}`,
      run.run.growth.toFixed(3),
      disagreements(run, analyses[k]!).join(', ') || 'agrees',
    ];
  });
  return [
    environment,
    '',
    textTable(
      ['network', 'parameters moved', 'loss', 'largest gradient at w*'],
      Object.entries(networks).map(([name, { parameters, loss, largestGradient }]) => [
        name,
        String(parameters),
        loss,
        largestGradient.toExponential(0),
      ]),
    ),
    '',
    textTable(
      [
        ...['network', 'alpha', 'alpha*', 'eta', 'eta*', 'batches', 'side'],
        ...['log rho', 'PyTorch', '2 gamma', 'PyTorch', ''],
      ],
      settings,
    ),
  ].join('\n');
}
