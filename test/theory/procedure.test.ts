import { describe, expect, it } from 'vitest';
import { parseProblem, type ProblemInput, reducedProblem } from '../../src/input/problem-input.js';
import { InputError } from '../../src/input/input-error.js';
import { parseProblemFile } from '../../src/input/problem-file.js';
import { problemFromSpec } from '../../src/theory/problem.js';
import { isPlain, PLAIN_PROCEDURE, periodSteps } from '../../src/theory/procedure.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { FILE, PROBLEM } from '../api/problems.js';
import { largestDifference } from '../closeness.js';
import { reducedCase, PROCEDURE_CASES } from '../sample-procedures.js';

/** What is said of the problem with these fields; null if it is taken. */
function said(fields: Partial<Record<keyof ProblemInput, unknown>>): string | null {
  try {
    reducedProblem({ ...PROBLEM, ...fields } as ProblemInput);
    return null;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

describe('a procedure is refused in one line with', () => {
  it.each<[string, Partial<Record<keyof ProblemInput, unknown>>, string]>([
    ['momentum 1', { optimizer: { momentum: 1 } }, 'problem: optimizer.momentum must be in [0, 1); got 1'],
    ['negative momentum', { optimizer: { momentum: -0.1 } }, 'problem: optimizer.momentum must be in [0, 1); got -0.1'],
    ['momentum in words', { optimizer: { momentum: 'high' } }, 'problem: optimizer.momentum must be a number in [0, 1); got "high"'],
    ['nesterov without momentum', { optimizer: { nesterov: true } }, 'problem: optimizer.nesterov needs a momentum in (0, 1); got momentum 0'],
    ['negative decay', { optimizer: { weightDecay: -1 } }, 'problem: optimizer.weightDecay must be a finite number >= 0; got -1'],
    ['huge decay', { optimizer: { weightDecay: 1e141 } }, 'problem: optimizer.weightDecay must be in 0..1e+140, as curvatures are; got 1e+141'],
    ['a huge preconditioner', { optimizer: { preconditioner: [1e71, 1] } }, 'problem: optimizer.preconditioner: its numbers must be in 1e-70..1e70; got 1e+71'],
    ['a tiny preconditioner', { optimizer: { preconditioner: [1e-71, 1] } }, 'problem: optimizer.preconditioner: its numbers must be in 1e-70..1e70; got 1e-71'],
    ['a preconditioner that takes the factors out of their range', { forget: [[1e60, 0]], optimizer: { preconditioner: [1e40, 1] } }, 'problem: forget, times the square roots of the preconditioner: its largest number must be in 1e-70..1e70 in size; got 1e+80'],
    ['a preconditioner of the wrong length', { optimizer: { preconditioner: [1] } }, 'problem: optimizer.preconditioner must have 2 numbers, one a parameter; got 1'],
    ['a preconditioner that is not positive', { optimizer: { preconditioner: [1, 0] } }, 'problem: optimizer.preconditioner[1] must be a finite number > 0; got 0'],
    ['no ascent', { schedule: { ascent: 0, descent: 1 } }, 'problem: schedule.ascent must be an integer in 1..10000; got 0'],
    ['half a descent', { schedule: { ascent: 1, descent: 1.5 } }, 'problem: schedule.descent must be an integer in 1..10000; got 1.5'],
    ['more descents than a round has', { schedule: { ascent: 1, descent: 10001 } }, 'problem: schedule.descent must be an integer in 1..10000; got 10001'],
    ['one set to alternate', { schedule: { ascent: 1, descent: 1 }, alpha: 0 }, 'problem: schedule alternates two sets: alpha must be in (0, 1); got 0'],
    ['epochs that do not come out even', { sampling: 'reshuffled' }, 'problem: batch.retain must divide its 3 samples in epochs, or dropLast say what the loader does: true leaves the last batch out, false makes it short; got 2'],
    ['a last batch without epochs', { dropLast: true }, 'problem: dropLast is for sampling reshuffled alone; got bernoulli'],
    ['a field that no optimizer has', { optimizer: { dampening: 0.1 } }, 'problem: unknown field dampening in optimizer; allowed: momentum, nesterov, weightDecay, preconditioner'],
    ['an unknown sampling of a set', { sampling: { retain: 'bernoulli', forget: 'poisson' } }, 'problem: sampling must be one of bernoulli, with-replacement, without-replacement, reshuffled, or { "retain": .., "forget": .. }; got {"retain":"bernoulli","forget":"poisson"}'],
  ])('%s', (_, fields, message) => expect(said(fields)).toBe(message)); // prettier-ignore

  it('every procedure that makes sense is taken', () => {
    for (const { spec } of PROCEDURE_CASES) expect(said({ ...spec })).toBeNull();
    expect(said({ sampling: 'reshuffled', dropLast: false })).toBeNull();
    expect(said({ sampling: { retain: 'bernoulli', forget: 'reshuffled' } })).toBeNull();
  });

  it('one of a file and of memory are the same', () => {
    const momentum = { optimizer: { momentum: 0.9 } };
    const ofFile = parseProblemFile(JSON.stringify({ ...FILE, ...momentum }), 'p.json');
    expect(problemFromSpec(ofFile).procedure).toEqual(
      parseProblem({ ...PROBLEM, ...momentum }).problem.procedure,
    );
    expect(problemFromSpec(ofFile).procedure!.momentum).toBe(0.9);
  });
});

describe('a problem without procedure fields', () => {
  it('has no procedure, as before', () => {
    expect(problemFromSpec(FILE)).not.toHaveProperty('procedure');
    const reduced = reduceProblem(problemFromSpec(FILE));
    expect(Object.keys(reduced)).toEqual(['dimension', 'alpha', 'groups']);
    expect(isPlain(reduced)).toBe(true);
  });
});

describe('periodSteps', () => {
  const set = (name: 'retain' | 'forget', n: number, batchSize: number, sampling = 'reshuffled') => ({
    name,
    sampling,
    batchSize,
    samples: { sampleCount: n },
  });
  const names = (...given: Parameters<typeof periodSteps>) =>
    periodSteps(...given)
      .map((step) => step.map(({ name }) => name[0]).join(''))
      .join(' ');
  const alternating = (ascent: number, descent: number) => ({
    ...PLAIN_PROCEDURE,
    schedule: { ascent, descent },
  });

  it('is one step, or one round, where batches are drawn anew', () => {
    const drawn = [set('retain', 6, 2, 'bernoulli'), set('forget', 3, 1, 'bernoulli')];
    expect(names(drawn, PLAIN_PROCEDURE)).toBe('rf');
    expect(names(drawn, alternating(2, 3))).toBe('f f r r r');
  });

  it('ends with the epochs of all sets', () => {
    expect(names([set('retain', 4, 2), set('forget', 3, 1)], PLAIN_PROCEDURE)).toBe('rf rf rf rf rf rf');
    expect(names([set('retain', 4, 1), set('forget', 2, 1)], alternating(1, 2))).toBe('f r r f r r');
    expect(names([set('retain', 5, 2), set('forget', 1, 1)], PLAIN_PROCEDURE)).toBe('rf rf rf');
    expect(names([set('retain', 5, 2), set('forget', 1, 1)], { ...PLAIN_PROCEDURE, dropLast: true })).toBe(
      'rf rf',
    );
  });
});

describe('the parameters behind a preconditioned problem', () => {
  it('have the curvature of the samples: f^T E is the factor in coordinates, E the embedding', () => {
    const { spec } = PROCEDURE_CASES.find(({ name }) => name === 'preconditioner')!;
    const reduced = reducedCase(spec);
    const { preconditioner, embedding, samples } = reduced.given!;
    const [r, p] = [reduced.dimension, preconditioner.length];
    reduced.groups.forEach((group, g) => {
      const given = samples[g]!.factors;
      const back = Float64Array.from(group.samples.factors, (_, k) => {
        const [row, a] = [Math.floor(k / r), k % r];
        return preconditioner.reduce((sum, _c, j) => sum + embedding[j * r + a]! * given[row * p + j]!, 0);
      });
      expect(largestDifference(back, group.samples.factors)).toBeLessThan(1e-12);
    });
    // Rows of the given samples are those of the specification.
    expect(largestDifference(samples[0]!.factors, spec.retain.flat(2))).toBeLessThan(1e-15);
  });
});
