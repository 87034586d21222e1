import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { UsageError } from '../../src/cli/options.js';
import { optionValues, seedOption } from '../../studies/shared/options.js';
import { noOptions, study } from '../../studies/shared/study.js';

const written = { stdout: '', stderr: '' };
beforeAll(() => {
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    });
  }
});
afterAll(() => vi.restoreAllMocks());
afterEach(() => Object.assign(written, { stdout: '', stderr: '' }));

const doubled = study({
  name: 'doubled',
  usage: 'Usage: doubled --seed N\n',
  options: (words) => optionValues({ seed: { type: 'string', default: '1' } }, words),
  run({ seed }, console) {
    console.status('doubling');
    console.say('a message');
    console.print(String(2 * seedOption(seed)));
    return seed === '7' ? 1 : 0;
  },
});

describe('a study', () => {
  it('prints results, says messages behind its name, and ends with its exit code', async () => {
    expect(await doubled(['--seed', '4'])).toBe(0);
    expect(written).toEqual({ stdout: '8\n', stderr: 'doubled: a message\n' });
    expect(await doubled(['--seed', '7'])).toBe(1);
  });

  it('prints its usage if help is asked for', async () => {
    expect(await doubled(['--help'])).toBe(0);
    expect(written).toEqual({ stdout: 'Usage: doubled --seed N\n', stderr: '' });
  });

  it.each([
    [['--fast'], "Unknown option '--fast'; allowed are --seed, --help"],
    [['--seed'], "Option '--seed <value>' argument missing; allowed are --seed, --help"],
    [['--seed', '1.5'], 'a message\ndoubled: --seed must be an integer in 0..9007199254740991; got 1.5'],
  ])('ends with 2 and one line for %s', async (words, message) => {
    expect(await doubled(words)).toBe(2);
    expect(written).toEqual({ stdout: '', stderr: `doubled: ${message}\n` });
  });

  it('does not swallow faults of its own', async () => {
    const broken = study({
      name: 'broken',
      usage: '',
      options: noOptions,
      run: () => {
        throw new TypeError('a fault');
      },
    });
    await expect(broken([])).rejects.toThrow('a fault');
    expect(() => noOptions(['--fast'])).toThrow(UsageError);
  });

  it('is told of Ctrl-C once it asks', async () => {
    const interrupted = study({
      name: 'interrupted',
      usage: '',
      options: noOptions,
      run(_, console) {
        const signal = console.interrupt();
        process.emit('SIGINT');
        return signal.aborted && console.interrupt() === signal ? 130 : 0;
      },
    });
    const listeners = process.listenerCount('SIGINT');
    expect(await interrupted([])).toBe(130);
    expect(process.listenerCount('SIGINT')).toBe(listeners);
  });
});
