import { z } from 'zod';
import { largestMagnitude } from '../linalg/symmetric-eigen.js';
import type { BatchSizes, ReducedProblem, SamplingChoice, UnlearningProblem } from '../theory/problem.js';
import type { ProcedureSpec } from '../theory/procedure.js';
import { reduceProblem } from '../theory/reduction.js';
import { parseSchema } from './checked-json.js';
import { checkBatch, checkMagnitude, checkSampleCounts } from './problem-file.js';
import { problemSchema, stepSizeSchema } from './problem-schema.js';
import { checkSameFactors } from './validated-matrix.js';
import { PROBLEM_NAME, readFactors, type FactorsInput } from './factors-input.js';

/** A problem as problem files hold it; the sets may be typed arrays too. */
export interface ProblemInput extends ProcedureSpec {
  readonly retain: FactorsInput;
  /** May be empty when alpha is 0. */
  readonly forget: FactorsInput;
  /** Mixing weight in [0, 1]: 0 is descent on the retain set alone. */
  readonly alpha: number;
  /** Step size, > 0. */
  readonly eta: number;
  /** Samples in a batch of each set. */
  readonly batch: BatchSizes;
  readonly sampling: SamplingChoice;
}

const withEta = problemSchema.extend({ retain: z.unknown(), forget: z.unknown(), eta: stepSizeSchema });
const withoutEta = withEta.partial({ eta: true });

/** Checks a problem with its step size. @throws InputError in one line, as for a problem file. */
export function parseProblem(input: ProblemInput): { problem: UnlearningProblem; eta: number } {
  const checked = parseSchema(withEta, input, PROBLEM_NAME);
  return { problem: checkedProblem(checked), eta: checked.eta };
}

/** A problem of which the step size does not matter. */
export type UnsteppedProblem = Omit<ProblemInput, 'eta'> & { readonly eta?: number };

/** Checks a problem, with or without its step size. @throws InputError in one line, as for a problem file. */
export function parseUnsteppedProblem(input: UnsteppedProblem): UnlearningProblem {
  return checkedProblem(parseSchema(withoutEta, input, PROBLEM_NAME));
}

/** The problem on U, as theorems get it. @throws InputError in one line, as for a problem file. */
export function reducedProblem(input: UnsteppedProblem): ReducedProblem {
  return reduceProblem(parseUnsteppedProblem(input));
}

function checkedProblem({
  retain: retainInput,
  forget: forgetInput,
  alpha,
  batch,
  sampling,
}: z.infer<typeof withoutEta>): UnlearningProblem {
  const { set: retain, firstVector, ...ofRetain } = readFactors(retainInput, 'retain');
  const expected = { length: retain.dimension, as: firstVector };
  const read = readFactors(forgetInput, 'forget', retain.sampleCount > 0 ? expected : undefined);
  const forget = read.set;
  if (ofRetain.factorsPerSample !== null && read.factorsPerSample !== null) {
    checkSameFactors(
      { name: 'retain', samples: retain.sampleCount, factorsPerSample: ofRetain.factorsPerSample },
      {
        name: `${PROBLEM_NAME}: forget`,
        samples: forget.sampleCount,
        factorsPerSample: read.factorsPerSample,
      },
    );
  }
  checkSampleCounts({ retain: retain.sampleCount, forget: forget.sampleCount }, alpha, PROBLEM_NAME);
  for (const [set, { factors, sampleCount }] of Object.entries({ retain, forget })) {
    if (sampleCount > 0) checkMagnitude(largestMagnitude(factors), `${PROBLEM_NAME}: ${set}`);
    checkBatch(batch[set as keyof BatchSizes], sampleCount, `${PROBLEM_NAME}: batch.${set}`);
  }
  return { retain, forget, alpha, batch, sampling };
}
