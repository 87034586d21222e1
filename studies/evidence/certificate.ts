import { type Attempt, testDivergence } from '../../src/decision/side-tests.js';
import { decideSide, type ObservedSide } from '../../src/decision/decide-side.js';
import { networkInCoordinates } from '../../src/network/unlearning-run.js';
import { norm } from '../../src/linalg/vectors.js';
import { randomSource } from '../../src/statistics/generator.js';
import { type Setting, START } from './design.js';
import type { Subject } from './subject.js';

/** The side of E|delta|^2 that sampled steps prove. */
export interface Certificate {
  readonly side: ObservedSide;
  /** Pairs of batches drawn. */
  readonly samples: number;
}

/** Probability that any certificate of the whole document is wrong, at most, over so many certificates. */
const FAMILY = { error: 1e-3, certificates: 1000 };

/** Of one certificate. */
export const CERTIFICATE_ERROR = FAMILY.error / FAMILY.certificates;

/** Largest r for which stability is tried: learning T takes r^4 numbers. */
const SMALL = 8;

/** Most pairs of batches of a certificate. */
const MAX_SAMPLES = { small: 500_000, large: 10_000 };

/** Pairs of batches from which a stake is chosen. */
const TRIALS = 300;

/**
 * Decides the side of the second moment by steps of the **real** model, from displacements of START |w*| in many directions at once,
 * by the certificates of `verify`: both sides for small r; else divergence alone, along the Perron matrix of the exact operator (the test
 * holds for whatever matrix it is given; a wrong one proves nothing). The error bound is that of a linear step; at that distance the real
 * one differs from it by about 1e-8 of the displacement.
 */
export function certificateOf(
  subject: Subject,
  setting: Setting,
  errorProbability: number,
  words: readonly (string | number)[],
): Certificate {
  const { settings, local, eta } = setting;
  const { reduced } = local;
  const real = subject.process(settings, eta);
  const process = networkInCoordinates(real, local, START * norm(subject.minimum));
  const random = randomSource(...words, 'certificate');
  if (reduced.dimension <= SMALL) {
    const options = { errorProbability, maxSamples: MAX_SAMPLES.small };
    const { side, samples, fault } = decideSide(process, reduced, eta, random, options);
    if (fault !== null) throw new Error(fault);
    return { side, samples };
  }
  const threshold = Math.log(1 / errorProbability);
  const { perron } = setting.exact.growth(eta);
  const context = { process, random, threshold };
  const attempt: Attempt = testDivergence(context, perron, TRIALS, MAX_SAMPLES.large - TRIALS);
  return {
    side: attempt.logEvidence >= threshold ? 'diverges' : 'inconclusive',
    samples: attempt.samples,
  };
}
