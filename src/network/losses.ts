import { sigmoid } from '../models/sigmoid.js';

/** A loss l(f, y) of an output f for a label y = +-1, with its derivatives in f. */
export interface Loss {
  readonly name: LossName;
  value(output: number, label: number): number;
  derivative(output: number, label: number): number;
  secondDerivative(output: number, label: number): number;
}

export type LossName = 'squared' | 'logistic';

/** (f - y)^2 / 2. */
const squared: Loss = {
  name: 'squared',
  value: (f, y) => (f - y) ** 2 / 2,
  derivative: (f, y) => f - y,
  secondDerivative: () => 1,
};

/** log(1 + exp(-y f)), computed without overflow. */
const logistic: Loss = {
  name: 'logistic',
  value(f, y) {
    const margin = y * f;
    return margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin;
  },
  derivative: (f, y) => -y * sigmoid(-y * f),
  secondDerivative: (f, y) => sigmoid(y * f) * sigmoid(-y * f),
};

export const LOSSES: Readonly<Record<LossName, Loss>> = { squared, logistic };
