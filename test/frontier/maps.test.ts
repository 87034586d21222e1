import { describe, expect, test } from 'vitest';
import { problemFromSpec, type ProblemSpec } from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import type { ProblemWithStep } from '../../src/harness/counterexample.js';
import type { FrontierDocument } from '../../src/frontier/frontier-document.js';
import type { MapRequest } from '../../src/frontier/frontier-map.js';
import { mapDefinitions } from '../../src/frontier/maps.js';
import { crossingProblem } from '../../src/frontier/alignment-maps.js';
import { plantedProblem } from '../../src/frontier/step-maps.js';
import { denseSpectralRadius } from '../reference/dense-operator.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { D2 } from '../../theorems/D2.js';
import { computedMap, requestOf, tools } from './computed-map.js';

type SpecOf = (x: number, y: number) => { spec: ProblemSpec; eta: number };

/** Factor vectors on axes: `axisOf[i]` the axis of sample i, -1 for a sample without curvature. */
function axisSpec(
  axisOf: readonly number[],
  curvature: number,
  rest: Omit<ProblemSpec, 'retain' | 'forget'>,
): ProblemSpec {
  const dimension = Math.max(...axisOf) + 1;
  const retain = axisOf.map((axis) => [
    Array.from({ length: dimension }, (_, a) => (a === axis ? Math.sqrt(curvature) : 0)),
  ]);
  return { retain, forget: retain, ...rest };
}

const given: ProblemWithStep = {
  retain: [
    [[1, 0.2]],
    [[0.1, 0.9]],
    [[0.7, 0.7]],
    [
      [0.2, 0.4],
      [0.3, 0],
    ],
  ],
  forget: [[[0.9, -0.4]], [[0.2, 0.1]]],
  alpha: 0.05,
  eta: 0.3,
  batch: { retain: 2, forget: 1 },
  sampling: 'without-replacement',
};

/** Every map with the problem of a cell, written down from its definition once more. */
const cases: [string, MapRequest, SpecOf][] = [
  [
    'step-batch, planted',
    requestOf('step-batch', { settings: { alpha: 0.2 } }),
    (b, eta) => ({
      spec: { ...plantedProblem(1, 0.2, 'bernoulli'), batch: { retain: b, forget: b } },
      eta,
    }),
  ],
  [
    'step-batch, given',
    requestOf('step-batch', { settings: { problem: given } }),
    (b, eta) => ({ spec: { ...given, batch: { retain: b, forget: Math.min(2, b) } }, eta }),
  ],
  [
    'step-mixing, planted with seed 7',
    requestOf('step-mixing', { seed: 7, settings: { sampling: 'with-replacement' } }),
    (alpha, eta) => ({ spec: { ...plantedProblem(7, 0, 'with-replacement'), alpha }, eta }),
  ],
  [
    'step-mixing, given',
    requestOf('step-mixing', { settings: { problem: given } }),
    (alpha, eta) => ({ spec: { ...given, alpha }, eta }),
  ],
  [
    'mixing-alignment',
    requestOf('mixing-alignment', { seed: 3, settings: { eta: 1.1 } }),
    (alignment, alpha) => ({ spec: crossingProblem(3, 'bernoulli')(alignment, alpha), eta: 1.1 }),
  ],
  [
    'step-coherence',
    requestOf('step-coherence'),
    (sigma, eta) => {
      const axisOf = Array.from({ length: 48 }, (_, i) =>
        i < 48 - (48 % sigma) ? Math.floor(i / sigma) : -1,
      );
      const rest = { alpha: 0, batch: { retain: 4, forget: 1 }, sampling: 'bernoulli' } as const;
      return { spec: axisSpec(axisOf, 48 / sigma, rest), eta };
    },
  ],
  [
    'hessian-grid',
    requestOf('hessian-grid', { grid: { columns: 3, rows: 2 }, settings: { alpha: 0.1, eta: 0.8 } }),
    (b, sigma) => {
      const axisOf = Array.from({ length: 100 }, (_, i) => (i < sigma ? 0 : i - sigma + 1));
      const rest = { alpha: 0.1, batch: { retain: b, forget: b }, sampling: 'without-replacement' } as const;
      return { spec: axisSpec(axisOf, 200 / sigma, rest), eta: 0.8 };
    },
  ],
];

const known = new Map<string, Promise<FrontierDocument>>();

function documentOf(request: MapRequest): Promise<FrontierDocument> {
  const key = JSON.stringify(request);
  const found = known.get(key) ?? computedMap(request).then(({ document }) => document);
  known.set(key, found);
  return found;
}

/** Maps whose cells are trained networks have tests of their own. */
const OF_NETWORKS = ['snr-samples', 'snr-mixing', 'gradient-alignment'];

/** So have those of procedures. */
const OF_PROCEDURES = ['procedures', 'procedures-alternating'];

/** And those of many problems a cell. */
const OF_MANY = ['three-axes', 'critical-batch'];

test('every map of a linear problem is among the cases', () => {
  const tried = new Set([...cases.map(([, { map }]) => map), ...OF_NETWORKS, ...OF_PROCEDURES, ...OF_MANY]);
  expect(mapDefinitions.filter(({ id }) => !tried.has(id))).toEqual([]);
});

describe('every cell of', () => {
  test.each(cases)('%s has the exact growth of its problem', async (_, request, specOf) => {
    const { cells } = await documentOf(request);
    for (const { x, y, fields, exact } of cells) {
      const { spec, eta } = specOf(x, y);
      const reduced = reduceProblem(problemFromSpec(spec));
      const { logGrowth } = exactStability(reduced).growth(eta);
      expect(fields.logGrowth).toBeCloseTo(logGrowth, 8);
      expect(exact).toBe(logGrowth > 0 ? 'diverges' : 'stable');
      if (reduced.dimension <= 4) {
        expect(Math.exp(fields.logGrowth!)).toBeCloseTo(denseSpectralRadius(reduced, eta), 7);
      }
    }
  });

  test.each(cases)('%s has theorems on the right side, and some decide', async (_, request) => {
    const { verdict, summary } = await documentOf(request);
    expect(verdict).toBe('agree');
    expect(summary.faults).toEqual([]);
    expect(summary.theorems.some(({ diverges, stable }) => diverges + stable > 0)).toBe(true);
  });
});

describe('a simulated map', () => {
  test('certifies sides and is never contradicted', async () => {
    const request = requestOf('step-coherence', { simulate: true, grid: { columns: 4, rows: 4 } });
    const { document } = await computedMap(request);
    const { certificates } = document.summary;
    expect(certificates!.wrong).toBe(0);
    expect(certificates!.diverges).toBeGreaterThan(2);
    expect(certificates!.stable).toBeGreaterThan(5);
    for (const { certificate, exact } of document.cells) {
      if (certificate!.side !== 'inconclusive') expect(certificate!.side).toBe(exact);
    }
  });
});

describe('the vote on the published grid', () => {
  test('calls cells stable whose second moment grows, where single runs shrink, and no others', async () => {
    const request = requestOf('hessian-grid', {
      grid: { columns: 13, rows: 3 },
      settings: { sampling: 'bernoulli', eta: 0.8 },
    });
    const { document } = await computedMap(request, null, { ...tools, theorems: [D2] });
    const { cells, summary } = document;
    const wrong = cells.filter(({ marks }) => marks.includes('vote-differs'));
    expect(wrong.length).toBeGreaterThan(0);
    for (const { exact, marks } of wrong) {
      expect(exact).toBe('diverges');
      expect(marks).toContain('heavy-tail');
    }
    expect(summary.marks['vote-differs']).toBe(wrong.length);
  });
});
