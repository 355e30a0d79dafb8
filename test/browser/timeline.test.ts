import { expect, it } from 'vitest';
import { fixtureRun } from '../report/fixture.ts';
import { pages, viewOf } from './pages.ts';

const { open } = pages();

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

it('draws latencies over time in colour, and says what there is at a moment', async () => {
  const { page, complaints } = await open(fixtureRun());
  const figure = page.locator('figure', { hasText: 'publish-qa1a: latencies' });
  await figure.scrollIntoViewIfNeeded();
  await figure.locator('canvas').waitFor();
  const colours = await page.evaluate<number>(`(() => {
    const figures = [...document.querySelectorAll('figure')];
    const canvas = figures.find((one) => one.textContent.includes('publish-qa1a: latencies')).querySelector('canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let at = 0; at < data.length; at += 4) if (data[at + 2] > data[at] + 40) seen.add(data[at + 3] + ',' + data[at]);
    return seen.size;
  })()`);
  expect(colours).toBeGreaterThan(5);
  const box = (await figure.locator('.plot').boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  expect(await figure.locator('output').textContent()).toMatch(/ in 1 s, half within .* slowest /);
  expect(complaints).toEqual([]);
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
