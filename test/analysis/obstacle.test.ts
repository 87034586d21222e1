import { describe, expect, test } from 'vitest';
import type { Recommendation } from '../../src/analysis/recommendation.js';
import { DEFAULT_REQUEST, recommend, type RecommendationRequest } from '../../src/analysis/recommend.js';
import { problemFromSpec, type ProblemSpec } from '../../src/theory/problem.js';

function recommended(spec: ProblemSpec, request: Partial<RecommendationRequest> = {}): Recommendation {
  return recommend(problemFromSpec(spec), { ...DEFAULT_REQUEST, ...request });
}

/** A unit vector along one of p axes, as the one factor of a sample. */
const along = (axis: number, p: number, length = 1): number[][] => [
  Array.from({ length: p }, (_, a) => (a === axis ? length : 0)),
];

const n = 16;

/** 16 retain samples on axes of their own, and forget samples on another one. */
const open: ProblemSpec = {
  retain: Array.from({ length: n }, (_, i) => along(i, n + 1)),
  forget: [along(n, n + 1), along(n, n + 1)],
  alpha: 0.2,
  batch: { retain: 1, forget: 1 },
  sampling: 'bernoulli',
};

test('nothing blocks sets that do not overlap', () => {
  const { best, obstacle } = recommended(open);
  expect(best).not.toBeNull();
  expect(obstacle).toBeNull();
});

describe('what blocks every setting is', () => {
  test('forget, where there is no forget curvature', () => {
    const { best, obstacle, region } = recommended({
      ...open,
      alpha: 0,
      forget: [],
      batch: { retain: 1, forget: 0 },
    });
    expect({ best, region, axis: obstacle!.axis }).toEqual({ best: null, region: [], axis: 'forget' });
    expect(obstacle!.reason).toContain('alpha* = 1');
  });

  test('cross, where the forget samples pull along the retain directions: the share that would do is named', () => {
    // Three quarters of the retain curvature along the forget axis.
    const spec = { ...open, retain: [along(0, 2, Math.sqrt(3)), along(1, 2)], forget: [along(0, 2)] };
    const { best, obstacle } = recommended(spec);
    expect({ best, axis: obstacle!.axis }).toEqual({ best: null, axis: 'cross' });
    expect(obstacle!.reason).toContain('at least 0.75 of the retain curvature');
    expect(obstacle!.reason).toContain('alpha* = 0.6');
    // chi2 = 3/2 * 1.
    expect(obstacle!.reason).toContain('chi2 1.5, kappa 1.5');
    expect(recommended(spec, { retainShareLimit: 0.76 }).best).not.toBeNull();
    expect(recommended(spec, { retainShareLimit: 0.74 }).best).toBeNull();
  });

  test('cross, with the least share of all mixings, which is that at alpha* or beyond it', () => {
    const spec = {
      ...open,
      retain: [along(0, 3, 2), along(1, 3), along(2, 3)],
      forget: [along(0, 3, 1.5), along(1, 3, 0.5)],
    };
    const { obstacle } = recommended(spec, { retainShareLimit: 0.1 });
    expect(obstacle!.axis).toBe('cross');
    const [, least] = /at least ([\d.]+) of the retain curvature/.exec(obstacle!.reason)!;
    // Of 4 + 1 + 1 the first axis has 2/3; at larger alpha the second goes as well.
    expect(Number(least)).toBeCloseTo(2 / 3, 3);
  });

  const few = { steps: 2, factor: 1.5, retainShareLimit: 0.1 };

  test('retain, where the noise of its batches leaves no window: the batch size that would do is named', () => {
    const { best, obstacle } = recommended(open, { ...few, batches: [1] });
    expect({ best, axis: obstacle!.axis }).toEqual({ best: null, axis: 'retain' });
    expect(obstacle!.reason).toContain(
      'The retain coherence is 1 (16 samples), the batch noise n/B - 1 is 15',
    );
    const enough = Number(/batches (\d+) \/ \d+ would do/.exec(obstacle!.reason)![1]);
    expect(enough).toBeGreaterThan(1);
    expect(recommended(open, { ...few, batches: [enough] }).best).not.toBeNull();
    expect(recommended(open, { ...few, batches: [enough / 2] }).best).toBeNull();
  });

  test('retain coherence indeed: as many equal samples on one axis leave a window with the same batches', () => {
    const fixed = { ...open, sampling: 'without-replacement' } as const;
    const coherent = { ...fixed, retain: open.retain.map(() => along(0, n + 1)) };
    expect(recommended(fixed, { ...few, batches: [1] }).best).toBeNull();
    expect(recommended(coherent, { ...few, batches: [1] }).best).not.toBeNull();
  });

  test('forget, where it is the noise of forget batches', () => {
    // One of 16 forget samples pulls along the retain axis, hard: in the mean it is harmless, in a batch of its own not.
    const spec: ProblemSpec = {
      retain: [along(0, 2)],
      forget: [along(0, 2, Math.sqrt(5)), ...Array.from({ length: 15 }, () => along(1, 2))],
      alpha: 0.2,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    };
    const request = { steps: 3, factor: 10, batches: [1] };
    const { best, obstacle } = recommended(spec, request);
    expect({ best, axis: obstacle?.axis }).toEqual({ best: null, axis: 'forget' });
    expect(recommended({ ...spec, batch: { retain: 1, forget: 16 } }, request).best).not.toBeNull();
  });

  test('the steps, where full batches leave no window: the number that would do is named', () => {
    // A forget set that pulls ten thousand times less hard than the retain set.
    const spec = {
      ...open,
      retain: [along(0, 6, 10), along(1, 6, 9), along(2, 6, 9)],
      forget: [along(3, 6, 0.1)],
      batch: { retain: 3, forget: 1 },
    };
    const request = { steps: 3, factor: 1000, retainShareLimit: 0.1 };
    const { best, obstacle } = recommended(spec, request);
    expect({ best, axis: obstacle!.axis }).toEqual({ best: null, axis: 'steps' });
    const enough = Number(/(\d+) steps would do/.exec(obstacle!.reason)![1]);
    expect(enough).toBeGreaterThan(3);
    expect(recommended(spec, { ...request, steps: enough }).best).not.toBeNull();
    expect(recommended(spec, { ...request, steps: enough - 1 }).best).toBeNull();
  });
});
