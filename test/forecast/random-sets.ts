import { normals, randomSource } from '../../src/statistics/generator.js';
import type { ForecastSets, OutputSet } from '../../src/forecast/output-set.js';
import type { ForecastSetting, LoopProcedure } from '../../src/forecast/setting.js';
import { heldMatrix, type MatrixSource } from '../../src/theory/matrix-source.js';
import type { LossKind } from '../../src/unlearning/output-loss.js';

/** A matrix in memory, n samples with c rows of p numbers. */
export function matrixOf(numbers: Float64Array, c: number, p: number, dtype = '<f8'): MatrixSource {
  return heldMatrix('J', numbers, p, c, dtype);
}

export const PLAIN: LoopProcedure = {
  optimizer: 'sgd',
  momentum: 0,
  nesterov: false,
  weightDecay: 0,
  schedule: null,
  dropLast: false,
  clip: null,
};

/** Random sets of one linearised network, with w* of its own. */
export function randomSets(
  loss: LossKind,
  { c = 3, p = 12, retain = 10, forget = 5, test = 4, seed = 1 } = {},
): ForecastSets {
  const random = randomSource('forecast sets', seed, loss, c);
  const w = normals(p, random);
  const set = (name: string, samples: number): OutputSet => {
    const numbers = normals(samples * c * p, random, 1 / Math.sqrt(p)).map(Math.fround);
    const pull = Float64Array.from({ length: samples * c }, (_, row) =>
      w.reduce((sum, x, k) => sum + x * numbers[row * p + k]!, 0),
    );
    const targets = new Float64Array(samples * c);
    for (let i = 0; i < samples; i++) {
      if (loss === 'softmax') targets[i * c + random.integer(c)] = 1;
      else
        for (let k = 0; k < c; k++)
          targets[i * c + k] = loss === 'sigmoid' ? random.integer(2) : random.normal();
    }
    return {
      name,
      samples,
      of: samples,
      width: c,
      outputs: targets.map((y) => 2 * y + 0.3 * random.normal()),
      targets,
      pull,
      jacobian: { ...matrixOf(numbers, c, p), name },
      projection: null,
      ids: null,
      real: null,
    };
  };
  return { retain: set('retain', retain), forget: set('forget', forget), test: set('test', test) };
}

export function settingOf(loss: LossKind, part: Partial<ForecastSetting> = {}): ForecastSetting {
  return {
    loss,
    lr: 0.3,
    retainWeight: 1,
    forgetWeight: 0.4,
    batch: { retain: 4, forget: 2 },
    sampling: { retain: 'reshuffled', forget: 'reshuffled' },
    steps: 20,
    procedure: PLAIN,
    ...part,
  };
}
