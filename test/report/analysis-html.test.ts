import { parse } from 'parse5';
import { describe, expect, test } from 'vitest';
import { analysisHtml } from '../../src/report/analysis-html.js';
import type { AnalysisPage } from '../../src/report/analysis-page.js';
import { shareTop } from '../../src/report/forget-samples.js';
import { attribute, elementsOf, pageFaults, textOf } from './page-faults.js';
import { heavyTailedPage, holdingPage, leavingPage } from './sample-analysis.js';
import { HOSTILE } from './sample-report.js';

const elementsIn = (html: string) => elementsOf(parse(html));
const textIn = (html: string) => textOf(parse(html)).replace(/\s+/g, ' ');

/** Plain descent: the forget set is empty. */
function descentPage(): AnalysisPage {
  const page = holdingPage();
  const { dimension, coherence, geometry } = page.analysis;
  return {
    ...page,
    setting: { ...page.setting, alpha: 0 },
    analysis: {
      ...page.analysis,
      dimension: { ...dimension, samples: { retain: 6, forget: 0 } },
      coherence: { ...coherence, forget: null, cross: 0, chi2: null, kappa: null, pair: null },
      mixing: { ...page.analysis.mixing, alphaStar: 1 },
      geometry: { ...geometry, forgetShare: null, samples: [] },
    },
  };
}

const pages: [string, AnalysisPage][] = [
  ['a minimum that holds', holdingPage()],
  ['a minimum that is left', leavingPage()],
  ['a heavy tail', heavyTailedPage()],
  ['plain descent', descentPage()],
];

/** The element with the id of a heading's section. */
function section(html: string, id: string) {
  const found = elementsIn(html).find((element) => attribute(element, 'aria-labelledby') === id);
  if (!found) throw new Error(`no section is labelled by ${id}`);
  return found;
}

const rowsOf = (html: string, id: string) =>
  elementsOf(section(html, id)).filter(({ tagName }) => tagName === 'tr');

const ofClass = (html: string, id: string, name: string) =>
  elementsOf(section(html, id)).filter((element) => attribute(element, 'class') === name);

describe('analysis.html', () => {
  test.each(pages)('of %s is well-formed, in order, described, and loads nothing', (_, page) => {
    expect(pageFaults(analysisHtml(page))).toEqual([]);
  });

  test.each([
    ['an unescaped name', (html: string) => html.replace('</header>', `${HOSTILE}</header>`), /img/],
    ['a picture without words', (html: string) => html.replace(/ role="img"/g, ''), /svg without/],
    ['a table without a caption', (html: string) => html.replace(/<caption[^]*?<\/caption>/, ''), /caption/],
  ])('is rejected by that check with %s', (_, spoil, fault) => {
    expect(pageFaults(spoil(analysisHtml(leavingPage()))).join('\n')).toMatch(fault);
  });

  test('holds no script and allows none', () => {
    for (const [, page] of pages) {
      const elements = elementsIn(analysisHtml(page));
      expect(elements.filter(({ tagName }) => tagName === 'script')).toEqual([]);
      const policy = elements.find(
        (element) => attribute(element, 'http-equiv') === 'Content-Security-Policy',
      );
      expect(attribute(policy!, 'content')).toMatch(/^default-src 'none'/);
      expect(attribute(policy!, 'content')).not.toContain('script-src');
    }
  });

  test('shows whatever names it is given as text, in its title too', () => {
    const html = analysisHtml(heavyTailedPage());
    expect(elementsIn(html).filter(({ tagName }) => tagName === 'img')).toEqual([]);
    const text = textIn(html);
    expect(text.split(HOSTILE)).toHaveLength(4);
    const injected = analysisHtml({ ...holdingPage(), source: '</title><script>alert(1)</script>' });
    expect(injected).not.toContain('<script');
    expect(pageFaults(injected)).toEqual([]);
  });

  test('stays small with 10,000 forget samples', () => {
    expect(analysisHtml(heavyTailedPage(10_000)).length).toBeLessThan(300_000);
  });
});

