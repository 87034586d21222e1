import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../src/analysis/answer.js';
import { relativeDifference } from '../closeness.js';
import { root } from '../docs/shown-output.js';
import { capture, temporaryFolder } from './captured-context.js';

/** One axis, curvatures 1 and 1.5: the mean of the plain step escapes, and one ascent after one descent holds. */
const OPPOSED = {
  retain: [[[1]]],
  forget: [[[Math.sqrt(1.5)]]],
  alpha: 0.45,
  eta: 0.5,
  batch: { retain: 1, forget: 1 },
  sampling: 'without-replacement',
};

function file(content: object | string, name = 'problem.json'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function answered(...args: string[]): Promise<Analysis> {
  const { code, stdout, stderr } = await capture(['analyze', ...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Analysis;
}

interface Vector {
  readonly name: string;
  readonly problem: object;
  readonly etaStar: number;
  readonly firstCrossing: number | null;
  readonly logGrowthPerPeriod: number;
}

describe('vectors-2.json through analyze --json', () => {
  const vectors = JSON.parse(readFileSync(`${root}test/fixtures/vectors-2.json`, 'utf8')) as Vector[];

  test.each(vectors)('$name', async ({ problem, etaStar, logGrowthPerPeriod }) => {
    const { exact, procedure } = await answered(file(problem));
    expect(relativeDifference(exact.logGrowth * procedure.period, logGrowthPerPeriod)).toBeLessThan(1e-8);
    expect(relativeDifference(exact.etaStar, etaStar)).toBeLessThan(1e-8);
  });
});

describe('at eta 0.5, alpha 0.45, curvatures 1 and 1.5', () => {
  test('the simultaneous step escapes, and ascent and descent in turns hold', async () => {
    const simultaneous = await answered(file(OPPOSED));
    const alternating = await answered(file(OPPOSED), '--schedule', 'alternating:1:1');
    expect(simultaneous.exact.side).toBe('diverges');
    expect(Math.sqrt(simultaneous.exact.spectralRadius)).toBeCloseTo(1.06, 2);
    expect(alternating.exact).toMatchObject({ side: 'stable', verdict: 'stable', firstCrossingOnly: true });
    expect(Math.exp(alternating.exact.logGrowth)).toBeCloseTo(0.97, 2);
  });
});
