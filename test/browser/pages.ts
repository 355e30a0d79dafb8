import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { renderHtml } from '../../src/report/html.ts';
import type { SavedRun } from '../../src/report/schema.ts';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-quic',
  '--no-first-run',
  '--disable-component-update',
  '--disable-sync',
];

/** A page that is open; `complaints` is everything that the browser had to say, and every request. */
interface Opened {
  page: Page;
  complaints: string[];
}

/** Pages from disk in a browser of the calling file's tests, which is closed after them. */
export function pages(): {
  readonly open: (saved: SavedRun, width?: number) => Promise<Opened>;
  readonly openPage: (text: string, width?: number) => Promise<Opened>;
} {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chaos-report-'));
    browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ARGS,
    });
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const openPage = async (text: string, width = 1280): Promise<Opened> => {
    const file = join(folder, `${Math.random().toString(36).slice(2)}.html`);
    writeFileSync(file, text);
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(pathToFileURL(file).href)) complaints.push(`request: ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
    return { page, complaints };
  };

  return { open: (saved, width) => openPage(renderHtml(saved), width), openPage };
}

/** The part of the run that the timeline shows, in ms. */
export async function viewOf(page: Page, id = 'score'): Promise<{ from: number; to: number }> {
  const score = page.locator(`[id="${id}"]`);
  return {
    from: Number(await score.getAttribute('data-view-from')),
    to: Number(await score.getAttribute('data-view-to')),
  };
}

/** Looks at every chart, as somebody who reads on does: those out of sight are not drawn. */
export async function readOn(page: Page): Promise<number> {
  for (const plot of await page.locator('.plot').all()) {
    await plot.scrollIntoViewIfNeeded();
    await plot.locator('canvas').waitFor();
  }
  return page.locator('.plot canvas').count();
}
