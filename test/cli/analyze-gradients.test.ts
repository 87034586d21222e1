import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { root } from '../docs/shown-output.js';
import { answered, file, placed } from './answered.js';
import { capture } from './captured-context.js';

const problem = `${root}examples/problem.json`;

describe('gradients at w*', () => {
  test('in a problem file and in files of their own say where the mean rests', async () => {
    const rows = (n: number) => Array.from({ length: n }, (_, i) => [0.1, 0.02 * i, -0.05]);
    const gradients = { retain: rows(6), forget: rows(2) };
    const given = JSON.parse(readFileSync(problem, 'utf8')) as object;
    const inFile = await answered(file({ ...given, gradients }));
    const csv = (name: 'retain' | 'forget') =>
      file(['a,b,c', ...gradients[name].map((row) => row.join())].join('\n'), `${name}.csv`);
    const files = ['--gradients-retain', csv('retain'), '--gradients-forget', csv('forget')];
    expect((await answered(problem, ...files)).misfit).toEqual(inFile.misfit);
    expect(inFile.misfit!.rest!.distance).toBeGreaterThan(0);
    const { stdout } = await capture(['analyze', problem, ...files, '--start', '0.01', '--clip', '1']);
    expect(stdout).toMatch(
      /^push {9}w\* does not fit every sample: the mean gradient of the step is 0\.\d+/m,
    );
    expect(stdout).toMatch(/^ {13}after \d+ steps? the push exceeds a start at a distance of 0\.01/m);
    expect(stdout).toMatch(/^clipping {5}at 1: no step is clipped within at least 0\.\d+ of w\*/m);
  });

  test('and clipping are no part of a recommendation and of a sweep, which a note says', async () => {
    const given = JSON.parse(readFileSync(problem, 'utf8')) as object;
    const rows = (n: number) => Array.from({ length: n }, () => [0.1, 0.02, -0.05]);
    const pushed = file({ ...given, gradients: { retain: rows(6), forget: rows(2) } });
    const noted = async (...words: string[]) => {
      const { code, stdout, stderr } = await capture(['analyze', ...words, '--steps', '20', '--json']);
      expect(code).toBe(0);
      const { notes } = JSON.parse(stdout) as { notes?: string[] };
      expect(stderr).toBe(notes ? `note: ${notes.join('\n')}\n` : '');
      return notes;
    };
    const only = 'only for the given setting (forecast takes them in others)';
    expect(await noted(pushed, '--recommend', '--clip', '1')).toEqual([
      `--recommend: by curvature alone; gradients at w* and --clip ${only}`,
    ]);
    expect(await noted(problem, '--sweep', '--clip', '1')).toEqual([
      `--sweep: by curvature alone; --clip ${only}`,
    ]);
    expect(await noted(problem, '--recommend')).toBeUndefined();
  });

  test('beside a preconditioner mean the same from a problem file and from files of factors and gradients', async () => {
    const scales = '[0.01, 1, 4]';
    const given = JSON.parse(readFileSync(problem, 'utf8')) as Record<'retain' | 'forget', number[][][]>;
    const rows = (n: number) => Array.from({ length: n }, (_, i) => [0.1, 0.02 * i, -0.05]);
    const gradients = { retain: rows(6), forget: rows(2) };
    const csv = (lines: number[][]) => file(['a,b,c', ...lines.map((row) => row.join())].join('\n'), 'x.csv');
    const pushes = (['retain', 'forget'] as const).flatMap((name) => [
      `--gradients-${name}`,
      csv(gradients[name]),
    ]);
    const sets = (['retain', 'forget'] as const).flatMap((name) => [
      `--${name}`,
      csv(given[name].map(([row]) => row!)),
    ]);
    const words = '--model linear --alpha 0.1 --eta 0.8 --batch-retain 2 --batch-forget 1'.split(' ');
    const common = [...placed(['--precondition', scales]), '--clip', '1'];
    const inFile = await answered(file({ ...given, gradients }), ...common);
    const beside = await answered(problem, ...pushes, ...common);
    const inFiles = await answered(
      ...[...sets, ...words, '--sampling', 'without-replacement', ...pushes, ...common],
    );
    expect(inFile.misfit!.parameters!.rest!.distance).toBeGreaterThan(0);
    expect(beside.misfit).toEqual(inFile.misfit);
    expect(inFiles.misfit).toEqual(inFile.misfit);
    expect(inFiles.clipping).toEqual(inFile.clipping);
  });

  test('beside a preconditioner in more parameters than rows are answered in C^{-1/2}(w - w*), and --clip is refused', async () => {
    // Sines of one list of phases: the rows of all files span two directions, those with another power others.
    const wide = (n: number, at: number, power = 2) =>
      file(
        [
          Array.from({ length: 12 }, (_, j) => `p${j}`).join(),
          ...Array.from({ length: n }, (_, i) =>
            Array.from({ length: 12 }, (_unused, j) => Math.sin(1 + at + 5 * i + j ** power)).join(),
          ),
        ].join('\n'),
        'wide.csv',
      );
    const args = [
      ...['--retain', wide(3, 0), '--forget', wide(1, 7), '--model', 'linear', '--alpha', '0.1'],
      ...['--eta', '0.01', '--batch-retain', '3', '--batch-forget', '1', '--sampling', 'without-replacement'],
      ...placed(['--precondition', JSON.stringify(Array.from({ length: 12 }, (_, j) => 1 + j))]),
    ];
    const clipped = await capture(['analyze', ...args, '--clip', '1']);
    expect({ code: clipped.code, stdout: clipped.stdout }).toEqual({ code: 2, stdout: '' });
    expect(clipped.stderr.trimEnd()).toMatch(
      /^.*--clip: beside a preconditioner clipping needs .*; 12 parameters of [^\n]*$/,
    );
    const pushed = async (power: number) => {
      const pushes = ['--gradients-retain', wide(3, 2, power), '--gradients-forget', wide(1, 3, power)];
      return (await answered(...args, ...pushes)).misfit!;
    };
    const held = await pushed(2);
    expect(held).toMatchObject({ lengths: 'C^{-1/2}(w - w*)', outside: 0 });
    expect(held.rest!.distance).toBeGreaterThan(0);
    expect(held.parameters).toBeUndefined();
    const beyond = await pushed(3);
    expect(beyond.rest).toBeNull();
    expect(beyond.outside).toBeGreaterThan(0.1 * beyond.drift);
  });
});
