import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { factorSet, type ProblemSpec } from '../../src/theory/problem.js';
import { type Procedure, procedureFromSpec } from '../../src/theory/procedure.js';
import { factorQuadratic } from '../../src/unlearning/factor-quadratic.js';
import { unlearning, unlearningProcess } from '../../src/unlearning/process.js';
import { randomSource } from '../../src/statistics/generator.js';
import { largestDifference } from '../closeness.js';

/** What scripts/exporting/torch_trajectories.py wrote: parameters after each step of PyTorch's own optimizers. */
interface Trajectory {
  readonly name: string;
  readonly problem: ProblemSpec & { readonly eta: number };
  readonly start: readonly number[];
  readonly batches: Readonly<Record<'retain' | 'forget', readonly (readonly number[])[]>>;
  readonly path: readonly (readonly number[])[];
}

const { trajectories } = JSON.parse(
  readFileSync(new URL('../fixtures/pytorch/trajectories.json', import.meta.url), 'utf8'),
) as { readonly trajectories: readonly Trajectory[] };

/** Parameters after every period of our real step with the same batches, and PyTorch's. */
function paths(
  { problem, start, batches, path }: Trajectory,
  { eta = problem.eta, ...change }: Partial<Procedure & { readonly eta: number }> = {},
) {
  const { alpha, batch, sampling } = problem;
  const p = start.length;
  const tapes = [batches.retain.map((b) => [...b]), batches.forget.map((b) => [...b])];
  let next = 0;
  const sampler = (_: unknown, n: number) => {
    const own = tapes[next++]!;
    const drawn = { indices: new Int32Array(n), size: 0 };
    const draw = (): void => {
      const indices = own.shift() ?? [];
      drawn.indices.set(indices);
      drawn.size = indices.length;
    };
    return { batch: drawn, draw };
  };
  const minimum = new Float64Array(p);
  const procedure = { ...procedureFromSpec(problem), ...change };
  const process = unlearningProcess(
    {
      retain: factorQuadratic(factorSet(problem.retain, p), minimum),
      forget: factorQuadratic(factorSet(problem.forget, p), minimum),
      ...{ alpha, eta, batch, procedure },
    },
    sampling,
    minimum,
    { ...unlearning, sampler },
  );
  const state = process.minimum.slice();
  state.set(start);
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let step = process.period!; step <= path.length; step += process.period!) {
    process.drawBatches(randomSource('taped'));
    process.applyStep(state);
    ours.push(...state.subarray(0, p));
    theirs.push(...path[step - 1]!);
  }
  return { ours, theirs };
}

describe('the real step', () => {
  it.each(trajectories)('makes the trajectory of PyTorch to 1e-12 ($name)', (trajectory) => {
    const { ours, theirs } = paths(trajectory);
    expect(theirs.length).toBeGreaterThanOrEqual(2 * trajectory.start.length);
    expect(largestDifference(ours, theirs)).toBeLessThan(1e-12);
  });

  it.each<[string, string, Parameters<typeof paths>[1]]>([
    ['momentum 0.1 for 0.9', 'momentum', { momentum: 0.1 }],
    ['heavy ball for Nesterov', 'nesterov', { nesterov: false }],
    ['decay left out', 'weight decay', { weightDecay: 0 }],
    ['no preconditioner', 'Adam, frozen second moments', { preconditioner: null }],
    ["Adam's 1 - b_1 for RMSprop", 'RMSprop with momentum, frozen second moments', { eta: 0.01 }],
    ['simultaneous steps for alternating ones', 'alternating 1:2, momentum', { schedule: null }],
    ['a short batch left out', 'short last batch', { dropLast: true }],
  ])('%s leaves it', (_, name, change) => {
    const trajectory = trajectories.find((each) => each.name === name)!;
    const { ours, theirs } = paths(trajectory, change);
    expect(largestDifference(ours, theirs)).toBeGreaterThan(1e-3);
  });
});
