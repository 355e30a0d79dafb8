import { expect, it } from 'vitest';
import { fixtureFindings, fixtureRecord, fixtureRun } from '../report/fixture.ts';
import { hostileRun } from '../report/hostile.ts';
import { pages, readOn } from './pages.ts';
import { PALE } from './pale.ts';

const { open } = pages();

it('shows the verdict by role, draws every curve, asks for nothing and complains about nothing', async () => {
  const { page, complaints } = await open(fixtureRun());
  const verdict = page.getByRole('region', { name: 'Verdict: Pass' });
  expect(await verdict.isVisible()).toBe(true);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(
    'A partition between the zones',
  );
  expect(await readOn(page)).toBe(await page.locator('.plot').count());
  expect(await page.locator('.plot').count()).toBeGreaterThanOrEqual(5);
  expect(await page.getByRole('list', { name: 'mirror-state qa1a/qa_mirror_qa1b' }).isVisible()).toBe(true);
  expect(complaints).toEqual([]);
  await page.close();
});

it('names what failed', async () => {
  const findings = fixtureFindings();
  findings[0]!.verdict = 'fail';
  findings[0]!.statement = '1 message is lost, the first is 1,207';
  findings[0]!.counts = { missing: 1 };
  findings[0]!.examples = [{ stream: 'qa1a/qa', seq: 1207, text: 'acknowledged, and not in the stream' }];
  const { page, complaints } = await open(fixtureRun(fixtureRecord(), { findings }));
  const verdict = page.getByRole('region', { name: 'Verdict: Fail' });
  expect(await verdict.textContent()).toContain('1 message is lost, the first is 1,207');
  expect(await page.getByRole('cell', { name: '1207', exact: true }).isVisible()).toBe(true);
  expect(complaints).toEqual([]);
  await page.close();
});

it('prints on paper in light colours, its curves under their bands', async () => {
  const { page } = await open(fixtureRun());
  await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
  await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
  const widths = await page.evaluate<number[]>(
    `[...document.querySelectorAll('.plot canvas')].map((canvas) => canvas.getBoundingClientRect().width)`,
  );
  const score = await page.evaluate<number>("document.getElementById('score').clientWidth");
  expect(new Set(widths)).toEqual(new Set([score]));
  expect(score).toBeLessThan(700);
  expect(await page.locator('details:not(.raw):not([open])').count()).toBe(0);
  await page.evaluate("window.dispatchEvent(new Event('afterprint'))");
  await page.close();
});

it('keeps every text readable: a contrast of 4.5 at least, light and dark', async () => {
  const record = fixtureRecord();
  // A lane with every colour.
  const lane = record.probes.find(({ kind }) => kind === 'stream-leader')!;
  lane.samples = Array.from({ length: 9 }, (_, at) => ({ t: at * 3_000, state: `node-${at % 8}` }));
  const { page } = await open(fixtureRun(record));
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await page.evaluate(PALE)).toEqual([]);
  }
  await page.close();
});

it.each([400, 1280, 2000])('needs no sideways scrolling at %i pixels', async (width) => {
  const { page } = await open(fixtureRun(), width);
  const widest = await page.evaluate<number>('document.documentElement.scrollWidth');
  expect(widest).toBe(width);
  await page.close();
});

it('keeps hostile names inert', async () => {
  const { page, complaints } = await open(hostileRun(fixtureRun()));
  expect(await page.evaluate('window.pwned === undefined')).toBe(true);
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.locator('script').count()).toBe(2);
  expect(await readOn(page)).toBeGreaterThanOrEqual(5);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(
    '<script>window.pwned=1</script>',
  );
  expect(complaints).toEqual([]);
  await page.close();
});

it('runs no script but its own', async () => {
  const saved = fixtureRun();
  const { page, complaints } = await open(saved);
  await page.evaluate(`{
    const script = document.createElement('script');
    script.textContent = 'window.pwned = 1';
    document.body.append(script);
  }`);
  expect(await page.evaluate('window.pwned === undefined')).toBe(true);
  expect(complaints.join()).toContain('Content Security Policy');
  await page.close();
});
