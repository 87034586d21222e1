import { describe, expect, test } from 'vitest';
import type { EscapeGeometry } from '../../src/analysis/answer.js';
import { forgetSamplesPicture } from '../../src/report/forget-samples.js';
import { pngOf } from '../../src/report/png.js';
import { pictureParts, pngSize } from './picture-parts.js';

function geometry(count: number, forgetShare: number | null = 0.3): EscapeGeometry {
  const samples = Array.from({ length: count }, (_, index) => ({ index, share: index / count }));
  return { kind: 'mean', directions: 2, retainShare: 0.1, forgetShare, samples };
}

/** Heights of the bars in pixels. */
const bars = (svg: string): number[] =>
  [...svg.matchAll(/<rect fill="#c25400"[^>]* height="([\d.]+)"/g)].map(([, height]) => Number(height));

/** Numbers of corners of the outlines. */
const outlines = (svg: string): number[] =>
  [...svg.matchAll(/<path fill="#c25400" d="([^"]*)"/g)].map(([, d]) => d!.split('L').length - 2);

describe('the picture of the forget samples', () => {
  const svg = forgetSamplesPicture(geometry(24), '<b>&.npy');

  test('is a bar a sample, as high as its share, and the share of the whole set, with names as text', () => {
    const heights = bars(svg);
    expect(heights).toHaveLength(24);
    heights.slice(1).forEach((height, k) => expect(height).toBeCloseTo((260 * (k + 1)) / 24, 1));
    const { texts, lines, axes } = pictureParts(svg);
    expect(lines).toEqual([
      [
        [0, 182],
        [620, 182],
      ],
    ]);
    expect(axes).toEqual([
      { x: ['0', '5', '10', '15', '20'], y: ['0 %', '20 %', '40 %', '60 %', '80 %', '100 %'] },
    ]);
    expect(texts).toEqual(
      expect.arrayContaining(['Forget samples that resist', '&lt;b&gt;&amp;.npy', 'the whole set']),
    );
    expect(pngSize(pngOf(svg))[0]).toBe(2 * 716);
    expect(/NaN|Infinity|undefined|null/.exec(svg)).toBeNull();
  });

  test('shows a share that is another as another', () => {
    const { samples, ...rest } = geometry(24);
    const planted = samples.map((sample) => (sample.index === 12 ? { ...sample, share: 0.9 } : sample));
    expect(bars(forgetSamplesPicture({ ...rest, samples: planted }, 'x'))).not.toEqual(bars(svg));
  });

  test('is one outline of many samples, of a size that does not grow with their number', () => {
    const many = forgetSamplesPicture(geometry(10_000, null), 'x');
    expect([bars(many), outlines(many)]).toEqual([[], [500]]);
    expect(many.length).toBeLessThan(30_000);
    expect(pictureParts(many).texts).not.toContain('the whole set');
  });
});
