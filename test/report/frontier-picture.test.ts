import { beforeAll, describe, expect, test } from 'vitest';
import type { FrontierDocument } from '../../src/frontier/frontier-document.js';
import { frontierPicture } from '../../src/report/frontier-picture.js';
import { pngOf } from '../../src/report/png.js';
import { computedMap, requestOf } from '../frontier/computed-map.js';
import { pictureParts, pngSize, type PictureParts } from './picture-parts.js';

let document: FrontierDocument;
let svg: string;
let parts: PictureParts;

beforeAll(async () => {
  document = (await computedMap(requestOf('step-coherence', { grid: { columns: 12, rows: 14 } }))).document;
  svg = frontierPicture(document);
  parts = pictureParts(svg);
});

/** What is wrong with a picture of the map: cells, lines, texts, marks. */
function faults(picture: string): string[] {
  const { texts, cells, lines, marks, legend, axes, colourNumbers } = pictureParts(picture);
  const { map } = document;
  const wanted = [
    map.title,
    map.setting,
    document.axes.x.title,
    document.axes.y.title,
    map.colour.title,
    ...document.lines.map(({ label }) => label),
  ];
  const missing = wanted.filter((text) => !texts.some((found) => found.startsWith(text)));
  const drawn = document.lines.reduce((sum, { paths }) => sum + paths.length, 0);
  // Warm colours have more red than blue: where the second moment grows.
  const warm = cells[0]!.map(
    (colour) => Number(`0x${colour.slice(1, 3)}`) > Number(`0x${colour.slice(5, 7)}`),
  );
  const wrongSides = document.cells.filter(({ fields, exact }, k) => {
    const growth = fields[map.colour.field]!;
    return exact !== 'undecided' && Math.abs(growth) > 0.05 && warm[k] !== growth > 0;
  });
  const hatched = document.cells.filter(({ marks }) => marks.includes(map.marks[0]!.id)).length;
  return [
    ...missing.map((text) => `without ${text}`),
    ...(cells[0]!.length === document.cells.length ? [] : [`${cells[0]!.length} cells`]),
    ...(wrongSides.length === 0 ? [] : [`${wrongSides.length} cells in the colour of the other side`]),
    ...(lines.length === drawn ? [] : [`${lines.length} lines of ${drawn}`]),
    // One more in the legend.
    ...(marks.hatch === hatched + 1 ? [] : [`${marks.hatch ?? 0} hatches`]),
    ...(legend.includes(map.marks[0]!.label) ? [] : ['no legend']),
    ...(axes[0]!.x.length > 2 && axes[0]!.y.length > 2 ? [] : ['no numbers on an axis']),
    ...(colourNumbers[0]?.includes('0') ? [] : ['no numbers of colours']),
    ...(/NaN|Infinity|undefined|null/.test(picture) ? ['a number that is none'] : []),
  ];
}

describe('the picture of a map', () => {
  test('has every cell in the colour of its side, lines with labels, axes and legends', () => {
    expect(document.lines.length).toBeGreaterThan(3);
    expect(faults(svg)).toEqual([]);
  });

  test('has round numbers on its axes', () => {
    expect(parts.axes[0]!.x).toContain('10');
    expect(parts.axes[0]!.y).toEqual(expect.arrayContaining(['0.1', '0.5', '1', '2']));
  });

  test('puts lines where their points are', () => {
    const { x, y } = document.axes;
    const [line] = document.lines;
    const asLong = parts.lines.filter((points) => points.length === line!.paths[0]!.length);
    const heights = line!.paths[0]!.map(([, value]) => Math.log(value));
    const order = (values: readonly number[]) =>
      [...values.keys()].sort((a, b) => values[a]! - values[b]! || a - b);
    expect(x.scale + y.scale).toBe('linearlog');
    const orders = asLong.map((points) => order(points.map(([, pixel]) => -pixel)));
    expect(orders).toContainEqual(order(heights));
    expect(orders).not.toContainEqual(order(heights).reverse());
  });

  test.each([
    ['a text', (picture: string) => picture.replace(document.axes.x.title, '')],
    ['a cell', (picture: string) => picture.replace(/(<g class="cells"[^>]*>)<rect[^>]*\/>/, '$1')],
    ['a line', (picture: string) => picture.replace(/<path class="line"[^>]*stroke="#[^>]*\/>/, '')],
    ['a hatch', (picture: string) => picture.replace(/<use [^>]*\/>/, '')],
    ['the numbers of the colours', (picture: string) => picture.replace('class="colours"', '')],
    ['the legend', (picture: string) => picture.replace('class="legend"', '')],
    ['its numbers', (picture: string) => picture.replace(/ x="[\d.]+"/, ' x="NaN"')],
  ])('is seen to have lost %s', (_, plant) => {
    const planted = plant(svg);
    expect(planted === svg).toBe(false);
    expect(faults(planted)).not.toEqual([]);
  });

  test('in the colours of the other side is seen', () => {
    const turned = document.cells.map((cell) => ({
      ...cell,
      fields: { ...cell.fields, logGrowth: -cell.fields.logGrowth! },
    }));
    expect(faults(frontierPicture({ ...document, cells: turned })).join()).toContain('other side');
  });

  test('shows a line that is missing as missing', () => {
    const [first, ...others] = document.lines;
    const { texts } = pictureParts(frontierPicture({ ...document, lines: others }));
    expect(parts.texts.filter((text) => text.startsWith(first!.label))).toHaveLength(1);
    expect(texts.filter((text) => text.startsWith(first!.label))).toHaveLength(0);
  });

  test('is a PNG of twice the size, the same every time', () => {
    const png = pngOf(svg);
    const [, width, height] = /<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg)!;
    expect(pngSize(png)).toEqual([2 * Number(width), 2 * Number(height)]);
    // Not toBe: the difference of two pictures is no message.
    expect(frontierPicture(document) === svg).toBe(true);
    expect(Buffer.compare(Buffer.from(pngOf(svg)), Buffer.from(png))).toBe(0);
  });

  test('is drawn with texts: without any it is another picture', () => {
    const blank = { ...document, map: { ...document.map, title: '', setting: '' } };
    expect(pngOf(frontierPicture(blank)).length).toBeLessThan(pngOf(svg).length - 1000);
  });
});
