import { expect, test } from 'vitest';
import { examine } from '../../src/harness/kinds.js';
import { smallBudget } from '../../properties/theorem-property.js';
import { U11 } from '../../theorems/U11.js';

const problem = {
  retain: [[[1]]],
  forget: [[[1]]],
  alpha: 0.2,
  batch: { retain: 1, forget: 1 },
  sampling: 'without-replacement' as const,
};

test('a step that ends exactly at the minimum contradicts nothing: rho is 0 and the growth is that of rounding', () => {
  // eta d = 1 to rounding, d = 0.8 - 0.2.
  for (const eta of [1.6666666666666665, 1 / 0.6, 1 / (0.8 - 0.2)]) {
    const { outcome, evidence } = examine(
      U11.claim,
      { problem, step: { reference: 'absolute', eta } },
      smallBudget('U11'),
    );
    expect(outcome, evidence).toBe('agree');
  }
});

test('a bound below what runs do is still contradicted', () => {
  const { claim } = U11;
  const wrong = { ...claim, bound: (logGrowth: number) => logGrowth - 0.5 };
  const instance = { problem, step: { reference: 'absolute' as const, eta: 1 } };
  expect(examine(wrong, instance, smallBudget('U11')).outcome).toBe('contradict');
});

test('runs are on a side where the whole interval of their growth is', () => {
  // One of 1/2 and 2 a step: the logarithms add up to nothing. A third as likely as both makes them fall, or rise.
  const [half, twice] = [[[Math.sqrt(0.5)]], [[Math.sqrt(3)]]];
  const observed = (retain: number[][][]) => {
    const spec = { retain, forget: [[[1]]], alpha: 0, batch: { retain: 1, forget: 1 } };
    const instance = {
      problem: { ...spec, sampling: 'with-replacement' as const },
      step: { reference: 'absolute' as const, eta: 1 },
    };
    return examine(U11.claim, instance, smallBudget('U11')).observed;
  };
  expect(observed([half, twice])).toBe('inconclusive');
  expect(observed([half, half, twice])).toBe('stable');
  expect(observed([half, twice, twice])).toBe('diverges');
});
