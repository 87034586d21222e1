import { type GivenProcedure, ALL_SAMPLINGS } from '../theory/problem.js';
import { preconditionerFile } from '../input/procedure-fields.js';
import type { GradientFiles } from '../input/problem-source.js';
import type { OptimizerSpec, Schedule } from '../theory/procedure.js';
import {
  BELOW_ONE,
  flag,
  type GivenOptions,
  NOT_NEGATIVE,
  number,
  oneOf,
  parsed,
  readOptions,
  text,
  UsageError,
} from './options.js';

/** k ascents, then m descents. */
export const SCHEDULE = parsed('<words>', 'alternating:K:M: K ascents, then M descents', scheduleOf);

/** Options of a procedure, beside a problem file or sets in files: they take the place of its fields. */
export const PROCEDURE_OPTIONS = {
  momentum: number('<b>', 'momentum of the optimizer', BELOW_ONE),
  nesterov: flag('with --momentum: Nesterov'),
  weightDecay: number('<x>', 'weight decay', NOT_NEGATIVE),
  precondition: text(
    '<file>',
    'diagonal preconditioner, p numbers > 0: .npy, .npz, .safetensors, .csv, .json',
  ),
  schedule: SCHEDULE,
  samplingRetain: oneOf(
    '<scheme>',
    'of the retain set (default: --sampling, which is not needed beside both)',
    ALL_SAMPLINGS,
  ),
  samplingForget: oneOf('<scheme>', 'of the forget set (default: --sampling)', ALL_SAMPLINGS),
  dropLast: flag('reshuffled: the loader leaves out a last batch that is too small'),
  shortLast: flag('reshuffled: the last batch is short, averaged over its own size'),
  gradientsRetain: text('<file>', 'gradients of the retain samples at w*, n x p, where it does not fit them'),
  gradientsForget: text('<file>', 'gradients of the forget samples'),
};

/** The procedure by the options, and the files of gradients. @throws UsageError, InputError */
export async function givenProcedure(given: GivenOptions): Promise<{
  readonly procedure: GivenProcedure;
  readonly gradients?: GradientFiles;
}> {
  const options = readOptions(PROCEDURE_OPTIONS, given);
  const { momentum, nesterov, weightDecay, precondition, schedule, dropLast, shortLast } = options;
  if (dropLast && shortLast) {
    throw new UsageError('--drop-last and --short-last exclude each other; got both');
  }
  const optimizer: OptimizerSpec = {
    ...(momentum !== undefined && { momentum }),
    ...(nesterov && { nesterov }),
    ...(weightDecay !== undefined && { weightDecay }),
    ...(precondition !== undefined && { preconditioner: await preconditionerFile(precondition) }),
  };
  const { samplingRetain: retain, samplingForget: forget, gradientsRetain, gradientsForget } = options;
  const gradients = {
    ...(gradientsRetain !== undefined && { retain: gradientsRetain }),
    ...(gradientsForget !== undefined && { forget: gradientsForget }),
  };
  return {
    procedure: {
      ...(Object.keys(optimizer).length > 0 && { optimizer }),
      ...(schedule && { schedule }),
      ...((dropLast ?? shortLast) && { dropLast: dropLast === true }),
      sampling: { ...(retain && { retain }), ...(forget && { forget }) },
    },
    ...(Object.keys(gradients).length > 0 && { gradients }),
  };
}

function scheduleOf(words: string, name: string): Schedule {
  const [, ascent, descent] = /^alternating:(\d{1,6}):(\d{1,6})$/.exec(words) ?? [];
  if (Number(ascent) >= 1 && Number(descent) >= 1)
    return { ascent: Number(ascent), descent: Number(descent) };
  throw new UsageError(`--${name} must be alternating:K:M with whole K, M >= 1; got ${words}`);
}
