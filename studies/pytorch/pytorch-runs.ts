import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
