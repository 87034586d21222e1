import { meanSpectrum } from './curvature-signs.js';
import { batchNoise, criticalMixing, sampleCurvatures, sampleWeight } from './mean-curvature.js';
import { groupNamed, type ReducedProblem, type SetName } from './problem.js';

/** Part of one set in the axes; a set that takes no part has zeros. */
interface SetAxis {
  /** k_g = max_{i in g} lambda_1(K_i) = lambda_1(S_gg)/sigma_g, sigma_g the set's coherence (`setCoherence`). */
  readonly strongest: number;
  /** nu_g = n_g/B_g - 1. */
  readonly noise: number;
}

/** The axes of a problem that U15 and U17 speak in. */
export interface ThreeAxes {
  /** delta = lambda_1(D). */
  readonly delta: number;
  /** q = lambda_1 of K_F relative to K_R; 0 without forget samples, Infinity where the retain set does not cover F. */
  readonly q: number;
  readonly retain: SetAxis;
  readonly forget: SetAxis;
}

/**
 * Axes of a problem: its largest mean curvature, the cross axis q = odds(alpha)/odds(alpha*), the strongest weighted
 * sample and the batch noise of each set. D > 0 on U iff q < 1.
 */
export function threeAxes(problem: ReducedProblem): ThreeAxes {
  const axisOf = (name: SetName): SetAxis => {
    const group = groupNamed(problem, name);
    if (!group) return { strongest: 0, noise: 0 };
    const strongest = sampleWeight(group) * Math.max(...sampleCurvatures(group.samples));
    return { strongest, noise: batchNoise(group) };
  };
  return {
    delta: meanSpectrum(problem).values.at(-1)!,
    q: relativeForget(problem),
    retain: axisOf('retain'),
    forget: axisOf('forget'),
  };
}

/** odds(alpha)/odds(alpha*). */
function relativeForget(problem: ReducedProblem): number {
  const retain = groupNamed(problem, 'retain');
  const forget = groupNamed(problem, 'forget');
  if (!forget) return 0;
  if (!retain) return Infinity;
  const critical = criticalMixing(retain.samples, forget.samples);
  return (forget.weight / retain.weight) * ((1 - critical) / critical);
}

/** Phi(a, b; m) = max_{a <= t <= b} 2t/(t^2 + m^2), for 0 < a <= b and m >= 0: the largest step size at which some t in [a, b] with the noise m^2 keeps its length. */
export function steepestWithin(a: number, b: number, m: number): number {
  const t = Math.min(b, Math.max(a, m));
  return (2 * t) / (t * t + m * m);
}

/** Noise of all problems with these axes, relative to D: nu_R k_R + q nu_F k_F, over 1 - q; q < 1. Stable at eta < 2/(delta + it). */
export function sharedNoise({ q, retain, forget }: ThreeAxes): number {
  return (retain.noise * retain.strongest + q * forget.noise * forget.strongest) / (1 - q);
}

/** Step of a set from the lowest t/k_g, k_g, nu_g and delta. */
export type SetStep = (lowest: number, strongest: number, noise: number, delta: number) => number;

/** Phi over what the mean curvature along the strongest sample may be. */
export const phi: SetStep = (lowest, strongest, noise, delta) =>
  steepestWithin(Math.min(delta, lowest * strongest), delta, Math.sqrt(noise) * strongest);

/** The smaller of 2/delta and the steps of the sets that take part: every problem with these axes (bernoulli batches, q < 1) diverges above it. */
export function steepStep(
  { delta, q, retain, forget }: ThreeAxes,
  of = phi,
  [ofRetain, ofForget] = [1 - q, 1 / q - 1],
): number {
  return Math.min(
    2 / delta,
    retain.strongest > 0 ? of(ofRetain, retain.strongest, retain.noise, delta) : Infinity,
    forget.strongest > 0 ? of(ofForget, forget.strongest, forget.noise, delta) : Infinity,
  );
}
