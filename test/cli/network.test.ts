import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { closedFormBackend, type GradientBackend } from '../../src/network/gradient-backend.js';
import type { CliContext } from '../../src/cli/context.js';
import { runCommandLine } from '../../src/cli/program.js';
import { BackendUnavailableError } from '../../src/network/tfjs-backend.js';
import { unlearning, type UnlearningImplementation } from '../../src/unlearning/process.js';
import { theorems } from '../../theorems/index.js';
import { descentOnBoth } from '../network/wrong-ascent.js';
import { capture, temporaryFolder } from './captured-context.js';

/** A network that takes a tenth of a second. */
const SMALL = '--samples 16 --forget-count 4 --dimension 30 --width 4 --test 60 --retrained 2'.split(' ');

interface Setup {
  readonly backend?: GradientBackend | BackendUnavailableError;
  readonly interrupted?: boolean;
  readonly terminal?: boolean;
  readonly implementation?: UnlearningImplementation;
}

/** Runs `network` with the small settings and the words, with a backend that needs no package. */
async function network(words: string, setup: Setup = {}) {
  const { backend = closedFormBackend, interrupted = false, terminal = false } = setup;
  const output = { stdout: '', stderr: '' };
  let clock = 0;
  const context = {
    theorems,
    implementation: setup.implementation ?? unlearning,
    tool: { name: 'unlearning-stability', version: '0.0.0-test', commit: null },
    stdout: { write: (text: string) => (output.stdout += text) },
    stderr: { write: (text: string) => (output.stderr += text), isTTY: terminal, columns: 70 },
    loadBackend: () => (backend instanceof Error ? Promise.reject(backend) : Promise.resolve(backend)),
    now: () => (clock += 20),
    onInterrupt(handler: () => void) {
      if (interrupted) handler();
      return () => undefined;
    },
  } as unknown as CliContext;
  const args = ['network', ...SMALL, ...words.split(' ').filter((word) => word !== '')];
  const code = await runCommandLine(args, context, () => Promise.resolve(context));
  return { code, ...output };
}

/** The one line of wrong usage. */
async function refused(words: string): Promise<string> {
  const { code, stdout, stderr } = await network(words);
  expect({ code, stdout, lines: stderr.split('\n').length }, stderr).toEqual({
    code: 2,
    stdout: '',
    lines: 2,
  });
  return stderr;
}

