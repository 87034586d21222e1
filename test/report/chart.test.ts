import { describe, expect, test } from 'vitest';
import { linearAxis, logAxis } from '../../src/report/axis.js';
import {
  chart,
  colourBar,
  legend,
  line,
  linearColours,
  picture,
  pixelsIn,
  sign,
  signedColours,
  text,
} from '../../src/report/chart.js';
import { pictureParts } from './picture-parts.js';

const size = { width: 200, height: 100 };
const x = { ...logAxis(1, 100), title: 'size' };
const y = { ...linearAxis(0, 1), title: 'share', label: (tick: number) => `${100 * tick} %`, grid: true };

describe('a chart', () => {
  const place = pixelsIn(size, x, y);

  test('has places from its upper left corner on the scales of its axes', () => {
    expect([1, 10, 100, 1000].map(place.x)).toEqual([0, 100, 200, 200]);
    expect([0, 0.25, 1].map(place.y)).toEqual([100, 75, 0]);
  });

  test('has numbers, titles and lines of its axes, and escapes what it is told', () => {
    const content = line([[0, 0], [place.x(10), place.y(0.5)]], { colour: '#123456', width: 2, dash: [1, 2] }); // prettier-ignore
    const svg = picture(
      { width: 300, height: 200 },
      { title: 'a < b', subtitle: ['one', 'two'], at: [0, 20] },
      chart({ corner: [50, 50], size, x, y, title: 'part', content }),
    );
    const parts = pictureParts(svg);
    expect(parts.axes).toEqual([
      { x: ['1', '3', '10', '30', '100'], y: ['0 %', '20 %', '40 %', '60 %', '80 %', '100 %'] },
    ]);
    expect(parts.texts).toEqual(expect.arrayContaining(['a &lt; b', 'one', 'two', 'part', 'size', 'share']));
    expect(parts.lines).toEqual([[[0, 0], [100, 50]]]); // prettier-ignore
    expect(svg).toContain('stroke-dasharray="1,2"');
    expect(svg.match(/H200"/g)).toHaveLength(6);
  });

  test('has signs that can be told apart, and a legend that says what they mean', () => {
    const shapes = (['circle', 'square', 'triangle', 'diamond'] as const).map(
      (shape) => sign(shape, [0, 0], '#000').text,
    );
    expect(new Set(shapes).size).toBe(4);
    const rows = shapes.map((_, k) => ({ sign: sign('circle', [0, 0], '#000'), label: `kind ${k}` }));
    expect(pictureParts(`${legend([0, 0], rows, 'kinds').text}\n`).texts).toEqual([
      'kinds',
      'kind 0',
      'kind 1',
      'kind 2',
      'kind 3',
    ]);
  });

  test('has texts upwards and with a seam', () => {
    expect(text([1, 2], 'up', { upwards: true }).text).toContain('translate(1,2) rotate(-90)');
    expect(text([1, 2], 'on lines', { seam: true }).text).toContain('paint-order="stroke"');
  });
});

describe('colours', () => {
  test('go from the first to the last of a scheme, and stay at the ends beyond them', () => {
    const { colour } = linearColours('cividis', 0, 1, []);
    expect([colour(0), colour(1)]).toEqual(['#002051', '#fce647']);
    expect([colour(-1), colour(7)]).toEqual([colour(0), colour(1)]);
    expect(colour(0.05)).not.toBe(colour(0.06));
    expect(linearColours('viridis', 0, 1, []).colour(0)).toBe(
      linearColours('viridisReversed', 0, 1, []).colour(1),
    );
  });

  test('of signed numbers have zero in the middle and tell small ones apart', () => {
    const { colour, position } = signedColours(2, []);
    expect([-2, 0, 2].map(position)).toEqual([0, 50, 100]);
    expect(position(0.1)).toBeGreaterThan(60);
    expect(new Set([-2, -0.05, 0, 0.05, 2].map(colour)).size).toBe(5);
  });

  test('are explained by a bar with numbers at their places', () => {
    const scale = linearColours('blueOrange', -1, 1, [-1, 0, 0.5, 1]);
    const bar = (towards: 'right' | 'up'): string =>
      colourBar(scale, String, { corner: [0, 0], length: 100, towards, id: 'c' }).text;
    expect(pictureParts(bar('right')).colourNumbers).toEqual([['-1', '0', '0.5', '1']]);
    expect(bar('right')).toContain('<text x="75" y="30" text-anchor="middle">0.5</text>');
    expect(bar('up')).toContain('<text x="18" y="29">0.5</text>');
    expect(bar('right').match(/<stop/g)).toHaveLength(scale.colours.length);
  });
});
