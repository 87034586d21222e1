import { readFileSync } from 'node:fs';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { expect, test } from 'vitest';
import { capture } from '../cli/captured-context.js';
import { expectShown, root } from './shown-output.js';

const page = readFileSync(`${root}docs/procedures.md`, 'utf8');

test('the commands on the page of procedures print what it shows', async () => {
  const commands = [...page.matchAll(/^\$ unlearning-stability (.*)$/gm)].map(([, words]) => words!);
  expect(commands.length).toBeGreaterThan(5);
  const shown: string[] = [];
  for (const command of commands) {
    const words = command.split(' ').map((word) => word.replace(/^examples\//, `${root}examples/`));
    const { code, stdout } = await capture(words);
    expect(code).toBe(0);
    shown.push(`$ unlearning-stability ${command}`, stdout.split('\n')[0]!);
  }
  expectShown('docs/procedures.md', 'procedures', shown.join('\n'));
});

test.each([
  ['Adam', '`Adam`, `AdamW` late in a run', 'Adam, frozen second moments'],
  ['RMSprop', '`RMSprop(momentum=m)` late in a run', 'RMSprop with momentum, frozen second moments'],
])('the step size that the page gives for %s is that of the trajectory of PyTorch', (_, row, name) => {
  const { trajectories } = JSON.parse(
    readFileSync(`${root}test/fixtures/pytorch/trajectories.json`, 'utf8'),
  ) as { readonly trajectories: readonly { name: string; problem: { eta: number } }[] };
  const { eta } = trajectories.find((each) => each.name === name)!.problem;
  const [, damped] = new RegExp(String.raw`\| ${escaped(row)} .*eta = lr( \(1 - b_1\))? \(W_R \+ W_F\)`).exec(
    page,
  )!;
  // Rate 0.1 and momentum 0.9; the weights of the two losses are 1 together.
  expect(eta).toBeCloseTo(damped === undefined ? 0.1 : 0.1 * (1 - 0.9), 12);
});

function escaped(words: string): string {
  return words.replace(/[()]/g, '\\$&');
}

test('the page gives the growth of two loops with one velocity, and with one each', () => {
  const [, one, two] = /shrinks by (0\.\d+) a step with one velocity and grows by (1\.\d+) with two/.exec(
    page,
  )!;
  // States (w, v), and (w, v_R, v_F): v' = b v + g, w' = w - eta v', curvature 1 of a descent and -0.9 of an ascent.
  const [rate, b] = [0.1, 0.9];
  const step = (curvature: number, velocity: number, velocities: number): Matrix => {
    const matrix = Matrix.eye(1 + velocities, 1 + velocities);
    matrix.set(velocity, velocity, b).set(velocity, 0, curvature);
    return matrix.set(0, 0, 1 - rate * curvature).set(0, velocity, -rate * b);
  };
  const growth = (period: Matrix): number => {
    const { realEigenvalues: x, imaginaryEigenvalues: y } = new EigenvalueDecomposition(period);
    return Math.sqrt(Math.max(...x.map((value, k) => Math.hypot(value, y[k]!))));
  };
  expect(growth(step(1, 1, 1).mmul(step(-0.9, 1, 1))).toPrecision(3)).toBe(one);
  expect(growth(step(1, 1, 2).mmul(step(-0.9, 2, 2))).toPrecision(4)).toBe(two);
});