describe('its first lines', () => {
  test.each([
    [holdingPage, 'Stable: the old minimum holds.', 'η = 0.8 is below the critical η* = 2.743'],
    [leavingPage, 'Diverges: the model escapes the old minimum.', 'α = 0.3 is above the critical α* = 0.12'],
    [heavyTailedPage, 'Diverges, but only through rare runs.', 'the noise of the batches carries it away'],
  ])('say on which side the setting is, and which threshold decides (%#)', (page, verdict, why) => {
    const text = textIn(analysisHtml(page()));
    expect(text).toContain(verdict);
    expect(text).toContain(why);
  });

  test('say that a step overshoots where its mean does', () => {
    const { analysis, setting, ...page } = heavyTailedPage();
    const overshooting = { ...page, analysis, setting: { ...setting, eta: 1e-3 } };
    expect(textIn(analysisHtml(overshooting))).toContain('the step overshoots');
  });

  test('warn of a heavy tail, or that the simulation leaves it open, and of nothing else', () => {
    const open = leavingPage();
    const typical = { growth: 0.001, low: -0.001, high: 0.003 };
    const near = analysisHtml({ ...open, analysis: { ...open.analysis, typical } });
    expect(textIn(analysisHtml(heavyTailedPage()))).toContain('Heavy tail. Almost every single run shrinks');
    expect(textIn(near)).toContain('Near the heavy tail.');
    for (const page of [holdingPage(), open]) expect(analysisHtml(page)).not.toContain('class="note"');
  });
});

describe('its key figures', () => {
  test('say the three thresholds and times in words and numbers', () => {
    const html = analysisHtml(leavingPage());
    expect(textOf(section(html, 'mixing'))).toContain('α* = 0.12');
    expect(textOf(section(html, 'growth'))).toMatch(/doubles every 17 steps/);
    const times = textOf(section(html, 'escape')).replace(/\s+/g, ' ');
    expect(times).toMatch(/factor of 1 000.*mean along.*D341 .*long run344 .*simulated364 – 404/);
    expect(textOf(section(analysisHtml(holdingPage()), 'escape'))).toContain('by no measure does it');
  });

  test('say of another procedure nothing of directions of D, which its mean need not follow', () => {
    const page = leavingPage();
    const procedure = { ...page.analysis.procedure, schedule: { ascent: 2, descent: 1 }, period: 3 };
    const html = analysisHtml({ ...page, analysis: { ...page.analysis, procedure } });
    const times = textOf(section(html, 'escape')).replace(/\s+/g, ' ');
    expect(times).toMatch(/mean in the long run341 /);
  });

  test('draw a row for eta* and for every theorem with a critical step, bold if it decides', () => {
    const html = analysisHtml(holdingPage());
    const labels = (name: string) => ofClass(html, 'step', name).map(textOf);
    expect(labels('label')).toEqual(['exact', 'U13', 'U2', 'U14']);
    expect(labels('label decides')).toEqual(['U5']);
    const picture = elementsOf(section(html, 'step')).find(
      (element) => attribute(element, 'role') === 'img',
    )!;
    expect(attribute(picture, 'aria-label')).toMatch(/eta 0.8, critical eta 2.743. U5 stable below 2.565/);
  });
});

describe('its theorems', () => {
  test('are listed with side and critical step, those that do not apply by name', () => {
    const html = analysisHtml(leavingPage());
    const text = textOf(section(html, 'theorems')).replace(/\s+/g, ' ');
    expect(text).toMatch(/U1, U7, U12 decide this setting, on the side of the exact operator/);
    expect(text).toMatch(/U2 overshoot\s*–\s*0\.3226/);
    expect(text).toMatch(/U1 mean escape\s*diverges\s*every η/);
    expect(text).toMatch(/Hypotheses not met here: D1 descent divergence/);
  });

  test('are called wrong where one names the other side', () => {
    const page = leavingPage();
    const exact = { ...page.analysis.exact, side: 'stable' as const };
    const html = analysisHtml({ ...page, analysis: { ...page.analysis, exact } });
    expect(textOf(section(html, 'theorems'))).toContain('U1, U7, U12: not the side of the exact operator');
  });
});

describe('its forget samples', () => {
  test('are all listed and drawn if they are few', () => {
    const html = analysisHtml(leavingPage());
    expect(rowsOf(html, 'samples')).toHaveLength(1 + 24);
    expect(ofClass(html, 'samples', 'share')).toHaveLength(24);
    expect(textOf(section(html, 'samples'))).not.toContain('analysis.json');
  });

  test('are the 50 that resist most, 950 to unfold and a curve if they are many, with a word on the rest', () => {
    const html = analysisHtml(heavyTailedPage(10_000));
    expect(rowsOf(html, 'samples')).toHaveLength(1 + 50 + 1 + 950);
    expect(ofClass(html, 'samples', 'share').map(({ tagName }) => tagName)).toEqual(['path']);
    const text = textOf(section(html, 'samples'));
    expect(text).toContain('The next 950 samples');
    expect(text).toContain('All 10\u202f000 samples are in analysis.json');
    const first = elementsOf(rowsOf(html, 'samples')[1]!).map(textOf);
    const { index, share } = heavyTailedPage(10_000).analysis.geometry.samples[0]!;
    expect(first.slice(1, 3)).toEqual(['1', String(index)]);
    expect(first[3]).toBe(`${(1e8 * share).toPrecision(3)}\u202f×\u202f10−6 %`);
  });

  test('all resist where nothing escapes; without any there is nothing to list', () => {
    expect(textOf(section(analysisHtml(holdingPage()), 'samples'))).toContain('every one of the 2');
    expect(textOf(section(analysisHtml(descentPage()), 'samples'))).toContain('no forget samples');
  });
});

