import { describe, expect, test } from 'vitest';
import { placeLabels, type LabelledLine, type PlacedLabel } from '../../src/report/map-lines.js';

const size = { width: 600, height: 400 };

/** Lines that almost lie on each other over the whole plot. */
const bundle: LabelledLine[] = ['exact', 'U5 => stable', 'U13 => diverges', 'D1 => diverges'].map(
  (label, k) => ({
    label,
    pieces: [Array.from({ length: 50 }, (_, i) => [12 * i, 200 + 4 * k + i] as const)],
  }),
);

/** Half the room that a text of eleven points needs at least. */
const half = ({ label }: PlacedLabel) => ({ w: 3.2 * label.length, h: 6 });

function overlapping(labels: readonly PlacedLabel[]): string[] {
  return labels.flatMap((a, i) =>
    labels
      .slice(i + 1)
      .filter(
        (b) => Math.abs(a.x - b.x) < half(a).w + half(b).w && Math.abs(a.y - b.y) < half(a).h + half(b).h,
      )
      .map((b) => `${a.label} / ${b.label}`),
  );
}

describe('texts beside a bundle of lines', () => {
  const placed = placeLabels(bundle, size);

  test('are all there and do not overlap', () => {
    expect(placed.map(({ label }) => label).sort()).toEqual(bundle.map(({ label }) => label).sort());
    expect(overlapping(placed)).toEqual([]);
    expect(overlapping([placed[0]!, { ...placed[1]!, x: placed[0]!.x + 5, y: placed[0]!.y }])).toHaveLength(
      1,
    );
  });

  test('stay inside the plot', () => {
    for (const label of placed) {
      expect(label.x - half(label).w).toBeGreaterThan(0);
      expect(label.x + half(label).w).toBeLessThan(size.width);
      expect(label.y - half(label).h).toBeGreaterThan(0);
      expect(label.y + half(label).h).toBeLessThan(size.height);
    }
  });

  test('point to their own line', () => {
    for (const { label, leader } of placed) {
      const own = bundle.find((line) => line.label === label)!;
      const distances = own.pieces[0]!.map(([x, y]) => Math.hypot(x - leader.to[0], y - leader.to[1]));
      expect(Math.min(...distances)).toBeLessThan(8);
    }
  });

  test('are in the same places every time', () => {
    expect(placeLabels(bundle, size)).toEqual(placed);
  });
});

test('a line without points has no text', () => {
  expect(placeLabels([{ label: 'none', pieces: [] }], size)).toEqual([]);
});
