import { expect, it } from 'vitest';
import { renderEvents } from '../../../src/report/forms/events.ts';
import { fixtureRun } from '../fixture.ts';
import { hostileRun } from '../hostile.ts';

it('events of a saved run are one JSON object a line: start, the story in order, result', () => {
  for (const saved of [fixtureRun(), hostileRun(fixtureRun())]) {
    const text = renderEvents(saved);
    const events = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events).toHaveLength(saved.timeline.length + 2);
    expect(events[0]).toMatchObject({ type: 'start', experiment: saved.experiment.name, seed: 424242 });
    expect(events.slice(1, -1).map(({ t }) => t)).toEqual(saved.timeline.map(({ t }) => t));
    expect(events.at(-1)).toMatchObject({ type: 'result', verdict: 'pass', exitCode: 0 });
  }
});
