import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compareRuns } from '../../src/compare/compare.ts';
import { renderComparisonHtml } from '../../src/compare/html.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderIndex } from '../../src/report/index-page.ts';
import type { SavedRun } from '../../src/report/schema.ts';
import { run, runs, testRun } from '../compare/runs.ts';
import { fixtureFindings, fixtureRecord, fixtureRun } from '../report/fixture.ts';
import { hostileRun } from '../report/hostile.ts';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-quic',
  '--no-first-run',
  '--disable-component-update',
  '--disable-sync',
];

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

/** Opens a run's page from disk; `complaints` is everything that the browser had to say, and every request. */
function open(saved: SavedRun, width = 1280): Promise<{ page: Page; complaints: string[] }> {
  return openPage(renderHtml(saved), width);
}

async function openPage(text: string, width = 1280): Promise<{ page: Page; complaints: string[] }> {
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
}

async function viewOf(page: Page, id = 'score'): Promise<{ from: number; to: number }> {
  const score = page.locator(`[id="${id}"]`);
  return {
    from: Number(await score.getAttribute('data-view-from')),
    to: Number(await score.getAttribute('data-view-to')),
  };
}

/** Looks at every chart, as somebody who reads on does: those out of sight are not drawn. */
async function readOn(page: Page): Promise<number> {
  for (const plot of await page.locator('.plot').all()) {
    await plot.scrollIntoViewIfNeeded();
    await plot.locator('canvas').waitFor();
  }
  return page.locator('.plot canvas').count();
}

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

it('moves one cursor over all parts and shows the values there', async () => {
  const { page } = await open(fixtureRun());
  const lag = page.locator('figure', { hasText: 'Mirror lag' }).locator('output').first();
  const state = page.locator('.lane-row', { hasText: 'qa1a/qa_mirror_qa1b' }).locator('output');
  expect(await lag.textContent()).toBe('max 3,660');
  await page.locator('#score').scrollIntoViewIfNeeded();
  const ruler = (await page.locator('.ruler').boundingBox())!;
  // Half-way through the partition.
  const { from, to } = await viewOf(page);
  const x = ruler.x + ((15_000 - from) / (to - from)) * ruler.width;
  await page.mouse.move(x, ruler.y + 200);
  expect(await page.locator('.cursor').isVisible()).toBe(true);
  expect(await page.locator('.readout').textContent()).toMatch(/^1[45]\.\d\d s$/);
  expect(Number((await lag.textContent())!.replace(',', ''))).toBeGreaterThan(1_500);
  expect(await state.textContent()).toBe('disconnected');
  await page.mouse.move(5, 5);
  expect(await page.locator('.cursor').isVisible()).toBe(false);
  expect(await lag.textContent()).toBe('max 3,660');
  await page.close();
});

it('zooms by dragging and by choosing a phase, and goes back', async () => {
  const { page, complaints } = await open(fixtureRun());
  const whole = await viewOf(page);
  await page.locator('#score').scrollIntoViewIfNeeded();
  const ruler = (await page.locator('.ruler').boundingBox())!;
  await page.mouse.move(ruler.x + ruler.width * 0.25, ruler.y + 150);
  await page.mouse.down();
  await page.mouse.move(ruler.x + ruler.width * 0.4, ruler.y + 150, { steps: 5 });
  expect(await page.locator('.selection').isVisible()).toBe(true);
  await page.mouse.move(ruler.x + ruler.width * 0.5, ruler.y + 150, { steps: 5 });
  await page.mouse.up();
  const zoomed = await viewOf(page);
  const span = whole.to - whole.from;
  expect(zoomed.from).toBeCloseTo(whole.from + span * 0.25, -2);
  expect(zoomed.to).toBeCloseTo(whole.from + span * 0.5, -2);

  await page.mouse.dblclick(ruler.x + ruler.width * 0.5, ruler.y + 150);
  expect(await viewOf(page)).toEqual(whole);

  await page.getByRole('button', { name: 'partition' }).click();
  const phase = await viewOf(page);
  expect(phase.from).toBeGreaterThan(5_000);
  expect(phase.to).toBeLessThan(19_500);
  await page.getByRole('button', { name: 'Show the whole run' }).click();
  expect(await viewOf(page)).toEqual(whole);
  expect(complaints).toEqual([]);
  await page.close();
});

it('is moved and zoomed with keys alone, and says where it is', async () => {
  const { page, complaints } = await open(fixtureRun());
  const whole = await viewOf(page);
  await page.getByRole('group', { name: 'Timeline of the run' }).focus();
  await page.keyboard.press('ArrowRight');
  const middle = (whole.from + whole.to) / 2 + (whole.to - whole.from) / 100;
  const readout = Number.parseFloat((await page.locator('.readout').textContent())!);
  expect(readout).toBeCloseTo(middle / 1000, 1);
  expect(await page.locator('.spoken').textContent()).toBe(
    `${readout.toFixed(2)} s, partition, partition between qa1a and qa1b`,
  );
  await page.keyboard.press('+');
  const zoomed = await viewOf(page);
  expect(zoomed.to - zoomed.from).toBeCloseTo((whole.to - whole.from) / 2, -1);
  await page.keyboard.press('Home');
  expect((await viewOf(page)).from).toBe(whole.from);
  await page.keyboard.press('Escape');
  expect(await viewOf(page)).toEqual(whole);
  expect(complaints).toEqual([]);
  await page.close();
});

it('tells at the cursor what a server said then', async () => {
  const { page } = await open(fixtureRun());
  const lane = page.locator('.lane-row', { hasText: 'qa1a/js3-qa1a' });
  await lane.scrollIntoViewIfNeeded();
  const track = (await lane.locator('.said-lane').boundingBox())!;
  const { from, to } = await viewOf(page);
  const x = track.x + ((14_020 - from) / (to - from)) * track.width;
  await page.mouse.move(x, track.y + 8);
  expect(await lane.locator('output').textContent()).toBe(
    "qa1a/js3-qa1a JetStream cluster new stream leader for 'APP > qa'",
  );
  await page.mouse.move(x + track.width / 4, track.y + 8);
  expect(await lane.locator('output').textContent()).toBe('');
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

/** Run in the page: texts whose colour is too near to the nearest background behind them. */
const PALE = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = rgba(getComputedStyle(at).backgroundColor);
      if (color[3] > 250) return color;
    }
    return [255, 255, 255];
  };
  const pale = new Set();
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
    const style = getComputedStyle(element);
    if (!own || element.closest('svg, .sr, script') || element.getClientRects().length === 0) continue;
    if (style.fontSize === '0px') continue;
    const [a, b] = [light(rgba(style.color)), light(behind(element))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) pale.add(element.className + ': ' + element.textContent.trim().slice(0, 30) + ' ' + contrast.toFixed(2));
  }
  return [...pale];
})()`;
