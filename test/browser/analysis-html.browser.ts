import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { analysisHtml } from '../../src/report/analysis-html.js';
import { heavyTailedPage, holdingPage, leavingPage } from '../report/sample-analysis.js';
import { accessibilityFaults } from './accessibility.js';
import { openReport, startBrowser } from './report-page.js';

const pages = {
  holding: analysisHtml(holdingPage()),
  leaving: analysisHtml(leavingPage()),
  'heavy-tailed': analysisHtml(heavyTailedPage()),
};

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

/** The page of some HTML with everything unfolded, closed with the test. */
async function opened(html: string) {
  const folder = mkdtempSync(join(tmpdir(), 'unlearning-stability-'));
  const report = await openReport(browser, folder, html);
  onTestFinished(async () => {
    await report.page.close();
    rmSync(folder, { recursive: true });
  });
  await report.page.evaluate(`document.querySelectorAll('details').forEach((one) => (one.open = true))`);
  return report;
}

/** Widths of the window at which the page is wider than it, and texts of pictures that stick out of it. */
async function tooWide(page: Page, widths: readonly number[]): Promise<string[]> {
  const faults: string[] = [];
  for (const width of widths) {
    await page.setViewport({ width, height: 740 });
    const out = (await page.evaluate(`[
      ...(document.documentElement.scrollWidth > innerWidth ? ['the page'] : []),
      ...[...document.querySelectorAll('svg text')]
        .filter((text) => { const { left, right } = text.getBoundingClientRect(); return left < 0 || right > innerWidth; })
        .map((text) => text.textContent),
    ]`)) as string[];
    faults.push(...out.map((what) => `${what} at ${width}`));
  }
  return faults;
}

describe.each(Object.entries(pages))('the page of an analysis: %s,', (_, html) => {
  test('opens without a complaint or a request and fits windows from 320 to 1280 pixels', async () => {
    const { page, complaints } = await opened(html);
    expect(await tooWide(page, [1280, 768, 360, 320])).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

test.each([
  ['holding', 'light', 360],
  ['leaving', 'light', 1280],
  ['heavy-tailed', 'dark', 360],
] as const)(
  'the page of an analysis, %s, has no accessibility fault (axe), %s at %i pixels',
  async (name, scheme, width) => {
    const { page } = await opened(pages[name]);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.setViewport({ width, height: 740 });
    expect(await accessibilityFaults(page)).toEqual([]);
  },
);

describe('these tests reject', () => {
  test('a picture whose text leaves the window, and a script, which the page does not allow', async () => {
    const spoil = `<svg role="img" aria-label="x" overflow="visible"><text x="2000">planted</text></svg><script>document.title = 'planted'</script></main>`;
    const { page, complaints } = await opened(pages.holding.replace('</main>', spoil));
    expect(await tooWide(page, [360])).toContain('planted at 360');
    expect(await page.title()).not.toBe('planted');
    expect(complaints.join('\n')).toMatch(/Content Security Policy/);
  });
});
