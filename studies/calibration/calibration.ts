import { randomSource } from '../../src/statistics/generator.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { crossProblem, frequentDraws, replacedDraws } from './planted-problems.js';
import {
  CALIBRATED_BUDGETS,
  certificate,
  meanNorm,
  publishedVote,
  repeatedWilson,
  type SideProcedure,
} from './procedures.js';
import { type DrawnProblem, type Family, knownInstance, type KnownInstance } from './known-instance.js';
import { falseAlarms, NOMINAL_LEVELS, type FalseAlarms } from './false-alarms.js';
import type { PausingWork } from '../../src/jobs/interrupt.js';
import { instanceTrial, samplerTrials, type SamplerTrial } from './sampler-trials.js';
import {
  type ProcedureCalibration,
  procedureCertificates,
  type ProcedureSize,
} from './procedure-certificates.js';
import type { JudgedVerdict } from './tally.js';

/** How much a calibration does. */
export interface CalibrationSize {
  readonly name: 'quick' | 'full';
  /** Problems of each family. */
  readonly problems: Readonly<Record<Family, number>>;
  readonly ratios: readonly number[];
  /** Independent decisions of each procedure on each instance. */
  readonly certificates: number;
  readonly naive: number;
  /** Decisions of each procedure on each planted instance. */
  readonly trials: number;
  readonly falseAlarmRuns: number;
  readonly procedures: ProcedureSize;
}

/** eta/eta* of the calibrated instances. */
const RATIOS = [0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99, 1.01, 1.03, 1.05, 1.1, 1.2, 1.5, 2] as const;

export const SIZES: Readonly<Record<'quick' | 'full', CalibrationSize>> = {
  quick: {
    name: 'quick',
    problems: { aligned: 1, commuting: 1, identical: 1 },
    ratios: RATIOS,
    certificates: 1,
    naive: 1,
    trials: 3,
    falseAlarmRuns: 100,
    procedures: { parameters: [1], ratios: [0.8, 1.2], repeats: 1, runs: 5 },
  },
  full: {
    name: 'full',
    problems: { aligned: 6, commuting: 6, identical: 6 },
    ratios: RATIOS,
    certificates: 10,
    naive: 10,
    trials: 50,
    falseAlarmRuns: 2000,
    procedures: { parameters: [1, 2, 3], ratios: [0.8, 0.9, 0.95, 1.05, 1.1, 1.2], repeats: 3, runs: 500 },
  },
};

export const NAIVE_PROCEDURES: readonly SideProcedure[] = [publishedVote, meanNorm, repeatedWilson];
export const CERTIFICATES: readonly SideProcedure[] = CALIBRATED_BUDGETS.map(certificate);
export const PROCEDURES: readonly SideProcedure[] = [...CERTIFICATES, ...NAIVE_PROCEDURES];

/** One verdict of one procedure on one drawn instance. */
export interface CalibrationVerdict extends JudgedVerdict {
  readonly procedure: string;
  readonly ratio: number;
  readonly heavyTail: boolean;
}

/** A drawn problem with its instances at all ratios and what was said of them. */
export interface CalibratedProblem {
  readonly drawn: DrawnProblem;
  readonly instances: readonly KnownInstance[];
  readonly verdicts: readonly CalibrationVerdict[];
}

/** Results of the parts that are independent of the drawn problems. */
export interface PlantedResults {
  readonly heavyTail: SamplerTrial;
  readonly biased: readonly (readonly [SamplerTrial, SamplerTrial])[];
  readonly falseAlarms: readonly FalseAlarms[];
  readonly procedures: readonly ProcedureCalibration[];
}

/** Everything a report of a calibration needs. */
export interface Calibration {
  readonly seed: number;
  readonly size: CalibrationSize;
  readonly planned: number;
  readonly problems: readonly CalibratedProblem[];
  readonly planted: PlantedResults;
}

/** Ratio at which the planted heavy-tail instance stands. */
const HEAVY_TAIL_RATIO = 1.05;

/** The planted instances. The certificate enters with the quick budget. */
export function* plantedResults(seed: number, size: CalibrationSize): PausingWork<PlantedResults> {
  const procedures = [CERTIFICATES[0]!, ...NAIVE_PROCEDURES];
  const instance = knownInstance(crossProblem('without-replacement'), HEAVY_TAIL_RATIO, seed);
  const name = `correct (without-replacement), ${HEAVY_TAIL_RATIO} eta*`;
  const heavyTail = yield* instanceTrial(name, instance, procedures, seed, size.trials);
  const biased: (readonly [SamplerTrial, SamplerTrial])[] = [];
  for (const sampler of [replacedDraws(), frequentDraws()]) {
    biased.push(yield* samplerTrials(sampler, procedures, seed, size.trials));
  }
  const alarms: FalseAlarms[] = [];
  for (const level of NOMINAL_LEVELS) alarms.push(yield* falseAlarms(seed, size.falseAlarmRuns, level));
  const others = yield* procedureCertificates(seed, size.procedures);
  return { heavyTail, biased, falseAlarms: alarms, procedures: others };
}

/** All decisions on one drawn problem. */
export function* calibrateProblem(
  drawn: DrawnProblem,
  seed: number,
  size: CalibrationSize,
): PausingWork<CalibratedProblem> {
  const instances: KnownInstance[] = [];
  const verdicts: CalibrationVerdict[] = [];
  for (const ratio of size.ratios) {
    const instance = knownInstance(drawn.reduced, ratio, seed);
    instances.push(instance);
    for (const procedure of PROCEDURES) {
      const count = CERTIFICATES.includes(procedure) ? size.certificates : size.naive;
      for (let repeat = 0; repeat < count; repeat++) {
        verdicts.push(decision(procedure, drawn, instance, seed, repeat));
        yield;
      }
    }
  }
  return { drawn, instances, verdicts };
}

function decision(
  { name, decide }: SideProcedure,
  { family, index }: DrawnProblem,
  instance: KnownInstance,
  seed: number,
  repeat: number,
): CalibrationVerdict {
  const { problem, eta, ratio, truth, heavyTail } = instance;
  const random = randomSource('calibration', seed, name, family, index, ratio, repeat);
  const verdict = decide(linearisedProcess(problem, eta), instance, random);
  return { ...verdict, procedure: name, ratio, truth, heavyTail };
}
