import { join } from 'node:path';
import { expect, test } from 'vitest';
import { capture, temporaryFolder } from '../cli/captured-context.js';
import { type Member, writeNpz } from '../forecast/output-npz.js';
import { quarters } from './number-bytes.js';

/** What analyze notes about archives with these members beside `factors`. */
async function notesOn(beside: Readonly<Record<string, Member>>, member = 'factors'): Promise<string> {
  const folder = temporaryFolder();
  const files = (['retain', 'forget'] as const).flatMap((name, k) => {
    const members = { [member]: [quarters([4 - k, 3]), [4 - k, 3]] as const, ...beside };
    return [`--${name}`, `${writeNpz(join(folder, `${name}.npz`), members)}#${member}`];
  });
  const setting = '--alpha 0.1 --eta 0.01 --batch-retain 2 --batch-forget 1 --sampling bernoulli'.split(' ');
  const { code, stderr } = await capture(['analyze', ...files, ...setting]);
  expect(code).toBe(0);
  return stderr.replaceAll(folder, '');
}

test('analyze says of exported factors that w* does not interpolate, with loss and largest gradient', async () => {
  const facts = { mean_loss: [[0.125], [1]], largest_gradient: [[3.5], [1]] } as const;
  expect(await notesOn(facts)).toBe(
    'note: w* does not interpolate: escape steps are upper bounds (mean loss 0.125 retain and 0.125 forget, largest gradient of a sample 3.5; forecast follows the gradients)\n',
  );
  expect(await notesOn({ ...facts, largest_gradient: [[0], [1]] })).toBe('');
  expect(await notesOn({})).toBe('');
});

test('a Jacobian in place of factors is noticed by its neighbours', async () => {
  const outputs = {
    outputs: [
      [1, 2, 3, 4],
      [4, 1],
    ],
  } as const;
  expect(await notesOn(outputs, 'jacobian')).toMatch(
    /^note: \/retain.npz#jacobian holds derivatives of outputs: they are factors of the squared loss; .*\nnote: \/forget/,
  );
  expect(await notesOn(outputs)).toBe('');
});
