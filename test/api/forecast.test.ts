import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { forecast, type ForecastOptions } from '../../src/api/index.js';
import { capture } from '../cli/captured-context.js';
import { writeSets } from '../forecast/output-npz.js';
import { randomSets } from '../forecast/random-sets.js';

const folder = mkdtempSync(join(tmpdir(), 'forecast-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const files = writeSets(folder, { ...randomSets('softmax'), test: null });

const OPTIONS: ForecastOptions = {
  ...{ retain: files[1]!, forget: files[3]!, loss: 'cross-entropy', lr: 2, forgetWeight: 0.5 },
  ...{
    batchSize: 4,
    epochs: 5,
    optimizer: { momentum: 0.5 },
    schedule: { ascent: 1, descent: 2 },
    clip: 1,
    seeds: 2,
  },
};

test('the library says what the command prints', async () => {
  const words =
    '--loss cross-entropy --lr 2 --forget-weight 0.5 --batch-size 4 --epochs 5 --momentum 0.5 --schedule alternating:1:2 --clip 1 --seeds 2 --json';
  const { stdout } = await capture(['forecast', ...files, ...words.split(' ')]);
  expect(JSON.parse(JSON.stringify(await forecast(OPTIONS)))).toEqual(JSON.parse(stdout));
  expect((await forecast(OPTIONS)).setting).toEqual({
    ...{ loss: 'cross-entropy', lr: 2, retainWeight: 1, forgetWeight: 0.5 },
  });
  const targets = writeSets(
    mkdtempSync(join(folder, 'targets-')),
    { ...randomSets('sigmoid'), test: null },
    false,
  );
  for (const loss of ['squared', 'logistic'] as const) {
    const own = { retain: targets[1]!, forget: targets[3]!, loss, goal: 'forget-loss=9' };
    const found = await forecast({ ...OPTIONS, ...own });
    expect(found.setting.loss).toBe(loss);
  }
  const sweep = await forecast({ ...OPTIONS, sweep: true });
  expect(sweep.sweep).toHaveLength(17);
});

test.each([
  [{ lr: 0 }, 'lr must be > 0 and finite; got 0'],
  [{ learningRate: 1 }, /^forecast: unknown option learningRate/],
  [{ batchSize: 1.5 }, 'batchSize must be an integer >= 1; got 1.5'],
  [{ optimizer: { momentum: 1 } }, 'optimizer.momentum must be in [0, 1); got 1'],
  [{ optimizer: { name: 'rmsprop' } }, 'optimizer.name must be one of sgd, adam, adamw; got rmsprop'],
  [{ optimizer: { name: 'adam' }, route: 'gram' }, /^route must be jacobian with adam, .*; got gram$/],
  [{ sampling: 'epochs' }, /^sampling.retain must be one of .*; got epochs$/],
  [{ loss: 'hinge' }, 'loss must be one of cross-entropy, squared, logistic; got hinge'],
  [{ goal: 'forget' }, 'goal must be forget-loss=X or forget-accuracy=X; got forget'],
] as const)('refuses %j', async (part, message) => {
  await expect(forecast({ ...OPTIONS, ...part } as ForecastOptions)).rejects.toThrow(message);
});
