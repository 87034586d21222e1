import { expect, test } from 'vitest';
import { claimMargin, searchBoundary } from '../../src/harness/boundary-search.js';
import { drawInstances } from '../../src/harness/run-instances.js';
import type { ProblemSpec } from '../../src/theory/problem.js';
import { D1 } from '../../theorems/D1.js';
import { U2 } from '../../theorems/U2.js';

test('a search of margins makes the problem simpler at the cost of a tenth of its margin at most', () => {
  const sizeOf = ({ retain, forget }: ProblemSpec): number => retain.length + forget.length;
  const found = [U2, D1].flatMap((theorem) =>
    [1, 2, 3].map((seed) => {
      const drawn = drawInstances(theorem, seed, 0, 60)
        .filter(({ companion }) => !companion)
        .map(({ problem }) => ({ problem, margin: claimMargin(theorem.claim, problem) ?? Infinity }))
        .filter(({ margin }) => margin > 1e-6);
      const start = drawn.reduce((a, b) => (b.margin < a.margin ? b : a));
      const { margin, problem } = searchBoundary(theorem, seed)!.nearest!;
      return { share: margin / start.margin, fewer: sizeOf(problem) < sizeOf(start.problem) };
    }),
  );
  for (const { share } of found) expect(share).toBeLessThanOrEqual(1.1);
  expect(found.filter(({ fewer }) => fewer).length).toBeGreaterThan(found.length / 2);
});
