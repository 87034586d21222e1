import { describe, expect, it } from 'vitest';
import { CERTIFICATES, NAIVE_PROCEDURES, PROCEDURES } from '../../studies/calibration/calibration.js';
import {
  CALIBRATED_BUDGETS,
  CERTIFICATE_ERROR,
  type SideProcedure,
  wilsonInterval,
} from '../../studies/calibration/procedures.js';
import { knownInstance, type KnownInstance } from '../../studies/calibration/known-instance.js';
import { crossProblem } from '../../studies/calibration/planted-problems.js';
import { BUDGETS } from '../../src/harness/budget.js';
import { errorBudget } from '../../src/harness/verify.js';
import { randomSource } from '../../src/statistics/generator.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { theorems } from '../../theorems/index.js';
import { descentOnLine } from '../sample-problems.js';

function sideBy(procedure: SideProcedure, instance: KnownInstance): string {
  const process = linearisedProcess(instance.problem, instance.eta);
  return procedure.decide(process, instance, randomSource('procedures', procedure.name, instance.ratio)).side;
}

describe('in the heavy-tail zone', () => {
  const instance = knownInstance(crossProblem('without-replacement'), 1.05, 1);

  it('the planted instance has growing moments and shrinking runs', () => {
    expect(instance.logGrowth).toBeGreaterThan(0.1);
    expect(instance.typical.high).toBeLessThan(-0.2);
    expect(instance.heavyTail).toBe(true);
  });

  it.each(NAIVE_PROCEDURES)('the $name contradicts the truth', (procedure) => {
    expect(sideBy(procedure, instance)).toBe('stable');
  });

  it.each(CERTIFICATES)('the $name has it', (procedure) => {
    expect(sideBy(procedure, instance)).toBe('diverges');
  });
});

describe('without batch noise', () => {
  const noiseless = descentOnLine([1, 2, 3], 3, 'without-replacement');

  it.each(PROCEDURES)('the $name is right on both sides', (procedure) => {
    expect(sideBy(procedure, knownInstance(noiseless, 0.9, 1))).toBe('stable');
    expect(sideBy(procedure, knownInstance(noiseless, 1.1, 1))).toBe('diverges');
  });
});

describe('knownInstance', () => {
  const noiseless = descentOnLine([1, 2, 3], 3, 'without-replacement');

  it('refuses the threshold itself and problems without one', () => {
    expect(() => knownInstance(noiseless, 1, 1)).toThrow(/side must be known/);
    const escaping = {
      ...noiseless,
      groups: noiseless.groups.map((group) => ({ ...group, sign: -1 as const })),
    };
    expect(() => knownInstance(escaping, 0.5, 1)).toThrow(/eta\* > 0/);
  });

  it('puts no stable instance into the heavy-tail zone', () => {
    expect(knownInstance(crossProblem('without-replacement'), 0.95, 1).heavyTail).toBe(false);
  });
});

it("Wilson's interval of 10 in 20 and of 0 in 10 at level 0.05", () => {
  const half = wilsonInterval(10, 20, 0.05);
  expect(half.low).toBeCloseTo(0.29929, 4);
  expect(half.high).toBeCloseTo(0.70071, 4);
  const none = wilsonInterval(0, 10, 0.05);
  expect(none.low).toBeCloseTo(0, 12);
  expect(none.high).toBeCloseTo(0.27753, 4);
});

it.each(CALIBRATED_BUDGETS)(
  'a calibrated certificate has no larger error than verify gives one: %s',
  (name) => {
    expect(CERTIFICATE_ERROR).toBeLessThanOrEqual(errorBudget(theorems, BUDGETS[name].instances).perVerdict);
  },
);
