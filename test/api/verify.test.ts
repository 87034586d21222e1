import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defineTheorem } from '../../src/api/define-theorem.js';
import { replay, verify } from '../../src/api/verify.js';
import type { Counterexample } from '../../src/harness/counterexample.js';
import type { Theorem } from '../../src/harness/theorem.js';
import type { AgreementReport } from '../../src/report/agreement.js';
import { agreementMarkdown, agreementText } from '../../src/report/agreement-text.js';
import { agreementHtml } from '../../src/api/report.js';
import { junitXml } from '../../src/report/junit.js';
import { linearTheorems } from '../../theorems/index.js';
import { largestMeanCurvature } from '../../theorems/curvature-terms.js';
import { capture, temporaryFolder } from '../cli/captured-context.js';

const QUICK = { seed: 3, budget: 'quick', instances: 10, onWarning: () => undefined } as const;
const D3 = linearTheorems.filter(({ id }) => id === 'D3');

/** lambda_1(D) eta > factor => diverges: right for 2, wrong below. */
function overshoot(id: string, factor: number): Theorem {
  return defineTheorem({
    id,
    name: `overshoot <${factor}>`,
    statement: `eta lambda_1(D) > ${factor}  =>  diverges.`,
    asserts: 'divergence',
    criticalStep: (problem) => {
      const top = largestMeanCurvature(problem);
      return top > 0 ? factor / top : null;
    },
    problems: { mixing: 'zero' },
  });
}

/** A report without what may differ between equal runs. */
function lasting({ timing, environment, tool, ...report }: AgreementReport) {
  expect([timing, environment, tool]).not.toContain(undefined);
  return report;
}

describe('verify(theorems, options)', () => {
  test('finds what the command line writes', async () => {
    const out = temporaryFolder();
    await capture('verify --theorem D3 --seed 3 --budget quick --runs 10 --out'.split(' ').concat(out));
    const written = JSON.parse(readFileSync(join(out, 'agreement.json'), 'utf8')) as AgreementReport;
    const found = JSON.parse(JSON.stringify(await verify(D3, QUICK))) as AgreementReport;
    expect(lasting(found)).toEqual(lasting(written));
  });

  test('agrees with an own theorem that is right, and shrinks the contradiction of a wrong one', async () => {
    const wrong = overshoot('R2', 0.5);
    const report = await verify([overshoot('R1', 2), wrong], { ...QUICK, instances: 15 });
    const [right, other] = report.theorems;
    expect(right).toMatchObject({ contradict: 0, counterexample: null });
    expect(right!.agree).toBeGreaterThan(0);
    expect(report.verdict).toBe('contradicted');
    expect(other!.counterexample!.fastCheck.shrinks).toBeGreaterThan(5);
    const recorded = JSON.parse(JSON.stringify(other!.counterexample)) as Counterexample;
    expect((await replay(recorded, wrong)).outcome).toBe('contradict');
    expect((await replay(recorded, overshoot('R2', 2))).outcome).not.toBe('contradict');
    expect(agreementHtml(report)).toContain('overshoot &lt;0.5&gt;');
    expect(agreementMarkdown(report)).toContain('R2');
    expect(junitXml(report)).toContain('R2 overshoot');
    expect(agreementText(report)).not.toMatch(/undefined|Reports:/);
  });

  test('warns of a theorem without wrong variants, and of no other', async () => {
    const lines: string[] = [];
    const onWarning = (line: string): number => lines.push(line);
    await verify([...D3, overshoot('R1', 2)], { ...QUICK, instances: 1, onWarning });
    expect(lines).toEqual(['R1 has no wrong variants: nothing shows that a mistake in it would be noticed']);
  });

  test('reports progress, takes turns of the event loop, and stops when aborted', async () => {
    const abort = new AbortController();
    let seen = 0;
    setImmediate(() => abort.abort());
    const report = await verify(D3, {
      ...QUICK,
      instances: 200,
      signal: abort.signal,
      onProgress: ({ examinations, total }) => {
        expect(total).toBe(200);
        seen = examinations.length;
      },
    });
    expect(report.verdict).toBe('interrupted');
    expect(seen).toBeGreaterThan(0);
    expect(seen).toBeLessThan(200);
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ['no theorem', () => verify([]), 'theorems must have at least one theorem; got none'],
    ['an id twice', () => verify([...D3, ...D3]), 'theorems must have different ids; got D3 twice'],
    ['a seed that is none', () => verify(D3, { seed: 0.5 }), 'seed must be an integer >= 0; got 0.5'],
    ['no instances', () => verify(D3, { instances: 0 }), 'instances must be an integer >= 1; got 0'],
    [
      'an unknown budget',
      () => verify(D3, { budget: 'toString' as 'quick' }),
      'budget must be one of quick, standard, deep; got "toString"',
    ],
    [
      'own theorems on threads without a module',
      () => verify(overshoot('R1', 2), { ...QUICK, workers: 1 }),
      'theorem R1 must be given to worker threads as a module, or checked without workers',
    ],
    [
      'a module without theorems',
      () =>
        verify(overshoot('R1', 2), {
          ...QUICK,
          workers: 1,
          module: new URL('data:text/javascript,export default 1'),
        }),
      'data:text/javascript,export default 1: must have a list of theorems as its default export',
    ],
  ])('refuses %s', async (_, call, message) => {
    await expect(call()).rejects.toThrow(message);
  });

  test('rejects with what a theorem throws', async () => {
    const broken = defineTheorem({
      id: 'R1',
      name: 'broken',
      statement: 'nothing',
      asserts: 'stability',
      criticalStep: () => {
        throw new TypeError('no such matrix');
      },
    });
    await expect(verify(broken, QUICK)).rejects.toThrow('no such matrix');
  });
});

test('replay refuses what is no counterexample, and one of another theorem', async () => {
  await expect(replay({} as never, D3)).rejects.toThrow(/^counterexample: schemaVersion is missing/);
  const { theorems } = await verify(overshoot('R2', 0.5), QUICK);
  await expect(replay(theorems[0]!.counterexample!, D3)).rejects.toThrow(
    'counterexample: theorem.id must be one of D3; got R2',
  );
});