describe('the axis of shares', () => {
  test('ends at the next round share above the largest', () => {
    expect([[], [0], [0.0021, 0.19], [0.2], [0.51], [1]].map(shareTop)).toEqual([
      0.001, 0.001, 0.2, 0.2, 1, 1,
    ]);
  });
});

describe('its recommendation', () => {
  test('is the setting with its window, six panels with the present and the best one, and a table', () => {
    const page = leavingPage();
    const { best } = page.analysis.recommendation!;
    const html = analysisHtml(page);
    const panels = ofClass(html, 'recommendation', 'panel').map(textOf);
    expect(panels).toHaveLength(6);
    expect(panels.join()).toContain('Batches 16 / 8');
    expect(ofClass(html, 'recommendation', 'best')).toHaveLength(1);
    expect(ofClass(html, 'recommendation', 'current')).toHaveLength(1);
    expect(ofClass(html, 'recommendation', 'excluded').length).toBeGreaterThan(0);
    const text = textOf(section(html, 'recommendation')).replace(/\s+/g, ' ');
    expect(text).toContain(`batches, retain / forget${best!.batch.retain} / ${best!.batch.forget}`);
    expect(text).toContain('At most 20 % of the retain curvature may leave');
    expect(text).toContain('What escapes takes its share of the retain loss with it');
    const serving = new Set(
      page.analysis.recommendation!.region.flatMap(({ margin, batch }) =>
        margin === null ? [] : [batch.retain],
      ),
    );
    expect(rowsOf(html, 'recommendation')).toHaveLength(1 + serving.size);
  });

  test('marks the present setting in every panel if its batches were not tried', () => {
    const page = leavingPage();
    const html = analysisHtml({ ...page, setting: { ...page.setting, batch: { retain: 3, forget: 1 } } });
    expect(ofClass(html, 'recommendation', 'current')).toHaveLength(6);
    expect(textOf(section(html, 'recommendation'))).toContain('3 / 1, were not tried');
  });

  test('is the obstacle, and no empty panels, where nothing serves', () => {
    const html = analysisHtml(heavyTailedPage());
    const text = textOf(section(html, 'recommendation')).replace(/\s+/g, ' ');
    expect(text).toContain(
      'No setting serves. What blocks is coherence between retain and forget samples: at every α',
    );
    expect(ofClass(html, 'recommendation', 'panel')).toEqual([]);
    expect(ofClass(html, 'recommendation', 'best')).toEqual([]);
  });

  test('is left out if it was not asked for', () => {
    expect(analysisHtml(holdingPage())).not.toContain('id="recommendation"');
  });
});

describe('a random part of the samples', () => {
  test('is named with its intervals, and left out where all samples were used', () => {
    const html = analysisHtml(heavyTailedPage());
    const text = textOf(section(html, 'subset')).replace(/\s+/g, ' ');
    expect(text).toContain(
      '1\u202f800 of 90\u202f000 retain samples and 160 of 50\u202f000 forget samples'.replace(/\s/g, ' '),
    );
    expect(text).toMatch(/critical mixing α\* ?0\.2 ?0\.18 ?0\.22/);
    expect(text).toMatch(/η\* ?1\.00 × 10−4 ?8\.90 × 10−5 ?unbounded/);
    expect(text).toMatch(/λmin\(D\) ?12\.1 ?of all samples/);
    expect(textIn(html)).toMatch(/90.000 \/ 50.000 \(1.800 \/ 160 drawn\)/);
    expect(textOf(section(html, 'mixing'))).toContain('α* ≈ 0.2');
    expect(textOf(section(analysisHtml(leavingPage()), 'mixing'))).toContain('α* = 0.12');
    expect(analysisHtml(leavingPage())).not.toContain('id="subset"');
  });

  test('leaves the verdict open where its intervals do, and asks no theorem', () => {
    const page = heavyTailedPage();
    const subset = { ...page.analysis.subset!, side: 'undecided' as const };
    const html = analysisHtml({ ...page, analysis: { ...page.analysis, subset, theorems: [] } });
    expect(pageFaults(html)).toEqual([]);
    expect(textIn(html)).toContain('Undecided: too few samples were drawn. By the estimates: At');
    expect(rowsOf(html, 'theorems')).toEqual([]);
    expect(textOf(section(html, 'theorems'))).toContain('No theorem is asked');
  });
});
