import { expect, it } from 'vitest';
import { compareRuns } from '../../src/compare/compare.ts';
import { renderComparisonHtml } from '../../src/compare/html.ts';
import { renderIndex } from '../../src/report/index-page.ts';
import { run, runs, testRun } from '../compare/runs.ts';
import { hostileRun } from '../report/hostile.ts';
import { pages, readOn, viewOf } from './pages.ts';
import { PALE } from './pale.ts';

const { openPage } = pages();

it('shows a comparison: what it comes to, every curve aligned at the fault, and a cursor over them', async () => {
  const all = [
    ...runs('2.11', [1, 2, 3], { tolerance: 0.5 }),
    ...runs('2.12', [7, 8, 9], { tolerance: 0.5 }),
  ];
  for (const width of [400, 1280, 2000]) {
    const { page, complaints } = await openPage(
      renderComparisonHtml(compareRuns(all, { alpha: 0.05 }), all),
      width,
    );
    expect(await page.getByRole('region', { name: 'Comparison: Regression' }).isVisible()).toBe(true);
    expect(await readOn(page)).toBe(await page.locator('.plot').count());
    expect(await page.locator('.plot').count()).toBeGreaterThan(5);
    const { from } = await viewOf(page);
    expect(from).toBeLessThan(0);
    await page.locator('#score').scrollIntoViewIfNeeded();
    const ruler = (await page.locator('.ruler').boundingBox())!;
    await page.mouse.move(ruler.x + ruler.width / 2, ruler.y + 100);
    expect(await page.locator('.readout').textContent()).toMatch(/^\d+\.\d\d s$/);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width);
    expect(complaints).toEqual([]);
    await page.close();
  }
});

it('is grey where nothing was judged, and has the commands that would help in sight', async () => {
  const all = [run('2.10.23', 900), run('2.12.3', 2610)];
  const options = { alpha: 0.05, tolerance: 0.2, spareLatencies: true, command: 'chaos compare a b' };
  const text = renderComparisonHtml(compareRuns(all, options), all);
  for (const scheme of ['light', 'dark'] as const) {
    const { page, complaints } = await openPage(text, 1280);
    await page.emulateMedia({ colorScheme: scheme });
    const banner = page.getByRole('region', { name: 'Comparison: Not judged' });
    const colour = await page.evaluate<string>(
      'getComputedStyle(document.querySelector(".verdict h2")).color',
    );
    const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map(Number);
    expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(25);
    expect(await banner.locator('li').first().textContent()).toMatch(
      /^Differs: worse in 2\.12\.3: Recovery time/,
    );
    const [matrix, tolerance] = await banner.locator('.command').all();
    expect(await matrix!.textContent()).toMatch(/^chaos matrix .* --nats 2\.10\.23,2\.12\.3 --repeat 5$/);
    expect(await tolerance!.textContent()).toBe('chaos compare a b --tolerance 20%');
    const box = (await tolerance!.boundingBox())!;
    expect(box.y + box.height).toBeLessThan(900);
    expect(await page.evaluate(PALE)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  }
});

it('shows the curves of every experiment of a comparison, each with a cursor and a zoom of its own', async () => {
  const others = ['2.11', '2.12'].map((version) => {
    const { name, whole } = run(version, 5);
    return testRun(name, { ...whole, experiment: { ...whole.experiment, name: 'another' } });
  });
  const all = [...runs('2.11', [1, 2]), ...runs('2.12', [3, 4]), ...others];
  const text = renderComparisonHtml(compareRuns(all, { alpha: 0.05 }), all);
  for (const width of [400, 2000]) {
    const { page, complaints } = await openPage(text, width);
    const drawn = (): Promise<number> => page.locator('[id="1-score"] .plot canvas').count();
    const another = page.getByRole('group', {
      name: 'Curves of another, aligned at the moment of the first fault',
    });
    expect(await page.getByRole('group', { name: 'Curves of partition-recovery' }).isVisible()).toBe(true);
    expect(await drawn()).toBe(0);
    expect(await readOn(page)).toBe(await page.locator('.plot').count());
    expect(await drawn()).toBeGreaterThan(5);
    const [first, second] = [await viewOf(page, '0-score'), await viewOf(page, '1-score')];
    await another.focus();
    await page.keyboard.press('+');
    expect((await viewOf(page, '1-score')).to).toBeLessThan(second.to);
    expect(await another.locator('.spoken').textContent()).toMatch(/^\d+\.\d\d s, partition/);
    expect(await another.locator('.cursor').isVisible()).toBe(true);
    expect(await viewOf(page, '0-score')).toEqual(first);
    expect(await page.locator('[id="0-score"] .cursor').isVisible()).toBe(false);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width);
    await page.emulateMedia({ colorScheme: width === 400 ? 'dark' : 'light' });
    expect(await page.evaluate(PALE)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  }
});

it('keeps hostile names inert in a comparison and in the list of runs', async () => {
  const hostile = [run('2.11', 1), run('2.12', 2)].map(({ name, whole }) => testRun(name, hostileRun(whole)));
  const comparison = renderComparisonHtml(compareRuns(hostile, { alpha: 0.05 }), hostile);
  const list = renderIndex(
    [{ name: '"><img src=x>', run: hostile[0]!.saved }],
    '</title><script>window.pwned=1</script>',
  );
  for (const text of [comparison, list]) {
    const { page, complaints } = await openPage(text, 400);
    expect(await page.evaluate('window.pwned === undefined')).toBe(true);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(400);
    expect(complaints).toEqual([]);
    await page.close();
  }
});
