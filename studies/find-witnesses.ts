import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { examine } from '../src/harness/kinds.js';
import type { Instance } from '../src/harness/instance.js';
import type { ExaminationSettings, Mutant, Theorem } from '../src/harness/theorem.js';
import { derivedSeed } from '../src/statistics/generator.js';
import { unlearning } from '../src/unlearning/process.js';
import { theorems } from '../theorems/index.js';

/*
 * Finds for every wrong variant a small instance that refutes it with certainty to spare, and writes
 * them to theorems/witnesses/. Every run of `verify` starts with these instances, so that what the suite
 * would notice does not depend on the luck of a seed. `node dist/studies/find-witnesses.js [ID ...]`
 */

/** A witness must do with a part of the quick budget, at a smaller error, under each of these seeds; of slow procedures with most of it. */
const SAMPLES = 20_000;
const SLOW_SAMPLES = 100_000;
const ERROR_PROBABILITY = 1e-15;
const SEEDS = [1, 2, 3, 4];
const MAX_DRAWS = 3000;
const MAX_SHRINKS = 400;

function refutes(theorem: Theorem, mutant: Mutant, instance: Instance, seeds: readonly number[]): boolean {
  return seeds.every((seed) => {
    const settings: ExaminationSettings = {
      implementation: unlearning,
      mutants: [mutant],
      seed,
      theoremId: theorem.id,
      errorProbability: ERROR_PROBABILITY,
      maxSamples: theorem.procedure ? SLOW_SAMPLES : SAMPLES,
      maxSamplesUndecided: SAMPLES,
    };
    const { refuted, outcome } = examine(theorem.claim, otherDraw(instance, seed), settings);
    return refuted.includes(mutant.id) && outcome !== 'contradict';
  });
}

/** Data and networks are drawn from a seed of their own. */
function otherDraw(instance: Instance, seed: number): Instance {
  if (!('experiment' in instance)) return instance;
  return { ...instance, setting: { ...instance.setting, seed: instance.setting.seed + seed - 1 } };
}

/** The shrunk first drawn instance that refutes the variant, or null. */
function findWitness(theorem: Theorem, mutant: Mutant): Instance | null {
  const survives = (instance: Instance): boolean => !refutes(theorem, mutant, instance, SEEDS);
  const seed = derivedSeed('witness', mutant.id);
  const { outside: instances } = mutant.drops ?? { outside: theorem.instances };
  const draws = fc.sample(instances, { seed, numRuns: MAX_DRAWS });
  const index = draws.findIndex((instance) => refutes(theorem, mutant, instance, [1]) && !survives(instance));
  if (index < 0) return null;
  let candidates = 0;
  const property = fc.property(instances, (instance) => candidates++ > MAX_SHRINKS || survives(instance));
  const { counterexample } = fc.check(property, { seed, path: String(index), numRuns: 1 });
  return counterexample?.[0] ?? draws[index]!;
}

/** Equal witnesses are kept once. */
function distinct(instances: readonly Instance[]): Instance[] {
  const texts = new Set(instances.map((instance) => JSON.stringify(instance)));
  return [...texts].map((text) => JSON.parse(text) as Instance);
}

const chosen = process.argv.slice(2);
for (const theorem of theorems) {
  if (chosen.length > 0 && !chosen.includes(theorem.id)) continue;
  const found = theorem.mutants.map((mutant) => {
    const witness = findWitness(theorem, mutant);
    process.stderr.write(`${mutant.id}: ${witness ? 'found' : 'NONE'} (${mutant.description})\n`);
    return witness;
  });
  const witnesses = distinct(found.filter((witness) => witness !== null));
  const file = new URL(`../../theorems/witnesses/${theorem.id}.json`, import.meta.url);
  writeFileSync(fileURLToPath(file), JSON.stringify(witnesses));
}