describe('network', () => {
  test('predicts the escape, measures it there, and tells deletion apart from it', async () => {
    const { code, stdout, stderr } = await network('');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^as predicted: the network escapes at step (\d+) \(predicted step \1\)/);
    const [prediction, beyond] = stdout.split('Beyond the linear theory');
    expect(prediction).toMatch(/largest per-sample gradient at w\* \d/);
    expect(prediction).not.toMatch(/AUC|accuracy|ToW/);
    expect(beyond).toMatch(/escape +\d+ .* remembers F\n/);
  });

  test('prints the same numbers as JSON, and writes them with --out', async () => {
    const folder = temporaryFolder();
    const { stdout } = await network(`--json --out ${folder}`);
    expect(readdirSync(folder)).toEqual(['network.json']);
    expect(readFileSync(join(folder, 'network.json'), 'utf8')).toBe(stdout);
    const record = JSON.parse(stdout) as Record<string, Record<string, unknown>>;
    expect(Object.keys(record)).toEqual(
      'schemaVersion kind tool settings data training forget gradients prediction run growth beyond'.split(
        ' ',
      ),
    );
    expect(record.run!.escapeStep).toBe(record.prediction!.escapeStep);
    expect(record.beyond!.rows).toHaveLength(5);
    expect(stdout).not.toContain('null,\n      null');
  });

  test('records the weights of the network as parameters, not the dimension of the span', async () => {
    const { stdout } = await network('--json');
    const { prediction } = JSON.parse(stdout) as {
      prediction: { analysis: { dimension: { parameters: number; reduced: number } } };
    };
    expect(prediction.analysis.dimension).toMatchObject({ parameters: 2 * 4 * 30, reduced: 16 });
  });

  test('is a function of its options', async () => {
    const [first, again, other] = [await network(''), await network('--seed 1'), await network('--seed 2')];
    expect(again.stdout).toBe(first.stdout);
    expect(other.stdout).not.toBe(first.stdout);
  });

  test('measures growth of the network and decides the side, with mini-batches', async () => {
    const { code, stdout } = await network('--batch-retain 3 --batch-forget 1');
    expect(code).toBe(0);
    const [, measured] = /2 gamma of the network (\S+) /.exec(stdout)!;
    expect(stdout).toContain(`of the linear dynamics with the same batches ${measured} `);
    expect(stdout).toMatch(/diverges \(proven\), \d+ pairs of batches; log rho = /);
  });

  test('contradicts unlearning code that descends on both sets', async () => {
    const { code, stdout } = await network('', { implementation: descentOnBoth });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^not as predicted: the network does not escape within \d+ steps \(predicted step/,
    );
  });

  test('contradicts a step that is 1 % too long', async () => {
    const longer: UnlearningImplementation = {
      ...unlearning,
      step: ({ eta, ...settings }, ...rest) => unlearning.step({ ...settings, eta: 1.01 * eta }, ...rest),
    };
    const { code, stdout } = await network('', { implementation: longer });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^not as predicted/);
  });

  test('a minimum that does not interpolate escapes by the drift, not at the step of the theory', async () => {
    const { code, stdout } = await network('--stop-at 1e-6');
    expect(code).toBe(0);
    const [, drift, theory] = /predicted at step (\d+), by the drift; at step (\d+) by the theory/.exec(
      stdout,
    )!;
    expect(Number(drift)).toBeLessThan(Number(theory) / 2);
    expect(stdout).toMatch(new RegExp(`^as predicted: the network escapes at step ${drift} `));
  });

  test('a displacement from which activations flip is not compared', async () => {
    const { code, stdout } = await network('--displacement 0.3 --factor 2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^not comparable: .* but \d+ activations are flipped before that\n/);
  });

  test('the forget set is forgotten once its loss is that of the retrained networks, after the escape', async () => {
    const { stdout } = await network('--json');
    const { beyond } = JSON.parse(stdout) as {
      beyond: Record<'rows' | 'retrained', { at: string; step: number; forget: { meanLoss: number } }[]>;
    };
    const level = beyond.retrained.reduce((sum, { forget }) => sum + forget.meanLoss, 0) / 2;
    const [, escape, forgotten] = beyond.rows;
    expect([escape!.at, forgotten!.at]).toEqual(['escape', 'forgotten']);
    expect(forgotten!.step).toBeGreaterThan(escape!.step);
    expect(escape!.forget.meanLoss).toBeLessThan(level / 100);
    // One step raises the loss by less than a third here.
    expect(forgotten!.forget.meanLoss / level).toBeGreaterThanOrEqual(1);
    expect(forgotten!.forget.meanLoss / level).toBeLessThan(1.5);
  });

  test('the logistic loss has no minimum, and its run is not compared', async () => {
    const { code, stdout } = await network('--loss logistic');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^not comparable: .* (logistic loss|activations are flipped before that)\n/);
  });

  const TINY = '--samples 2 --forget-count 1 --dimension 2 --width 1 --positives 1 --signal 0.5';

  test.each([
    ['with a sample that no filter sees', `${TINY} --seed 2 --forget most-memorised`, 0],
    ['without a signal', '--snr 0', 0],
    ['with all of a class', '--forget class:+1 --forget-count 15', 0],
    ['with no sample to forget', '--forget-count 0 --alpha 0', 0],
    ['with ascent alone', '--alpha 1', 0],
    ['without retrained networks', '--retrained 0', 0],
    ['with bernoulli batches', '--sampling bernoulli --batch-retain 3 --batch-forget 1', 0],
    ['with a step so large that all breaks', '--eta 1e6', 0],
    ['trained with mini-batches', '--train mini-batch:4', 0],
    ['with label noise', '--label-noise 0.2 --forget most-memorised', 0],
  ])('has a clear result %s', async (_, words, expected) => {
    const { code, stdout } = await network(words);
    expect(code).toBe(expected);
    expect(stdout).toMatch(/^as predicted: the network (escapes at step|does not escape within) /);
    expect(stdout).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('says that a run diverges to infinity, with finite numbers', async () => {
    const { stdout } = await network('--eta 1e6');
    expect(stdout).toMatch(/diverges to infinity: beyond a million times \|w\*\| at step \d\n/);
  });

  test('says that a dead network leaves nothing to unlearn', async () => {
    const { code, stdout } = await network(`${TINY} --seed 9`);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^nothing to unlearn: every filter is inactive on every patch/);
    const { stdout: json } = await network(`${TINY} --seed 9 --json`);
    expect(JSON.parse(json)).toMatchObject({ training: { reason: 'dead' }, forget: null });
  });

  test('says that a forget set that no filter sees has no linear theory', async () => {
    const { code, stdout } = await network(`${TINY} --seed 2 --alpha 1 --forget least-memorised`);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^nothing to compare: no sample has curvature at w\*/);
  });
});

