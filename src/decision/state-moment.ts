import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { transpose } from '../linalg/vectors.js';
import type { RandomSource } from '../statistics/generator.js';
import { stepsFrom } from '../unlearning/drawn-matrices.js';
import type { UnlearningProcess } from '../unlearning/process.js';
import { LOT } from '../unlearning/steps-together.js';
import { ComponentMoment, overflows, type PerronPair } from './moment-estimate.js';
import type { StateSubspace } from './state-subspaces.js';
import type { Roots } from './step-frame.js';

/** An invariant subspace with what was drawn on it. */
export interface StateComponent extends StateSubspace {
  readonly moment: ComponentMoment;
  readonly perron: PerronPair;
}

/**
 * Sample mean of M -> B M B^T for the periods B of a procedure whose matrices are not symmetric, in the orthogonal
 * subspaces that the curvature of no step couples. Growth is that of the fastest; what couples two of them is bounded by both.
 */
export class StateMoment {
  private components: readonly StateComponent[];
  private readonly m: number;

  constructor(subspaces: readonly StateSubspace[], m: number) {
    this.m = m;
    this.components = subspaces.map((subspace) => {
      const { size, blocks } = subspace;
      const perron = { value: NaN, matrix: new Float64Array(0) };
      return { ...subspace, moment: new ComponentMoment(size, size / blocks), perron };
    });
  }

  /** Adds `count` drawn periods; returns null, or how many were drawn when one of them left the number range. */
  draw(process: UnlearningProcess, random: RandomSource, count: number): number | null {
    const { m } = this;
    const directions = new Float64Array(m * m);
    let from = 0;
    for (const { basis } of this.components) {
      directions.set(basis, from);
      from += basis.length;
    }
    const draw = stepsFrom(process, directions);
    const lot = new Float64Array(LOT * m * m);
    for (let drawn = 0; drawn < count; drawn += LOT) {
      const many = Math.min(LOT, count - drawn);
      draw(random, many, lot);
      if (overflows(lot.subarray(0, many * m * m))) return drawn + many;
      let row = 0;
      for (const { basis, size, moment } of this.components) {
        const first = row * m;
        moment.add(
          Array.from({ length: many }, (_, s) => {
            const moved = lot.subarray(s * m * m + first, s * m * m + first + size * m);
            return multiplyTransposed(basis, size, moved, size, m);
          }),
        );
        row += size;
      }
    }
    this.components = this.components.map((component) => ({
      ...component,
      perron: component.moment.perron(),
    }));
    return null;
  }

  /** The component that grows most. */
  fastest(): StateComponent {
    return this.components.reduce((a, b) => (b.perron.value > a.perron.value ? b : a));
  }

  /** Estimates of rho(T) and of the right Perron matrix, m x m. */
  perron(): { value: number; perron: Float64Array } {
    const { perron, basis, size } = this.fastest();
    return { value: perron.value, perron: this.embedded(perron.matrix, basis, size) };
  }

  /** Roots of P = (c - T)^-1 W, W > 0, on the whole space; null unless every component's is safely positive definite. */
  resolvent(c: number): Roots | null {
    const [root, inverseRoot] = [new Float64Array(this.m ** 2), new Float64Array(this.m ** 2)];
    for (const { moment, perron, basis, size } of this.components) {
      const roots = moment.resolvent(c, perron);
      if (!roots) return null;
      this.embedded(roots.root, basis, size).forEach((x, k) => (root[k]! += x));
      this.embedded(roots.inverseRoot, basis, size).forEach((x, k) => (inverseRoot[k]! += x));
    }
    return { root, inverseRoot };
  }

  /** V^T M V for the rows V of a component's basis. */
  private embedded(matrix: Float64Array, basis: Float64Array, size: number): Float64Array {
    const { m } = this;
    const columns = transpose(basis, size, m);
    return multiplyTransposed(multiplyTransposed(columns, m, matrix, size, size), m, columns, m, size);
  }
}
