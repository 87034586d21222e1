import { describe, expect, test } from 'vitest';
import { STYLE } from '../../src/report/page-style.js';

/** Least contrast of text, and of lines and dots, as WCAG 2.2 asks at level AA. */
const TEXT = 4.5;
const GRAPHICS = 3;

/** Text on each background that it stands on. */
const TEXTS = [
  'ink page',
  'ink panel',
  'soft page',
  'soft panel',
  'link page',
  'link panel',
  'ink bad-panel',
].concat(['good good-panel', 'bad bad-panel', 'open open-panel', 'ink open-panel', 'soft bad-panel']);

const GRAPHICAL = ['below page', 'above page', 'exact page', 'bad page', 'open page', 'one page'];

/** The colours of a block of the style, by name. */
function coloursAfter(start: string): Record<string, string> {
  const block = STYLE.slice(STYLE.indexOf(start));
  return Object.fromEntries(
    [...block.slice(0, block.indexOf('}')).matchAll(/--([\w-]+): (#[0-9a-f]+)/g)].map(([, name, value]) => [
      name,
      value,
    ]),
  ) as Record<string, string>;
}

function luminance(colour: string): number {
  const digits = colour.slice(1);
  const full = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits;
  const [red, green, blue] = [0, 2, 4].map((from) => {
    const share = parseInt(full.slice(from, from + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}

/** Pairs of colours that are too much alike. */
function tooFaint(colours: Record<string, string>): string[] {
  return [
    ...TEXTS.map((pair) => [pair, TEXT] as const),
    ...GRAPHICAL.map((pair) => [pair, GRAPHICS] as const),
  ]
    .filter(([pair, least]) => {
      const [front, back] = pair.split(' ').map((name) => colours[name]!);
      return !(contrast(front!, back!) >= least);
    })
    .map(([pair]) => pair);
}

describe('the colours of the report', () => {
  test.each([
    ['light', ':root {\n  color-scheme'],
    ['dark', '@media (prefers-color-scheme: dark)'],
    ['paper', '@media print'],
  ])('%s: text and plots stand out from what is behind them', (_, start) => {
    expect(tooFaint(coloursAfter(start))).toEqual([]);
  });

  test('are rejected if one is too faint', () => {
    expect(contrast('#000', '#fff')).toBeCloseTo(21, 6);
    const light = coloursAfter(':root {\n  color-scheme');
    expect(tooFaint({ ...light, soft: '#999999' })).toContain('soft page');
    expect(tooFaint({ ...light, below: '#9cf' })).toEqual(['below page']);
  });
});