describe('network refuses', () => {
  test.each([
    ['--dimension 1', '--dimension must be an integer in 2..100000; got 1'],
    ['--samples 1', '--samples must be an integer in 2..1000; got 1'],
    ['--forget-count 16', '--forget-count must be an integer in 0..15; got 16'],
    ['--forget-count 0', '--alpha must be 0 when no sample is forgotten (--forget random); got 0.3'],
    [
      '--forget class:-1 --positives 1',
      '--alpha must be 0 when no sample is forgotten (--forget class:-1); got 0.3',
    ],
    [
      '--forget clas:+1',
      /--forget must be one of random, class:\+1, .*; got clas:\+1 \(did you mean class:\+1\?\)/,
    ],
    ['--batch-forget 5', '--batch-forget must be an integer in 1..4, the size of the set; got 5'],
    ['--batch-retain 17', '--batch-retain must be an integer in 1..16; got 17'],
    ['--snr -1', '--snr must be a number >= 0; got -1'],
    ['--snr 1 --signal 2', '--signal must be left out beside --snr; got 2'],
    ['--alpha 1.1', '--alpha must be a number in [0, 1]; got 1.1'],
    ['--alpha x', '--alpha must be a number in [0, 1]; got x'],
    ['--alpha Infinity', '--alpha must be a number in [0, 1]; got Infinity'],
    ['--eta 0', '--eta must be a number > 0; got 0'],
    ['--factor 1', '--factor must be a number > 1; got 1'],
    ['--displacement 0', '--displacement must be a number > 0; got 0'],
    ['--stop-at 1', '--stop-at must be a number in (0, 1); got 1'],
    ['--label-noise 2', '--label-noise must be a number in [0, 1]; got 2'],
    ['--train mini-batch:17', '--train must be full or mini-batch:B with B in 1..16; got mini-batch:17'],
    ['--train adam', '--train must be full or mini-batch:B with B in 1..16; got adam'],
    ['--loss hinge', '--loss must be one of squared, logistic; got hinge'],
    ['--width 9999 --dimension 2000', '2 x --width x --dimension must be at most 20000000; got 39996000'],
    ['--backend gpu', '--backend must be one of node, wasm, cpu; got gpu'],
  ])('%s', async (words, message) => {
    const line = await refused(words);
    if (typeof message === 'string') expect(line).toContain(`unlearning-stability: ${message}`);
    else expect(line).toMatch(message);
  });

  test('a folder that cannot be written to, before any work', async () => {
    expect(await refused('--out /dev/null/x')).toMatch(/--out .* cannot be written to/);
  });

  test('a backend that is asked for and missing; without being asked for it is done without', async () => {
    const backend = new BackendUnavailableError(
      'backend cpu is not installed; install it with: npm install x',
    );
    const asked = await network('--backend cpu', { backend });
    expect(asked).toMatchObject({ code: 2, stdout: '' });
    expect(asked.stderr).toBe(
      'unlearning-stability: backend cpu is not installed; install it with: npm install x\n',
    );
    const { code, stdout } = await network('', { backend });
    expect(code).toBe(0);
    expect(stdout).toContain('gradients    not compared: no TensorFlow.js backend starts');
  });
});

describe('network, interrupted,', () => {
  test('stops between two steps of the training, with exit code 130 and nothing written', async () => {
    const folder = temporaryFolder();
    const { code, stdout, stderr } = await network(`--out ${folder}`, { interrupted: true });
    expect({ code, stdout, stderr }).toEqual({
      code: 130,
      stdout: '',
      stderr: 'interrupted; nothing was written\n',
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('shows on a terminal how training goes on, and nothing of it is left', async () => {
    const { stderr, stdout } = await network('', { terminal: true });
    expect(stderr).toMatch(/training: step 0, 1\.0e\+0 of the initial loss/);
    expect(stderr).toMatch(/retraining 2 of 2: step 0/);
    expect(stderr.endsWith('\r\u001b[K')).toBe(true);
    expect(stdout).toBe((await network('')).stdout);
  });
});

test('the gradients are compared with automatic differentiation by the backend that is named', async () => {
  const { code, stdout } = await capture(['network', ...SMALL, '--backend', 'cpu']);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /closed form against tfjs-core \S+, cpu \(float32\): relative difference at most 1e-7 on 16 samples/,
  );
});
