import { beforeAll, describe, expect, test } from 'vitest';
import type { FrontierDocument } from '../../src/frontier/frontier-document.js';
import { frontierSpec } from '../../src/report/frontier-picture.js';
import { renderPicture, type RenderedPicture } from '../../src/report/render-picture.js';
import { computedMap, requestOf } from '../frontier/computed-map.js';

let document: FrontierDocument;
let picture: RenderedPicture;

beforeAll(async () => {
  document = (await computedMap(requestOf('step-coherence', { grid: { columns: 12, rows: 14 } }))).document;
  picture = await renderPicture(frontierSpec(document));
});

describe('the picture of a map', () => {
  test('has every line with its label, the axes and the legends in words', () => {
    expect(document.lines.length).toBeGreaterThan(3);
    for (const { label } of document.lines) expect(picture.svg.includes(`>${label}`), label).toBe(true);
    for (const text of [
      document.map.title,
      document.map.setting,
      document.axes.x.title,
      document.axes.y.title,
      document.map.colour.title,
      document.map.marks[0]!.label,
    ]) {
      expect(picture.svg.includes(text), text).toBe(true);
    }
    expect(picture.svg.match(/class="mark-line/g)!.length).toBeGreaterThan(2 * 3);
  });

  test('has no number that is none', () => {
    expect(/NaN|Infinity|undefined|null/.exec(picture.svg)).toBeNull();
  });

  test('shows a line that is missing as missing', async () => {
    const [first, ...others] = document.lines;
    const { svg } = await renderPicture(frontierSpec({ ...document, lines: others }));
    expect(svg.includes(`>${first!.label}`)).toBe(false);
  });

  test('is a PNG of twice the size, the same every time', async () => {
    const bytes = Buffer.from(picture.png);
    expect(bytes.subarray(1, 4).toString('latin1')).toBe('PNG');
    const width = Number(/<svg[^>]* width="([\d.]+)"/.exec(picture.svg)![1]);
    expect(bytes.readUInt32BE(16)).toBe(2 * width);
    const again = await renderPicture(frontierSpec(document));
    // Not toBe: the difference of two pictures is no message.
    expect(again.svg === picture.svg).toBe(true);
    expect(Buffer.compare(Buffer.from(again.png), bytes)).toBe(0);
  });

  test('is drawn with texts: without any it is another picture', async () => {
    const blank = { ...document, map: { ...document.map, title: '', setting: '' } };
    const { png } = await renderPicture(frontierSpec(blank));
    expect(png.length).toBeLessThan(picture.png.length - 1000);
  });
});
