import { describe, expect, test } from 'vitest';
import type { EscapeGeometry } from '../../src/analysis/answer.js';
import { forgetSamplesSpec } from '../../src/report/forget-samples-picture.js';
import { renderPicture } from '../../src/report/render-picture.js';

function geometry(count: number, forgetShare: number | null = 0.3): EscapeGeometry {
  const samples = Array.from({ length: count }, (_, index) => ({ index, share: index / count }));
  return { kind: 'mean', directions: 2, retainShare: 0.1, forgetShare, samples };
}

/** Lengths of the paths that are drawn in the colour of the shares, one a bar or outline. */
const shapes = (svg: string) =>
  [...svg.matchAll(/<path [^>]*d="([^"]*)"[^>]*fill="#c25400"/g)].map(([, d]) => d!.split('L').length);

describe('the picture of the forget samples', () => {
  test('is a bar a sample and the share of the whole set, with names as text', async () => {
    const { svg, png } = await renderPicture(forgetSamplesSpec(geometry(24), '<b>&.npy'));
    expect(shapes(svg)).toHaveLength(24);
    expect(svg).toContain('stroke-dasharray="5,4"');
    expect(svg).toContain('the whole set');
    expect(svg).toContain('&lt;b&gt;&amp;.npy');
    expect(Buffer.from(png).subarray(1, 4).toString('latin1')).toBe('PNG');
    expect(/NaN|Infinity|undefined|null/.exec(svg)).toBeNull();
  });

  test('is one outline of many samples, of a size that does not grow with their number', async () => {
    const { svg } = await renderPicture(forgetSamplesSpec(geometry(10_000, null), 'x'));
    expect(shapes(svg)).toEqual([2 * 500]);
    expect(svg.length).toBeLessThan(30_000);
    expect(svg).not.toContain('the whole set');
  });
});
