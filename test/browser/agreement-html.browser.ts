import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { agreementHtml } from '../../src/report/agreement-html.js';
import { theorems } from '../../theorems/index.js';
import { agreeingReport, troubledReport } from '../report/sample-report.js';
import { accessibilityFaults } from './accessibility.js';
import { openReport, startBrowser } from './report-page.js';

const pictures = [
  {
    title: 'Measured error rates',
    caption: 'of the decision',
    svg: readFileSync(new URL('../../docs/calibration.svg', import.meta.url), 'utf8'),
  },
];

const pages = {
  agreeing: agreementHtml(agreeingReport(), pictures),
  troubled: agreementHtml(troubledReport()),
};

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

/** The page of some HTML, closed with the test. */
async function opened(html: string) {
  const folder = mkdtempSync(join(tmpdir(), 'unlearning-stability-'));
  const report = await openReport(browser, folder, html);
  onTestFinished(async () => {
    await report.page.close();
    rmSync(folder, { recursive: true });
  });
  return report;
}

const unfoldAll = (page: Page) =>
  page.evaluate(`document.querySelectorAll('details').forEach((one) => (one.open = true))`);

/** Pixels by which the page is wider than the window. */
async function overflow(page: Page, width: number): Promise<number> {
  await page.setViewport({ width, height: 740 });
  return (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number;
}

describe.each(Object.entries(pages))('the page of a report: %s,', (_, html) => {
  test('opens and unfolds without a complaint or a request', async () => {
    const { page, complaints } = await opened(html);
    await unfoldAll(page);
    await page.waitForNetworkIdle({ idleTime: 100 });
    expect(complaints).toEqual([]);
  });

  test.each([1280, 768, 360, 320])('is not wider than a window of %i pixels, all unfolded', async (width) => {
    const { page } = await opened(html);
    await unfoldAll(page);
    expect(await overflow(page, width)).toBeLessThanOrEqual(0);
  });

  test.each([
    ['light', 1280],
    ['dark', 360],
  ] as const)(
    'has no accessibility fault (axe), %s at %i pixels, folded and unfolded',
    async (scheme, width) => {
      const { page } = await opened(html);
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      await page.setViewport({ width, height: 740 });
      expect(await accessibilityFaults(page)).toEqual([]);
      await unfoldAll(page);
      expect(await accessibilityFaults(page)).toEqual([]);
    },
  );
});

describe('the page', () => {
  test('shows formulas as formulas, whatever their width', async () => {
    const { page } = await opened(pages.agreeing);
    await unfoldAll(page);
    const sizes = (await page.evaluate(
      `[...document.querySelectorAll('.formula math')].map((math) => math.getBoundingClientRect().height)`,
    )) as number[];
    expect(sizes.length).toBeGreaterThanOrEqual(17);
    expect(Math.min(...sizes)).toBeGreaterThan(10);
  });

  test('unfolds the theorem that a link names', async () => {
    const { page } = await opened(pages.agreeing);
    const isOpen = () => page.evaluate(`document.getElementById('U5').closest('details').open`);
    expect(await isOpen()).toBe(false);
    await page.click('a[href="#U5"]');
    expect(await isOpen()).toBe(true);
  });

  test('is used by keyboard: skip link first, then the theorems, unfolded by Enter', async () => {
    const { page } = await opened(pages.agreeing);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('skip');
    expect(await page.evaluate('document.activeElement.getBoundingClientRect().left >= 0')).toBe(true);
    await page.focus('details.theorem > summary');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(`document.querySelector('details.theorem').open`)).toBe(true);
    const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect(outline).not.toBe('none');
  });

  test('opens and closes all by its buttons', async () => {
    const { page } = await opened(pages.agreeing);
    const open = () => page.evaluate(`document.querySelectorAll('details.theorem[open]').length`);
    await page.click('button[name="open"]');
    expect(await open()).toBe(theorems.length);
    await page.click('button[name="close"]');
    expect(await open()).toBe(0);
  });

  test('is whole on paper: theorems are open and the page is white, also without its script', async () => {
    for (const script of [true, false]) {
      const { page } = await opened(pages.agreeing);
      await page.setJavaScriptEnabled(script);
      await page.reload();
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
      await page.emulateMediaType('print');
      const background = `getComputedStyle(document.body).backgroundColor`;
      if (script) expect(await page.evaluate(background)).toBe('rgb(255, 255, 255)');
      const pdf = Buffer.from(await page.pdf({ format: 'A4' })).toString('latin1');
      expect(pdf.match(/\/Type \/Page\b/g)!.length).toBeGreaterThan(15);
    }
  });
});

describe('these tests reject', () => {
  test('a page that is too wide, complains, loads something or is not accessible', async () => {
    const spoil = `<div style="width: 900px"><img src="missing.png"></div><script src="missing.js"></script>`;
    const html = pages.troubled
      .replace(/<meta http-equiv[^>]*>/, '')
      .replace('</main>', `${spoil}<script>throw new Error('planted')</script></main>`);
    const { page, complaints } = await opened(html);
    expect(await overflow(page, 360)).toBeGreaterThan(0);
    expect(complaints.join('\n')).toMatch(/request: .*missing.png/);
    expect(complaints.join('\n')).toMatch(/request: .*missing.js/);
    expect(complaints.join('\n')).toMatch(/planted/);
    expect((await accessibilityFaults(page)).join('\n')).toMatch(/image-alt/);
  });

  test('a script that the page does not allow: its policy keeps it from running', async () => {
    const html = pages.troubled.replace('</main>', '<script>document.title = "planted"</script></main>');
    const { page, complaints } = await opened(html);
    expect(await page.title()).not.toBe('planted');
    expect(complaints.join('\n')).toMatch(/Content Security Policy/);
  });
});
