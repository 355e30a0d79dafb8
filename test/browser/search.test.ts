import { expect, it } from 'vitest';
import { exploreHtml } from '../../src/explore/page/html.ts';
import { richSearch, runOf, searchOf } from '../explore/page/searches.ts';
import { pages } from './pages.ts';
import { PALE } from './pale.ts';

const { openPage } = pages();

it.each([400, 1280])(
  'shows a search at a width of %i: nothing is cut off, pale, or out of reach of keys',
  async (width) => {
    const rich = richSearch();
    const long = 'publish-of-a-very-long-name'.repeat(4);
    const wide = searchOf(
      [runOf(1, { kinds: [long], novel: [long], settings: [long], verdict: 'error', reason: long })],
      {
        title: long,
        neverDrawn: [long],
        overlaps: [{ a: long, b: long, count: 1 }],
      },
    );
    for (const search of [rich, wide, searchOf([])]) {
      const { page, complaints } = await openPage(exploreHtml(search), width);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await page.evaluate(PALE)).toEqual([]);
      }
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width);
      expect(await page.evaluate('document.documentElement.lang')).toBe('en');
      // Whatever scrolls by itself can be scrolled by keys too.
      expect(await page.locator('.scroll:not([tabindex="0"])').count()).toBe(0);
      expect(complaints).toEqual([]);
      await page.close();
    }
  },
);

it('goes to a run from wherever it is named', async () => {
  const { page } = await openPage(exploreHtml(richSearch()));
  const dangling = await page.evaluate<string[]>(
    `[...document.querySelectorAll('a[href^="#"]')].map((a) => a.getAttribute('href')).filter((href) => !document.querySelector(href))`,
  );
  expect(dangling).toEqual([]);
  const link = page.locator('#findings').getByRole('link', { name: '17', exact: true });
  await link.focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction('document.querySelector(":target")?.id === "run-17"');
  const box = (await page.locator('#run-17').boundingBox())!;
  expect(box.y).toBeGreaterThanOrEqual(0);
  expect(box.y).toBeLessThan(900);
  await page.close();
});

it('draws a curve that is as wide as the page, with figures that can be read', async () => {
  for (const width of [400, 1280]) {
    const { page } = await openPage(exploreHtml(richSearch()), width);
    const curve = (await page.getByRole('img', { name: /^After 120 runs/ }).boundingBox())!;
    expect(curve.width).toBeGreaterThan(width * 0.7);
    expect(curve.height).toBeGreaterThan(150);
    const size = await page.evaluate<string>(
      'getComputedStyle(document.querySelector(".curve .scale")).fontSize',
    );
    expect(Number.parseFloat(size)).toBeGreaterThanOrEqual(12);
    await page.close();
  }
});
