import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Analysis } from '../../src/analysis/answer.js';
import { significant } from '../../src/report/number-format.js';
import { textTable } from '../../src/report/table.js';
import { sideOfGrowth } from '../../src/theory/operator/exact-stability.js';
import type { Sampling } from '../../src/theory/problem.js';

/** One setting, and the growth per step that PyTorch's own unlearning steps showed. */
export interface PytorchRun {
  /** Name of the network, and of the folder with its factors. */
  readonly network: string;
  readonly alpha: number;
  readonly eta: number;
  /** Retain and forget batch. */
  readonly batch: readonly [number, number];
  readonly sampling: Sampling;
  /** log of the growth of E|w - w*|^2, from one real step with every pair of batches in every direction. */
  readonly logGrowth: number;
  /** Twice the log of the growth of |w - w*| along one run of real steps. */
  readonly run: { readonly growth: number; readonly standardError: number };
}

/** runs.json as train_and_export.py writes it. */
export interface PytorchRuns {
  /** Versions that ran. */
  readonly environment: string;
  readonly networks: Readonly<Record<string, PytorchNetwork>>;
  readonly runs: readonly PytorchRun[];
}

/** A trained network: parameters that unlearning moves, and the largest gradient of a sample's loss in them. */
export interface PytorchNetwork {
  readonly loss: string;
  readonly parameters: number;
  readonly largestGradient: number;
}

/** Reads what train_and_export.py wrote into a folder. */
export function pytorchRuns(folder: string): PytorchRuns {
  return JSON.parse(readFileSync(join(folder, 'runs.json'), 'utf8')) as PytorchRuns;
}

/** The words of the command line that analyse a setting with the factors in a folder. */
export function analyzeWords({ network, alpha, eta, batch, sampling }: PytorchRun, folder: string): string[] {
  const [retain, forget] = ['retain.npy', 'forget.npy'].map((file) => join(folder, network, file));
  return [
    ...['analyze', '--retain', retain!, '--forget', forget!, '--alpha', String(alpha), '--eta', String(eta)],
    ...['--batch-retain', String(batch[0]), '--batch-forget', String(batch[1])],
    ...['--sampling', sampling, '--json'],
  ];
}

/**
 * A factor in float32 is off by at most 2^-24 of itself, a curvature by twice that, log rho by at most
 * 2 eta lambda_1(K) times that again: 5e-7 at eta lambda_1(K) = 2. Central differences add about 1e-8.
 */
export const GROWTH_TOLERANCE = 1e-6;
/** A single run is put back to 1e-5 from w*, where the network is linear up to about that times its curvature. */
export const RUN_TOLERANCE = 1e-4;
/** Of PyTorch's run; the interval of `typical` is one of 99 % itself. */
export const STANDARD_ERRORS = 3;

/**
 * What of an analysis PyTorch's own steps contradict: the growth of E|w - w*|^2, its side, or the growth of a single
 * run; empty if nothing. Null stands for factors that `analyze` refused.
 */
export function disagreements(
  run: PytorchRun,
  analysis: Pick<Analysis, 'exact' | 'typical'> | null,
): string[] {
  if (analysis === null) return ['refused'];
  const { exact, typical } = analysis;
  const allowed = (typical.high - typical.low) / 2 + STANDARD_ERRORS * run.run.standardError + RUN_TOLERANCE;
  const agrees = {
    growth: Math.abs(exact.logGrowth - run.logGrowth) <= GROWTH_TOLERANCE,
    side: exact.side === sideOfGrowth(run.logGrowth),
    'single run': Math.abs((typical.low + typical.high) / 2 - run.run.growth) <= allowed,
  };
  return Object.entries(agrees).flatMap(([name, holds]) => (holds ? [] : [name]));
}

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
        roundingBelow(largestGradient),
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

/** A power of ten above twice a number that is rounding: its digits differ between processors. */
function roundingBelow(x: number): string {
  return `< ${(10 ** Math.ceil(Math.log10(2 * x))).toExponential(0)}`;
}
