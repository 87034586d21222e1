import { describe, expect, test } from 'vitest';
import { stairs } from '../../src/report/window-panels.js';

describe('stairs', () => {
  const at = (from: number, to: number, height: number | null) => ({ columns: [from, to] as const, height });

  test('join neighbours, and nothing across a gap', () => {
    const lines = (...values: Parameters<typeof stairs>[0]) => stairs(values, 'x').map(({ text }) => text);
    expect(lines(at(0, 10, 5), at(10, 20, 8))).toHaveLength(3);
    expect(lines(at(0, 10, 5), at(10, 20, null), at(20, 30, 8))).toHaveLength(2);
    expect(lines(at(0, 10, 5), at(20, 30, 8))).toHaveLength(2);
  });
});
