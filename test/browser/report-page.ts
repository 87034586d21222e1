import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';

/** The browser in CHROMIUM. @throws Error without it, so that nothing passes unseen. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM;
  if (!executablePath) throw new Error('CHROMIUM must name a browser; run npm run test:browser');
  // A sandbox of its own is not to be had as root, as in most containers.
  const args = process.getuid?.() === 0 ? ['--no-sandbox', '--disable-dev-shm-usage'] : [];
  return puppeteer.launch({ executablePath, args });
}

/** A page that shows a file, and what it complained of or asked for. */
export interface ReportPage {
  readonly page: Page;
  /** Console messages, errors, and requests for anything but the file and its own data. */
  readonly complaints: readonly string[];
}

/** Opens HTML from a file, as a reader would. */
export async function openReport(browser: Browser, folder: string, html: string): Promise<ReportPage> {
  const file = join(folder, 'agreement.html');
  writeFileSync(file, html);
  const address = pathToFileURL(file).href;
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${String(error)}`));
  page.on('request', (request) => {
    const url = request.url();
    if (url !== address && !url.startsWith('data:')) complaints.push(`request: ${url}`);
  });
  await page.goto(address);
  return { page, complaints };
}
