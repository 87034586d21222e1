import type { Command } from 'commander';
import { FORGET_RULES } from '../experiment/experiment-settings.js';

/** Declares the options of `network`, with the defaults that do not depend on the others. */
export function withNetworkOptions(command: Command): Command {
  return command
    .description(
      'train a two-layer ReLU network, predict its unlearning, unlearn it, and say what became of it',
    )
    .option('--samples <n>', 'training samples', '60')
    .option('--forget-count <n>', 'samples to forget', '10')
    .option('--forget <rule>', FORGET_RULES.join(', '), 'random')
    .option('--dimension <d>', 'numbers of a patch', '200')
    .option('--width <m>', 'filters of each sign', '10')
    .option('--snr <x>', 'signal-to-noise ratio |mu|/(noise scale sqrt d) (default: 1)')
    .option('--signal <x>', '|mu|, instead of --snr')
    .option('--noise-scale <x>', 'standard deviation of the noise', '1')
    .option('--noise-patches <n>', 'noise patches of a sample', '1')
    .option('--positives <share>', 'share of samples with label +1', '0.5')
    .option('--loss <name>', 'squared or logistic', 'squared')
    .option('--train <method>', 'full or mini-batch:B', 'full')
    .option('--stop-at <share>', 'stop training at this share of the initial loss (default: interpolate)')
    .option('--label-noise <share>', 'share of flipped training labels', '0')
    .option('--alpha <x>', 'mixing weight of the ascent', '0.3')
    .option('--eta <x>', 'step size (default: 0.5/lambda_1(K))')
    .option('--batch-retain <n>', 'retain batch size (default: all)')
    .option('--batch-forget <n>', 'forget batch size (default: all)')
    .option(
      '--sampling <scheme>',
      'bernoulli, with-replacement or without-replacement',
      'without-replacement',
    )
    .option('--steps <n>', 'unlearning steps (default: eight predicted times of escape)')
    .option('--factor <x>', 'growth of the displacement that counts as escape', '100')
    .option('--displacement <x>', 'length of the start (default: no activation flips up to the escape)')
    .option('--retrained <n>', 'networks retrained without the forget set', '5')
    .option('--test <n>', 'test samples', '1000')
    .option('--seed <n>', 'seed of everything random', '1')
    .option('--backend <name>', 'compare gradients with node, wasm or cpu (default: the first that starts)')
    .option('--json', 'print the result as JSON')
    .option('--out <dir>', 'folder for network.json');
}
