import { describe, expect, test } from 'vitest';
import type { Analysis, ClippingAnswer, MisfitAnswer } from '../../src/analysis/answer.js';
import {
  describeProcedure,
  isPlainStep,
  procedureMixing,
  procedureReason,
  procedureStep,
  pushLines,
} from '../../src/report/procedure-text.js';
import { holdingPage } from './sample-analysis.js';

const { analysis } = holdingPage();
const PLAIN = analysis.procedure;
const optimizer = (part: Partial<Analysis['procedure']['optimizer']>): Analysis['procedure'] => ({
  ...PLAIN,
  optimizer: { ...PLAIN.optimizer, ...part },
});
const exact = (part: Partial<Analysis['exact']>): Analysis => ({
  ...analysis,
  exact: { ...analysis.exact, ...part },
});

test('the plain step is one without momentum, decay, turns and epochs', () => {
  expect(isPlainStep(PLAIN)).toBe(true);
  expect(describeProcedure(analysis)).toBe('');
  for (const other of [
    optimizer({ momentum: 0.9 }),
    optimizer({ weightDecay: 0.1 }),
    { ...PLAIN, schedule: { ascent: 1, descent: 2 } },
    { ...PLAIN, sampling: { retain: 'bernoulli', forget: 'reshuffled' } } as const,
  ]) {
    expect(isPlainStep(other)).toBe(false);
  }
  const epochs = { ...PLAIN, sampling: { retain: 'bernoulli', forget: 'reshuffled' } } as const;
  expect(describeProcedure({ ...analysis, procedure: { ...epochs, dropLast: true, period: 7 } })).toBe(
    'epochs of forget, short batches left out, period of 7 steps',
  );
});

test('epochs are those of the sets that there are', () => {
  const words = (samples: { retain: number; forget: number }): string =>
    describeProcedure({
      dimension: { ...analysis.dimension, samples },
      procedure: { ...PLAIN, sampling: 'reshuffled', dropLast: false, period: 3 },
    });
  expect(words({ retain: 6, forget: 2 })).toBe('epochs of retain and forget, period of 3 steps');
  expect(words({ retain: 6, forget: 0 })).toBe('epochs of retain, period of 3 steps');
});

describe('the reason of a side', () => {
  test('by simulation has both ends of its interval', () => {
    const estimate = { low: -0.0123, high: 0.0456, reason: 'too many orders' };
    expect(procedureReason(exact({ estimate }), 0.8)).toBe(
      'by simulation, log rho in [-0.0123, 0.0456] a step; no exact operator: too many orders',
    );
    expect(procedureStep(exact({ estimate }), '')).toBe('eta* is not known without an exact operator');
  });

  test('is the mean where it escapes, batch noise where it does not', () => {
    const leaving = exact({ verdict: 'diverges', side: 'diverges' });
    const of = (mean: number | null) =>
      procedureReason({ ...leaving, escape: { ...analysis.escape, mean } }, 0.7);
    expect(of(12)).toBe('the mean itself escapes at eta 0.7');
    expect(of(null)).toBe('batch noise carries E|delta|^2 away at eta 0.7');
    expect(procedureReason(analysis, 0.8)).toBe('rho < 1 at eta 0.8');
  });
});

test('a first crossing is called one', () => {
  expect(procedureStep(exact({ firstCrossingOnly: true }), 'eta is near')).toBe(
    'eta* 2.743 is the first crossing: up to it the old minimum holds, above it the side may turn again; eta is near',
  );
  expect(procedureStep(exact({ firstCrossingOnly: false }), 'eta is near')).toBe(
    'eta* 2.743: below it the old minimum holds; eta is near',
  );
  expect(procedureStep(exact({ etaStar: Infinity }), '')).toBe('no step size was found that escapes');
  expect(procedureStep(exact({ etaStar: 0, side: 'diverges' }), '')).toBe('eta* 0: small steps escape');
  expect(procedureStep(exact({ etaStar: 0 }), '')).toMatch(
    /^eta\* 0: small steps escape, and this one holds/,
  );
});

test('where rho = 1, a step size is eta*, or none holds', () => {
  const at = (etaStar: number) => procedureStep(exact({ verdict: 'marginal', etaStar }), 'eta is near');
  expect(at(3)).toBe('eta* 3: this step size is it');
  expect(at(0)).toBe('eta* 0: no step size holds the old minimum');
});

describe('alpha* beside another procedure', () => {
  test('with decay the mean escapes where D is below it', () => {
    const of = (lambdaMin: number) =>
      procedureMixing(
        {
          ...analysis,
          procedure: optimizer({ weightDecay: 0.05 }),
          mixing: { ...analysis.mixing, lambdaMin },
        },
        0.1,
      );
    expect(of(-0.06)).toMatch(
      /iff lambda_min\(D\) < -0\.05, which it is; D has eigenvalues -0\.06 \.\. 0\.6398$/,
    );
    expect(of(-0.04)).toMatch(/< -0\.05, which it is not; D has eigenvalues -0\.04 \.\. 0\.6398$/);
  });

  test('says nothing in turns and in epochs, and stays with momentum', () => {
    const turns = { ...PLAIN, schedule: { ascent: 1, descent: 1 } };
    expect(procedureMixing({ ...analysis, procedure: turns }, 0.1)).toMatch(
      /^alpha\* 0\.3995 .* says nothing here/,
    );
    const heavy = { ...analysis, procedure: optimizer({ momentum: 0.5 }) };
    expect(procedureMixing(heavy, 0.1)).toMatch(
      /^alpha\* 0\.3995, as without momentum: alpha 0\.1 is not above it;/,
    );
    const marginal = { ...heavy, mixing: { ...analysis.mixing, zero: 1 } };
    expect(procedureMixing(marginal, 0.4)).toMatch(
      /: alpha 0\.4 is it, the mean stays where it is along 1 direction;/,
    );
    const above = { ...heavy, mixing: { ...analysis.mixing, escapes: true } };
    expect(procedureMixing(above, 0.5)).toMatch(
      /alpha 0\.5 is above it, the mean escapes at every step size;/,
    );
  });
});

