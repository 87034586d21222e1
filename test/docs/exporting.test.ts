import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  analyzeWords,
  disagreements,
  growthTable,
  type PytorchRun,
  pytorchRuns,
} from '../../studies/pytorch/comparison.js';
import type { Analysis } from '../../src/analysis/answer.js';
import { capture } from '../cli/captured-context.js';
import { expectShown, root } from './shown-output.js';

/** Factors and growths as PyTorch wrote them: UPDATE_DOCS=1 scripts/test-torch.sh writes this folder. */
const folder = join(root, 'test/fixtures/pytorch');
const document = pytorchRuns(folder);

async function analysisOf(run: PytorchRun): Promise<Analysis> {
  const { stdout } = await capture(analyzeWords(run, folder));
  return JSON.parse(stdout) as Analysis;
}

describe("PyTorch's own unlearning", () => {
  test('grows as predicted from the factors that PyTorch exported, in the table of the guide', async () => {
    const analyses: Analysis[] = [];
    for (const run of document.runs) analyses.push(await analysisOf(run));
    const found = document.runs.map((run, k) => disagreements(run, analyses[k]!));
    expect(found.flat()).toEqual([]);
    expectShown('docs/exporting.md', 'pytorch', growthTable(document, analyses));
  });

  test('contradicts predictions for a mixing or a step size that is 1 % off', async () => {
    const run = document.runs[0]!;
    for (const off of [
      { ...run, alpha: 1.01 * run.alpha },
      { ...run, eta: 1.01 * run.eta },
    ]) {
      expect(disagreements(run, await analysisOf(off))).toContain('growth');
    }
  });

  test('contradicts a side and a single run that are wrong by themselves', () => {
    const run: PytorchRun = {
      ...document.runs[0]!,
      logGrowth: 1e-7,
      run: { growth: 0.1, standardError: 0.01 },
    };
    const exact = {
      etaStar: 1,
      spectralRadius: 1,
      logGrowth: -1e-7,
      side: 'stable',
      verdict: 'stable',
    } as const;
    const typical = { growth: 0.2, low: 0.19, high: 0.21 };
    expect(disagreements(run, { exact, typical })).toEqual(['side', 'single run']);
    expect(disagreements(run, null)).toEqual(['refused']);
  });
});
