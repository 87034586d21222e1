import { parse } from 'parse5';
import { describe, expect, test } from 'vitest';
import { analysisHtml } from '../../src/report/analysis-html.js';
import type { AnalysisPage } from '../../src/report/analysis-page.js';
import { endsFigure } from '../../src/report/ends-figure.js';
import { attribute, elementsOf, pageFaults, textOf } from './page-faults.js';
import { holdingPage } from './sample-analysis.js';

const ENDS = {
  ...{ stable: 2, diverges: 3.126, share: 0.7073, q: 0.2 },
  weakest: { curvature: 0.9, overlap: 0.25, noise: 0.5 },
};

function pageWith(ends: Partial<typeof ENDS> = {}): AnalysisPage {
  const page = holdingPage();
  return { ...page, analysis: { ...page.analysis, ends: { ...ENDS, ...ends } } };
}

const figure = (page = pageWith()): string => endsFigure(page)!.text;
const words = (html: string): string => textOf(parse(html)).replace(/\s+/g, ' ');

describe('where a problem lies between the two ends of its coherences', () => {
  test('is on the page: both ends, eta* and how far it is from one to the other', () => {
    const html = analysisHtml(pageWith());
    expect(html).toContain('id="ends"');
    expect(pageFaults(html)).toEqual([]);
    expect(words(html)).toContain('holds below 2 and diverges above 3.126');
    expect(words(html)).toContain('η* = 2.743 is 70.7 % of the way');
  });

  test('is drawn at its place: the zones end at the ends, and the line is eta*', () => {
    const elements = elementsOf(parse(figure()));
    const number = (name: string, part: string) => {
      const found = elements.find((element) => attribute(element, 'class') === name);
      return Number.parseFloat(attribute(found!, part)!);
    };
    const [low, star, high] = [
      number('zone holds', 'width'),
      number('critical', 'x1'),
      number('zone leaves', 'x'),
    ];
    expect((star - low) / (high - low)).toBeCloseTo(ENDS.share, 2);
  });

  test('comes with what in the data puts it there, as long as its share', () => {
    const text = words(figure());
    expect(text).toContain('90 % of λ1(D)');
    expect(text).toContain('25 % of the overlap q = 0.2');
    expect(text).toContain('50 % of the noise of strongest samples');
    const bars = [...figure().matchAll(/<rect class="zone leaves" x="0" y="5" width="([\d.]+)%"/g)];
    expect(bars.map(([, width]) => Number(width))).toEqual([90, 25, 50]);
  });

  test('leaves out an overlap that there is not, and has room for noise above its bound', () => {
    const text = words(figure(pageWith({ q: 0, weakest: { ...ENDS.weakest, noise: 2 } })));
    expect(text).not.toContain('overlap');
    expect(text).toContain('200 % of the noise');
  });

  test('is left out where it is not told', () => {
    expect(endsFigure(holdingPage())).toBeNull();
    expect(analysisHtml(holdingPage())).not.toContain('id="ends"');
  });
});
