import { describe, expect, test } from 'vitest';
import { exactly, wholeEstimates } from '../../src/analysis/estimates.js';
import { procedureVerdict } from '../../src/analysis/verdict.js';
import { problemFromSpec } from '../../src/theory/problem.js';

const PROBLEM = problemFromSpec({
  ...{ retain: [[[1]], [[0.5]]], forget: [[[0.3]]], alpha: 0.2, batch: { retain: 1, forget: 1 } },
  ...{ sampling: 'bernoulli', optimizer: { momentum: 0.5 } },
});
const ESTIMATES = wholeEstimates(PROBLEM, false, (run) => run());
/** Far above the share of eta tr K that is rounding, too. */
const ERROR = 1e-6;

interface Told {
  readonly logGrowth: number;
  /** log of the growth of the mean per step. */
  readonly mean: number;
  readonly eta: number;
  readonly firstCrossingOnly?: boolean;
}

/** The verdict where eta* is 1 unless told otherwise. */
function verdict({ logGrowth, mean, eta, firstCrossingOnly = false }: Told, etaStar = 1) {
  const stability = { ...ESTIMATES.stability, meanGrowth: () => mean };
  const known = { ...ESTIMATES, stability, etaStar: exactly(etaStar), firstCrossingOnly };
  const moment = { logGrowth, spectralRadius: Math.exp(logGrowth), perron: null, error: ERROR };
  const { verdict, logGrowth: log } = procedureVerdict(known, eta, moment);
  return [verdict, log] as const;
}

describe('the side of a procedure', () => {
  test('is that of log rho beyond its error, on either side of eta*', () => {
    for (const eta of [0.5, 2]) {
      for (const firstCrossingOnly of [false, true]) {
        const at = { eta, firstCrossingOnly };
        expect(verdict({ ...at, logGrowth: 2 * ERROR, mean: -1 })).toEqual(['diverges', 2 * ERROR]);
        expect(verdict({ ...at, logGrowth: -2 * ERROR, mean: -1 })).toEqual(['stable', -2 * ERROR]);
      }
    }
    expect(verdict({ eta: 1, logGrowth: 2 * ERROR, mean: -1 })).toEqual(['marginal', 0]);
  });

  test('within the error is that of a mean that grows, beyond its own rounding', () => {
    const mean = 1e-9;
    expect(verdict({ eta: 0.5, logGrowth: -ERROR / 2, mean })).toEqual(['diverges', 2 * mean]);
    expect(verdict({ eta: 0.5, logGrowth: ERROR / 2, mean })).toEqual(['diverges', ERROR / 2]);
    expect(verdict({ eta: 0.5, logGrowth: -ERROR / 2, mean: 4e-15 })[0]).toBe('stable');
    expect(verdict({ eta: 0.5, logGrowth: -ERROR / 2, mean: 6e-15 })[0]).toBe('diverges');
  });

  test('below eta* within the error is stable, by no more than the mean shrinks', () => {
    const mean = -1e-9;
    const below = (logGrowth: number) => verdict({ eta: 0.5, logGrowth, mean });
    expect(below(-1e-9)).toEqual(['stable', -1e-9]);
    expect(below(-3e-9)).toEqual(['stable', 2 * mean]);
    expect(below(ERROR / 2)).toEqual(['stable', -Number.MIN_VALUE]);
  });

  test('above eta* within the error diverges if eta* is the only crossing, and else is not told', () => {
    const above = { eta: 2, logGrowth: -ERROR / 2, mean: -1 };
    expect(verdict(above)).toEqual(['diverges', Number.MIN_VALUE]);
    expect(verdict({ ...above, logGrowth: ERROR / 2 })).toEqual(['diverges', ERROR / 2]);
    expect(verdict({ ...above, firstCrossingOnly: true })).toEqual(['marginal', 0]);
    expect(verdict(above, 0)).toEqual(['marginal', 0]);
  });
});