test('what gradients at w* and clipping do, with every number', () => {
  const misfit: MisfitAnswer = {
    ...{ drift: 0.31, perStep: 0.0155, outside: 0, rest: { distance: 0.77, spread: 0.19 }, walk: 0.021 },
    ...{ start: { distance: 2.5, steps: 84 }, lengths: 'w - w*' },
  };
  const clipping: ClippingAnswer = {
    ...{ norm: 1.5, gradient: 0.4, radius: 0.62, radiusIs: 'at least', enumerated: false, perStep: 0.075 },
    lengths: 'w - w*',
  };
  const { push, clipping: clipped } = pushLines({ ...analysis, misfit, clipping });
  expect(push).toEqual([
    'w* does not fit every sample: the mean gradient of the step is 0.31, it moves 0.0155 a step',
    'the mean rests at a distance of 0.77 from w*, with a spread of 0.19',
    'batch noise moves it along directions without curvature, too: by 0.021 sqrt(k) in k steps, root mean square',
    'after 84 steps the push exceeds a start at a distance of 2.5, in the mean',
  ]);
  expect(clipped).toEqual([
    'at 1.5: no step is clipped within at least 0.62 of w*; beyond, a step moves 0.075 at most, and whether runs stay is for 2 gamma to say',
  ]);
  const still: MisfitAnswer = { ...misfit, walk: 0, rest: null, start: { distance: 2.5, steps: null } };
  const leaving = exact({ verdict: 'diverges', side: 'diverges' });
  expect(pushLines({ ...leaving, misfit: still }).push.slice(1)).toEqual([
    'there is no point of rest: the second moment does not shrink',
    'a start at a distance of 2.5 is not exceeded by the push',
  ]);
  expect(pushLines({ ...analysis, misfit: { ...still, outside: 0.4, start: null } }).push.slice(1)).toEqual([
    'there is no point of rest: 0.4 of it is along directions without curvature, where nothing holds it',
  ]);
  expect(
    pushLines({ ...analysis, misfit: { ...still, restUnknown: true, start: null } }).push.slice(1),
  ).toEqual([
    'where the mean rests is not known at this precision: the rounding of parameters in large units is longer than a direction in small ones',
  ]);
  expect(pushLines(analysis)).toEqual({ push: [], clipping: [] });
  const line = (part: Partial<ClippingAnswer>) =>
    pushLines({ ...analysis, clipping: { ...clipping, ...part } }).clipping[0];
  expect(line({ radiusIs: 'exact' })).toMatch(/^at 1\.5: no step is clipped within 0\.62 of w\*; beyond/);
  expect(line({ radius: Infinity })).toMatch(
    /^at 1\.5: no step is clipped, at whatever distance from w\*, a/,
  );
  expect(line({ radius: 0 })).toMatch(/no distance is known within .* bounded by 0\.4 alone, a step/);
  expect(line({ radius: 0, enumerated: true })).toMatch(/clipped at w\* itself, .* of up to 0\.4, a step/);
});

test('lengths beside a preconditioner are named, with those in w', () => {
  const lengths = 'C^{-1/2}(w - w*)';
  const misfit: MisfitAnswer = {
    ...{ drift: 0.8, perStep: 0.32, outside: 0, rest: { distance: 28, spread: 1.44 }, walk: 0, start: null },
    ...{ lengths, parameters: { drift: 0.6, perStep: 0.55, rest: { distance: 4, spread: 1.45 } } },
  };
  const clipping: ClippingAnswer = {
    ...{ norm: 1, gradient: 0, radius: 0.53, radiusIs: 'exact', enumerated: true, perStep: 0.8, lengths },
    parameters: { radius: 1.01, perStep: 1.6 },
  };
  expect(pushLines({ ...analysis, misfit, clipping })).toEqual({
    push: [
      'w* does not fit every sample: the mean gradient C^{1/2} g of the step is 0.8, it moves 0.32 a step in C^{-1/2}(w - w*) (0.55 in w)',
      'the mean rests at a distance of 28 from w*, with a spread of 1.44 in C^{-1/2}(w - w*) (4 and 1.45 in w)',
    ],
    clipping: [
      'at 1: no step is clipped within 0.53 of w* in C^{-1/2}(w - w*) (1.01 in w); beyond, a step moves 0.8 at most in C^{-1/2}(w - w*) (1.6 in w), and whether runs stay is for 2 gamma to say',
    ],
  });
});
