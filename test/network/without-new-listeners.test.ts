import { afterEach, describe, expect, test } from 'vitest';
import { withoutNewListeners } from '../../src/network/tfjs-backend.js';

const ours = (): void => undefined;
const theirs = (): void => undefined;

afterEach(() => {
  process.off('unhandledRejection', ours).off('unhandledRejection', theirs);
});

describe('withoutNewListeners', () => {
  test('removes the listeners that the work has added, and only those', async () => {
    process.on('unhandledRejection', ours);
    const result = await withoutNewListeners(() => {
      process.on('unhandledRejection', theirs);
      expect(process.listeners('unhandledRejection')).toContain(theirs);
      return Promise.resolve(7);
    });
    expect(result).toBe(7);
    expect(process.listeners('unhandledRejection')).toContain(ours);
    expect(process.listeners('unhandledRejection')).not.toContain(theirs);
  });

  test('removes them also if the work fails', async () => {
    const failing = withoutNewListeners(() => {
      process.on('unhandledRejection', theirs);
      return Promise.reject(new Error('no'));
    });
    await expect(failing).rejects.toThrow('no');
    expect(process.listeners('unhandledRejection')).not.toContain(theirs);
  });
});
