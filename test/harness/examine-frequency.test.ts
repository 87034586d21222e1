import { describe, expect, test } from 'vitest';
import { smallBudget } from '../../properties/theorem-property.js';
import { drawnData } from '../../src/harness/drawn-network.js';
import { noiseFeatures, type FrequencyClaim } from '../../src/harness/frequency-claim.js';
import type { NetworkInstance } from '../../src/harness/instance.js';
import { examine } from '../../src/harness/kinds.js';
import type { LocationClaim } from '../../src/harness/location-claim.js';
import type { Claim, Mutant } from '../../src/harness/theorem.js';
import { PLAIN_SETTING } from '../../theorems/draws/network-settings.js';
import { relativeDifference } from '../closeness.js';

const settings = smallBudget('X');

function instance(setting: Partial<NetworkInstance['setting']>): NetworkInstance {
  return {
    experiment: 'noise-norms',
    setting: { ...PLAIN_SETTING, samples: 2, dimension: 5, repeats: 400, ...setting },
  };
}

/** Broken when the two noises point apart: with probability exactly 1/2. */
const coin: FrequencyClaim = {
  kind: 'frequency',
  violated: (_, { inner }) => inner[1]! < 0,
};

function constant(violated: boolean): FrequencyClaim {
  return { kind: 'frequency', violated: () => violated };
}

function mutant<C extends Claim>(id: string, claim: C): Mutant<C> {
  return { id, description: id, claim, quick: false };
}

describe('a bound broken on half of the data sets', () => {
  test.each([
    [0.8, 'agree'],
    [0.5, 'inconclusive'],
    [0.2, 'contradict'],
  ])('at delta %f the verdict is: %s', (delta, outcome) => {
    expect(examine(coin, instance({ delta }), settings).outcome).toBe(outcome);
  });

  test('too few data sets decide nothing, not even a bound that is always or never broken', () => {
    for (const claim of [coin, constant(true), constant(false)]) {
      expect(examine(claim, instance({ delta: 0.5, repeats: 20 }), settings).outcome).toBe('inconclusive');
    }
  });
});

test('every variant has its own count: refuted are those broken too often, and those alone', () => {
  const mutants = [
    mutant('always', constant(true)),
    mutant('half', coin),
    mutant('never', constant(false)),
    mutant('other kind', {
      kind: 'location',
      limit: () => 0,
      tolerance: () => 0,
    } satisfies LocationClaim),
  ];
  const result = examine(constant(false), instance({ delta: 0.2 }), { ...settings, mutants });
  expect(result.outcome).toBe('agree');
  expect(result.refuted).toEqual(['always', 'half']);
  expect(result.certificates).toBe(5);
  expect(result.samples).toBe(400);
  expect(result.evidence).toBe('0 of 400 data sets break the bound: rate in [0.0000, 0.0737], delta 0.2');
});

test('the claim sees the experiment, delta and the noise of each data set, never the signal', () => {
  const drawn = instance({
    samples: 4,
    noiseScale: 3,
    noisePatches: 2,
    signalToNoise: 50,
    repeats: 3,
    seed: 8,
  });
  const seen: string[] = [];
  const spy: FrequencyClaim = {
    kind: 'frequency',
    violated(experiment, noise, delta) {
      const { inputs, patches, dimension: d } = drawnData(drawn.setting, seen.length);
      for (let i = 0; i < 4; i++) {
        for (let k = 0; k < 4; k++) {
          let product = 0;
          // Patch 0 is the signal, patch 1 the first noise.
          for (let a = 0; a < d; a++)
            product += inputs[(i * patches + 1) * d + a]! * inputs[(k * patches + 1) * d + a]!;
          expect(relativeDifference(noise.inner[i * 4 + k]!, product)).toBeLessThan(1e-12);
        }
      }
      seen.push(JSON.stringify([experiment, noise.sampleCount, noise.dimension, noise.noiseScale, delta]));
      return false;
    },
  };
  examine(spy, drawn, settings);
  expect(seen).toEqual(Array(3).fill('["noise-norms",4,5,3,0.5]'));
});

test('noiseFeatures tells one noise patch from the other', () => {
  const { setting } = instance({ noisePatches: 2 });
  const data = drawnData(setting);
  const d = data.dimension;
  const swapped = data.inputs.slice();
  for (let i = 0; i < data.sampleCount; i++) {
    const row = i * data.patches * d;
    swapped.copyWithin(row + d, row + 2 * d, row + 3 * d);
  }
  expect(noiseFeatures({ ...data, inputs: swapped }, 1).inner).not.toEqual(noiseFeatures(data, 1).inner);
});

test('the same instance gives the same examination, another seed other data', () => {
  const first = examine(coin, instance({}), settings);
  expect(examine(coin, instance({}), settings)).toEqual(first);
  expect(examine(coin, instance({ seed: 1 }), settings).evidence).not.toBe(first.evidence);
});
