import { z } from 'zod';
import { SAMPLINGS } from '../theory/problem.js';

const samples = z.array(
  z
    .array(
      z.array(z.number('must be a finite number'), 'must be a factor vector (a list of numbers)'),
      'must be a sample (a list of factor vectors)',
    )
    .min(1, 'must have at least one factor vector'),
  'must be a list of samples',
);

const wholeNumber = z.int('must be an integer');

/** The shape of a problem without its step size; sizes that depend on each other are checked afterwards. */
export const problemSchema = z.strictObject({
  retain: samples,
  forget: samples,
  alpha: z.number('must be a number in [0, 1]').min(0, 'must be in [0, 1]').max(1, 'must be in [0, 1]'),
  batch: z.strictObject(
    { retain: wholeNumber, forget: wholeNumber },
    'must be { "retain": .., "forget": .. }',
  ),
  sampling: z.enum(SAMPLINGS, `must be one of ${SAMPLINGS.join(', ')}`),
});

export const stepSizeSchema = z.number('must be a finite number > 0').gt(0, 'must be > 0');
