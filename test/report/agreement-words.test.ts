import { expect, test } from 'vitest';
import { backendLine, instanceText, theoremStatus } from '../../src/report/agreement.js';
import { summariseTheorem } from '../../src/harness/summary.js';
import { PLAIN_SETTING } from '../../theorems/draws/network-settings.js';
import { examination } from '../harness/examination.js';
import { plantedTheorem } from '../harness/planted-theorem.js';
import { plantedReport } from './planted-report.js';

test('the backend is named where one ran, and nowhere else', () => {
  const environment = { node: 'v', platform: 'p', processors: 1, workers: 1 };
  expect(backendLine({ environment: { ...environment, backend: null } })).toEqual([]);
  expect(backendLine({ environment: { ...environment, backend: 'tfjs 4' } })).toEqual([
    'Gradients of the network compared with automatic differentiation by tfjs 4',
  ]);
});

test('an instance is described by its problem, or by its experiment and setting', async () => {
  const record = (await plantedReport()).theorems[0]!.counterexample!;
  expect(instanceText(record)).toMatch(
    /^1 retain and 1 forget samples, alpha 0.1, eta [\d.e+]+, without-replacement batches 1 \/ 1$/,
  );
  const network = { experiment: 'escape', setting: { ...PLAIN_SETTING, samples: 12 } };
  expect(instanceText({ ...record, problem: null, network })).toMatch(
    /^experiment escape: samples 12, forget 0, dimension 2, /,
  );
  expect(instanceText({ ...record, problem: null, network: null })).toBe('');
});

test('the status of a theorem is the worst that is known of it', () => {
  const nearest = null;
  const status = (parts: Parameters<typeof examination>[0], smallestMargin = 0) =>
    theoremStatus(
      summariseTheorem(plantedTheorem([]), [examination(parts)], null, {
        smallestMargin,
        attained: false,
        nearest,
      }),
    );
  expect(status({})).toBe('agrees');
  expect(status({ outcome: 'undecided' })).toBe('untested');
  expect(status({ conflict: 'c' })).toBe('doubtful');
  expect([-0.9e-8, -1.1e-8].map((margin) => status({}, margin))).toEqual(['agrees', 'doubtful']);
  expect(status({ outcome: 'contradict', conflict: 'c' }, -1)).toBe('contradicted');
});
