import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { planSpace, templateOf } from '../../src/cli/explore/space-plan.ts';
import { writePair } from '../../src/cli/reduce/pair-files.ts';
import { planAll } from '../../src/cli/run/plan-all.ts';
import { mutate } from '../../src/explore/mutate.ts';
import { pairOfRun, scheduleOf, type RunTemplate } from '../../src/explore/run-files.ts';
import {
  drawSchedule,
  fitsAmong,
  lastsMs,
  mostAtOnce,
  randomOfRun,
  type Schedule,
} from '../../src/explore/schedule.ts';
import { seededRandom } from '../../src/support/random.ts';

const FOLDER = 'experiments/explore';
const work = mkdtempSync(join(tmpdir(), 'chaos-draw-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const templates: [string, RunTemplate][] = readdirSync(FOLDER).map((file) => [
  file,
  templateOf(planSpace(join(FOLDER, file), {}, () => undefined).loaded, undefined),
]);

const numbers = fc.record({ seed: fc.nat(), number: fc.integer({ min: 1, max: 10_000 }) });

describe.each(templates)('%s', (_, template) => {
  const { space } = template;
  const drawn = ({ seed, number }: { seed: number; number: number }): Schedule =>
    drawSchedule(space, randomOfRun(seed, number, 0));

  it('decides a run by the seed and its number alone', () => {
    fc.assert(
      fc.property(numbers, (of) => {
        expect(drawn(of)).toEqual(drawn(of));
        expect(JSON.stringify(pairOfRun(template, drawn(of), 'x-0001', 7))).toBe(
          JSON.stringify(pairOfRun(template, drawn(of), 'x-0001', 7)),
        );
      }),
    );
  });

  it('draws other runs for other numbers', () => {
    const all = Array.from({ length: 30 }, (_one, at) => JSON.stringify(drawn({ seed: 1, number: at + 1 })));
    expect(new Set(all).size).toBe(30);
  });

  it('keeps to its bounds: times, how many, how many kinds, how many at once', () => {
    fc.assert(
      fc.property(numbers, (of) => {
        const { events } = drawn(of);
        within(space, events);
        expect(new Set(events.map(({ item }) => item)).size).toBeLessThanOrEqual(space.kinds);
      }),
    );
  });

  it('keeps to them in mutations, one after the other', () => {
    fc.assert(
      fc.property(numbers, fc.nat(), (of, seed) => {
        const random = seededRandom(seed);
        let schedule = drawn(of);
        const other = drawn({ ...of, number: of.number + 1 });
        for (let n = 0; n < 5; n += 1) {
          schedule = mutate(space, schedule, [other], random).schedule;
          within(space, schedule.events);
        }
      }),
    );
  });

  it('is read back from the files of a run as it was drawn', () => {
    fc.assert(
      fc.property(numbers, (of) => {
        const schedule = drawn(of);
        const back = scheduleOf(template, pairOfRun(template, schedule, 'x-0001', 7));
        const bare = ({ events }: Schedule): unknown =>
          events
            .map(({ room, kind, afterMs, fields }) => JSON.stringify({ room, kind, afterMs, fields }))
            .sort();
        expect(bare(back)).toEqual(bare(schedule));
        for (const setting of back.settings) expect(schedule.settings).toContainEqual(setting);
      }),
    );
  });

  it('draws experiments that are valid, and can be planned', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(numbers, (of) => {
        const path = writePair(work, pairOfRun(template, drawn(of), 'x-0001', 7));
        const [planned] = planAll([path], {}, () => undefined);
        expect(planned?.plan.phases.map(({ name }) => name)).toEqual(['schedule', 'recovery']);
      }),
      { numRuns: 25 },
    );
  });
});

/** What every schedule keeps to. */
function within(space: RunTemplate['space'], events: Schedule['events']): void {
  const { lengthMs, atOnce, events: count } = space;
  expect(events.length).toBeGreaterThanOrEqual(1);
  expect(events.length).toBeLessThanOrEqual(count.to);
  expect(mostAtOnce(events)).toBeLessThanOrEqual(atOnce);
  for (const event of events)
    expect(
      fitsAmong(
        space,
        event,
        events.filter((one) => one !== event),
      ),
    ).toBe(true);
  for (const event of events) {
    expect(event.afterMs).toBeGreaterThanOrEqual(0);
    const end = event.room === 'fault' ? event.afterMs + lastsMs(event) : event.afterMs;
    expect(end).toBeLessThanOrEqual(lengthMs);
  }
  expect(events.map(({ afterMs }) => afterMs)).toEqual(
    events.map(({ afterMs }) => afterMs).sort((a, b) => a - b),
  );
}

describe('a workload that may be left out', () => {
  const [, template] = templates.find(([file]) => file === 'one-zone.yaml') ?? [];
  if (template === undefined) throw new Error('there is no space');
  const of = (number: number): Schedule => drawSchedule(template.space, randomOfRun(3, number, 0));
  const schedules = Array.from({ length: 60 }, (_, at) => of(at + 1));
  const isWithout = ({ settings }: Schedule): boolean => settings.some(({ of: what }) => what === 'optional');

  it('is left out of some runs, with its consumer and what asks for them', () => {
    const without = schedules.filter(isWithout);
    expect(without.length).toBeGreaterThan(5);
    expect(without.length).toBeLessThan(40);
    for (const schedule of without) {
      const { experiment, environment } = pairOfRun(template, schedule, 'x-0001', 7);
      expect(Object.keys(experiment['workloads'] as object)).toEqual(['publish']);
      expect(environment['consumers']).toEqual({});
      expect(JSON.stringify(experiment)).not.toMatch(/"consume"|consumer-qa1a/);
      expect(experiment['steadyState']).toHaveLength(1);
    }
  });

  it('stays where an event is about its consumer, and is not changed where it is left out', () => {
    const about = ({ events }: Schedule): boolean => JSON.stringify(events).includes('consumer-qa1a');
    expect(schedules.filter(about).length).toBeGreaterThan(0);
    expect(schedules.filter((one) => about(one) && isWithout(one))).toEqual([]);
    const owners = schedules.filter(isWithout).flatMap(({ settings }) => settings.map(({ name }) => name));
    expect(owners).toContain('consume');
    expect(owners.filter((name) => name.startsWith('consume '))).toEqual([]);
  });
});

describe('weights', () => {
  it('make a kind of three times the weight come about three times as often', () => {
    const [, template] = templates.find(([file]) => file === 'one-zone.yaml') ?? [];
    if (template === undefined) throw new Error('there is no space');
    const items = template.space.items
      .filter(({ kind }) => ['kill', 'pause'].includes(kind))
      .map((item) => ({ ...item, weight: item.kind === 'kill' ? 3 : 1 }));
    const space = { ...template.space, items, kinds: 1 };
    const kinds = Array.from(
      { length: 1_000 },
      (_, at) => drawSchedule(space, randomOfRun(1, at, 0)).events[0]?.kind,
    );
    const kills = kinds.filter((kind) => kind === 'kill').length;
    // Of 1,000 draws 750 are expected; five standard deviations are 68.
    expect(Math.abs(kills - 750)).toBeLessThan(68);
  });
});
