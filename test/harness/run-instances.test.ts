import { expect, test } from 'vitest';
import { drawInstances } from '../../src/harness/run-instances.js';
import type { Instance } from '../../src/harness/instance.js';
import { linearTheorems, theorems } from '../../theorems/index.js';

test('drawInstances: any stretch of the draw is the same as cut out of the whole', () => {
  for (const theorem of theorems) {
    // Beyond the stored instances, which come first.
    const to = theorem.witnesses.length + 8;
    const whole = drawInstances<Instance>(theorem, 11, 0, to);
    expect(drawInstances<Instance>(theorem, 11, to - 4, to)).toEqual(whole.slice(to - 4));
    expect(drawInstances<Instance>(theorem, 12, 0, to)).not.toEqual(whole);
  }
});

test('theorems that draw from the same problems have draws of their own', () => {
  const [first] = linearTheorems;
  const drawn = (id: string) =>
    drawInstances<Instance>({ ...first!, id, witnesses: [] }, 11, 0, 30).map((instance) =>
      JSON.stringify(instance),
    );
  expect(drawn('one')).toEqual(drawn('one'));
  const other = new Set(drawn('other'));
  expect(drawn('one').filter((instance) => other.has(instance)).length).toBeLessThan(3);
});

test('draws contain alpha 0 and 1, single samples and full batches, all samplings, ranks above one', () => {
  const problems = linearTheorems
    .flatMap((theorem) => drawInstances(theorem, 1, 0, 50))
    .map(({ problem }) => problem);
  const share = (keep: (problem: (typeof problems)[number]) => boolean) =>
    problems.filter(keep).length / problems.length;
  expect(share(({ alpha }) => alpha === 0)).toBeGreaterThan(0.05);
  expect(share(({ alpha }) => alpha === 1)).toBeGreaterThan(0.001);
  expect(share(({ batch }) => batch.retain === 1)).toBeGreaterThan(0.05);
  expect(share(({ batch, retain }) => batch.retain === retain.length)).toBeGreaterThan(0.05);
  expect(share(({ retain }) => retain.some((factors) => factors.length > 1))).toBeGreaterThan(0.05);
  expect(share(({ retain }) => retain[0]![0]!.length >= 6)).toBeGreaterThan(0.02);
  for (const sampling of ['bernoulli', 'with-replacement', 'without-replacement'] as const) {
    expect(share((problem) => problem.sampling === sampling)).toBeGreaterThan(0.1);
  }
});
