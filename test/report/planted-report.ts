import { verify } from '../../src/api/verify.js';
import type { AgreementReport } from '../../src/report/agreement.js';
import { plantedTheorem, times, type Planted } from '../harness/planted-theorem.js';

const contradiction: Planted = { predicted: 'stable', observed: 'diverges', outcome: 'contradict' };
const open: Planted = { observed: 'inconclusive', outcome: 'inconclusive' };
const silent: Planted = { predicted: 'undecided', observed: 'stable', outcome: 'undecided' };

/** Outcomes of a theorem that is contradicted, with counts that are all different. */
const troubled: Planted[] = [
  { refuted: ['T1-3'], criticalStep: 0.25 },
  ...times(5, { predicted: 'stable', observed: 'stable', criticalStep: 0.75, certificates: 2 }),
  ...times(3, contradiction),
  ...times(2, open),
  ...times(3, { ...open, far: false }),
  ...times(11, silent),
  { refuted: ['T1-1', 'exact-2'], samples: 12_345, conflict: 'planted conflict' },
];

/** Outcomes of one that agrees, on the instances that test it. */
const sound: Planted[] = [...times(4, silent), { refuted: ['T2-1'], criticalStep: 0.6 }];

/** Outcomes of one that no instance tests. */
const untested: Planted[] = times(40, silent);

/** A run with all that can be planted: contradictions, open and untested instances, survivors, a wrong margin. */
export async function plantedReport(): Promise<AgreementReport> {
  const theorems = [
    plantedTheorem(troubled, { id: 'T1', variants: [true, false, false, true, false], asserts: 'both' }),
    plantedTheorem(sound, { id: 'T2', variants: [true, false], margin: 0.125 }),
    plantedTheorem([contradiction, ...times(6, open)], { id: 'T3', margin: -0.0625 }),
    plantedTheorem(untested, { id: 'T4' }),
    plantedTheorem([], { id: 'T5', margin: -0.25, asserts: 'stability' }),
  ];
  const report = await verify(theorems, { budget: 'quick', onWarning: () => undefined });
  // As a file holds it.
  return JSON.parse(JSON.stringify(report)) as AgreementReport;
}
