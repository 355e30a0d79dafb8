// The report of a ten-minute run (20 series of numbers, ten samples a second): how long its page takes to make, how large it is, and
// how soon a browser answers to it; and how long `chaos compare` takes for 60 such runs. Needs `npm run build` and
// Chromium (`CHROMIUM` says where it is).
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { renderHtml } from '../src/report/html.ts';
import { renderJson } from '../src/report/json.ts';
import { longRun } from './long-run.ts';

const ROUNDS = Number(process.argv[2] ?? 5);
const RUNS = 60;

interface Figure {
  name: string;
  unit: 'ms' | 'KB';
  target: number;
  values: number[];
}

const folder = mkdtempSync(join(tmpdir(), 'chaos-bench-'));
try {
  const figures = [...(await pageFigures()), ...compareFigures()];
  console.log(`${ROUNDS} rounds; ${RUNS} runs compared\n`);
  console.log('| figure | median | worst | target |\n|---|---|---|---|');
  for (const { name, unit, target, values } of figures) {
    const sorted = [...values].sort((a, b) => a - b);
    const text = (value: number | undefined): string => `${Math.round(value ?? NaN)} ${unit}`;
    console.log(
      `| ${name} | ${text(sorted[sorted.length >> 1])} | ${text(sorted.at(-1))} | ${text(target)} |`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function pageFigures(): Promise<Figure[]> {
  const made: Figure = { name: 'its page, made', unit: 'ms', target: 1000, values: [] };
  const size: Figure = { name: '… its size', unit: 'KB', target: 500, values: [] };
  const drawn: Figure = {
    name: '… opened from disk, until the curves in sight are drawn',
    unit: 'ms',
    target: 1000,
    values: [],
  };
  const zoomed: Figure = { name: '… and a zoom is shown', unit: 'ms', target: 1000, values: [] };
  const pressed: Figure = {
    name: '… and a key press is shown, the page read to its end',
    unit: 'ms',
    target: 200,
    values: [],
  };
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  for (let round = 1; round <= ROUNDS; round += 1) {
    const saved = longRun(round, '2.12.15');
    const start = performance.now();
    const page = renderHtml(saved);
    made.values.push(performance.now() - start);
    size.values.push(Buffer.byteLength(page) / 1000);
    const file = join(folder, `${round}.html`);
    writeFileSync(file, page);
    const times = await opened(browser, file);
    drawn.values.push(times.drawn);
    zoomed.values.push(times.zoomed);
    pressed.values.push(times.pressed);
  }
  await browser.close();
  return [made, size, drawn, zoomed, pressed];
}

/** By the browser's own clock, from the start of the navigation to the frame that shows it. */
async function opened(
  browser: Browser,
  file: string,
): Promise<{ drawn: number; zoomed: number; pressed: number }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  // Charts are drawn between two frames, once they are known to be in sight; a frame later they are on the screen.
  await page.addInitScript(`window.drawn = new Promise((resolve) => addEventListener('load', () => {
    const look = () => document.querySelector('.plot canvas') === null
      ? requestAnimationFrame(look)
      : requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
    look();
  }))`);
  await page.goto(pathToFileURL(file).href);
  const drawn = await page.evaluate<number>('window.drawn');
  const zoomed = await page.evaluate<number>(shown("document.querySelector('button.phase').click()"));
  for (const plot of await page.locator('.plot').all()) {
    await plot.scrollIntoViewIfNeeded();
    await plot.locator('canvas').waitFor();
  }
  const pressed = await page.evaluate<number>(
    shown("document.getElementById('score').dispatchEvent(new KeyboardEvent('keydown', { key: '+' }))"),
  );
  await page.close();
  return { drawn, zoomed, pressed };
}

/** Run in the page: how long it takes from an act to the frame that shows what came of it, in ms. */
function shown(act: string): string {
  return `new Promise((resolve) => {
    const start = performance.now();
    ${act};
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
  })`;
}

function compareFigures(): Figure[] {
  const runs = join(folder, 'runs');
  for (let at = 1; at <= RUNS; at += 1) {
    const run = join(runs, `20261126T${String(100_000 + at)}Z-long`);
    mkdirSync(run, { recursive: true });
    writeFileSync(join(run, 'report.json'), renderJson(longRun(at, at <= RUNS / 2 ? '2.11.9' : '2.12.15')));
  }
  const report = statSync(join(runs, '20261126T100001Z-long', 'report.json')).size;
  console.log(`each report.json: ${(report / 1e6).toFixed(1)} MB`);
  const timed = (...more: string[]): number[] =>
    Array.from({ length: ROUNDS }, () => {
      const start = performance.now();
      const args = ['dist/cli/main.js', 'compare', runs, ...more];
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
      if (status !== 0) throw new Error(`chaos compare exited with ${String(status)}: ${stderr}`);
      return performance.now() - start;
    });
  const page = join(folder, 'comparison.html');
  const name = `\`chaos compare\` of ${RUNS} such runs`;
  return [
    { name, unit: 'ms', target: 2000, values: timed() },
    { name: '… with its page (`--html`)', unit: 'ms', target: 2000, values: timed('--html', page) },
    { name: '… the size of that page', unit: 'KB', target: 500, values: [statSync(page).size / 1000] },
  ];
}
