import { multiplyTransposed, multiplyTransposedSymmetric } from '../../linalg/multiply-transposed.js';
import { addScaled, transpose } from '../../linalg/vectors.js';
import type { Procedure } from '../procedure.js';
import type { SymmetricMap } from './noise-map.js';

/**
 * How an optimizer moves a state z = (delta, eta v), v the velocity, or z = delta without momentum: with the random
 * curvature G of a step
 *
 *   z' = P z + c (eta G delta).
 *
 * Heavy ball: eta v' = b eta v + eta G delta, delta' = delta - eta v'. Nesterov: delta' = delta - eta G delta - b eta v'.
 * With eta v in place of v all entries are of one size.
 */
export interface StateRule {
  /** P, 1 x 1 or 2 x 2. */
  readonly carry: readonly (readonly number[])[];
  /** c, 1 or 2 numbers. */
  readonly push: readonly number[];
  /** Weight decay that is a part of G; the decay beside a preconditioner shrinks delta instead. */
  readonly decay: number;
  readonly eta: number;
  /** The rule is that of z' over exp(logScale), so that no step size makes its square overflow. */
  readonly logScale: number;
}

/** Times the curvature: of a longer step only eta G is left beside rounding, and its square would vanish in units of it. */
const LONGEST = 1e150;

/** @param size of the curvature. */
export function stateRule(procedure: Procedure, eta: number, size: number): StateRule {
  const { momentum: b, nesterov, weightDecay, preconditioner } = procedure;
  const longest = LONGEST / (size + weightDecay);
  if (eta > longest) {
    const rule = stateRule(procedure, longest, size);
    return { ...rule, logScale: rule.logScale + Math.log(eta) - Math.log(longest) };
  }
  const kept = preconditioner ? 1 - eta * weightDecay : 1;
  const decay = preconditioner ? 0 : weightDecay;
  const scale = Math.max(1, eta * (size + decay), Math.abs(kept));
  const carry =
    b === 0
      ? [[kept]]
      : [
          [kept, nesterov ? -b * b : -b],
          [0, b],
        ];
  const push = b === 0 ? [-1] : [nesterov ? -(1 + b) : -1, 1];
  return {
    carry: carry.map((row) => row.map((x) => x / scale)),
    push,
    decay,
    eta: eta / scale,
    logScale: Math.log(scale),
  };
}

/** A few numbers by rows. */
export type SmallMatrix = readonly (readonly number[])[];

/** The mean of a step along an axis of D with eigenvalue d: q x q. */
export function meanMatrix({ carry, push, eta, decay }: StateRule, d: number): SmallMatrix {
  return carry.map((row, i) => row.map((x, j) => x + (j === 0 ? push[i]! * eta * (d + decay) : 0)));
}

/** Spectral radius of a 1 x 1 or 2 x 2 matrix. */
export function radiusOf([[a = 0, b = 0] = [], [c = 0, d = 0] = []]: SmallMatrix): number {
  const [half, determinant] = [(a + d) / 2, a * d - b * c];
  const discriminant = ((a - d) / 2) ** 2 + b * c;
  return discriminant < 0 ? Math.sqrt(determinant) : Math.abs(half) + Math.sqrt(discriminant);
}

/** A kind of step: its mean curvature, or the curvature of its given batch, and the noise of the batches that are drawn. */
export interface StepKind {
  /** r numbers if it is diagonal, else r x r. */
  readonly curvature: Float64Array;
  readonly noise: SymmetricMap | null;
}

/** A second moment of states as blocks: entry i q + j is the r x r block (i, j), q = 1 or 2. */
export type Blocks = readonly Float64Array[];

/** out += probability times the mean of A M A^T (or A^T M A) over the step. */
export type MomentStep = (m: Blocks, probability: number, out: Blocks) => void;

/** The second-moment map of one kind of step, and its adjoint. */
export function momentStep(
  rule: StateRule,
  kind: StepKind,
  r: number,
): { forward: MomentStep; adjoint: MomentStep } {
  const { carry: p, push: c, eta } = rule;
  const q = c.length;
  const isDiagonal = kind.curvature.length === r && r > 1;
  const w = kind.curvature.map(
    (x, k) => eta * (isDiagonal || r === 1 || k % (r + 1) === 0 ? x + rule.decay : x),
  );
  const parts = Array.from({ length: q }, () => new Float64Array(r * r));
  const square = new Float64Array(r * r);
  const room = new Float64Array(r * r);
  const noise = new Float64Array(r * r);

  /** W M for the transpose of M. */
  function moved(transposed: Float64Array, out: Float64Array): void {
    if (!isDiagonal) multiplyTransposed(w, r, transposed, r, r, out);
    else
      for (let a = 0; a < r; a++) for (let b = 0; b < r; b++) out[a * r + b] = w[a]! * transposed[b * r + a]!;
  }

  /** W M W + eta^2 N(M) from W M. */
  function squared(m: Float64Array, wm: Float64Array): void {
    if (!isDiagonal) multiplyTransposedSymmetric(wm, w, r, r, square);
    else for (let a = 0; a < r; a++) for (let b = 0; b < r; b++) square[a * r + b] = wm[a * r + b]! * w[b]!;
    if (!kind.noise) return;
    kind.noise(m, noise);
    addScaled(square, eta * eta, noise);
  }

  return {
    forward(m, probability, out) {
      parts.forEach((part, l) => moved(m[l * q]!, part));
      squared(m[0]!, parts[0]!);
      for (let i = 0; i < q; i++) {
        for (let j = 0; j < q; j++) {
          const target = out[i * q + j]!;
          addScaled(target, probability * c[i]! * c[j]!, square);
          for (let k = 0; k < q; k++) {
            for (let l = 0; l < q; l++) addScaled(target, probability * p[i]![k]! * p[j]![l]!, m[k * q + l]!);
            addScaled(target, probability * c[i]! * p[j]![k]!, parts[k]!);
            addTransposed(target, probability * c[j]! * p[i]![k]!, parts[k]!, r);
          }
        }
      }
    },
    adjoint(m, probability, out) {
      // c^T M c, and for each l the block (0, l) of A^T M A that W multiplies.
      const pushed = new Float64Array(r * r);
      for (let i = 0; i < q; i++) for (let j = 0; j < q; j++) addScaled(pushed, c[i]! * c[j]!, m[i * q + j]!);
      for (let l = 0; l < q; l++) {
        room.fill(0);
        for (let i = 0; i < q; i++)
          for (let j = 0; j < q; j++) addScaled(room, p[i]![l]! * c[j]!, m[i * q + j]!);
        moved(room, parts[l]!);
        addScaled(out[l]!, probability, parts[l]!);
        addTransposed(out[l * q]!, probability, parts[l]!, r);
      }
      moved(pushed, room);
      squared(pushed, room);
      addScaled(out[0]!, probability, square);
      for (let k = 0; k < q; k++) {
        for (let l = 0; l < q; l++) {
          for (let i = 0; i < q; i++) {
            for (let j = 0; j < q; j++)
              addScaled(out[k * q + l]!, probability * p[i]![k]! * p[j]![l]!, m[i * q + j]!);
          }
        }
      }
    },
  };
}

/** Adds to `out` probability times the mean of A M over the step, for any M of blocks: the mean of the states. */
export function meanStep(rule: StateRule, { curvature }: StepKind, r: number): MomentStep {
  const { carry: p, push: c, eta, decay } = rule;
  const q = c.length;
  const dense = new Float64Array(r * r);
  const isDiagonal = curvature.length === r;
  for (let a = 0; a < r; a++) {
    for (let b = 0; b < r; b++) {
      const entry = isDiagonal ? (a === b ? curvature[a]! : 0) : curvature[a * r + b]!;
      dense[a * r + b] = eta * (a === b ? entry + decay : entry);
    }
  }
  return (m, probability, out) => {
    for (let j = 0; j < q; j++) {
      const moved = multiplyTransposed(dense, r, transpose(m[j]!, r, r), r, r);
      for (let i = 0; i < q; i++) {
        addScaled(out[i * q + j]!, probability * c[i]!, moved);
        for (let k = 0; k < q; k++) addScaled(out[i * q + j]!, probability * p[i]![k]!, m[k * q + j]!);
      }
    }
  };
}

function addTransposed(out: Float64Array, factor: number, m: Float64Array, r: number): void {
  if (factor === 0) return;
  for (let a = 0; a < r; a++) for (let b = 0; b < r; b++) out[a * r + b]! += factor * m[b * r + a]!;
}
