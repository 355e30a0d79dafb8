import { afterEach, describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/history/record.ts';
import type { Condition } from '../../../src/probes/condition.ts';
import { StopWatch } from '../../../src/run/readings/stop-conditions.ts';
import { Timeline } from '../../../src/run/timeline.ts';
import { throwIfAborted } from '../../../src/support/deadline.ts';

const watches: StopWatch[] = [];
afterEach(() => {
  for (const watch of watches.splice(0)) watch.end();
});

function watching(condition: Condition, samples: Sample[], interrupt = new AbortController()) {
  const clock = { now: () => new Date(0), monotonicMs: () => 0 };
  const timeline = new Timeline(clock, () => undefined);
  const sampler = { samples: () => samples };
  const watch = new StopWatch([{ probe: 'p', condition }], { sampler, timeline, signal: interrupt.signal });
  watches.push(watch);
  watch.start();
  watch.observe();
  return { watch, timeline, interrupt };
}

const thrownBy = (signal: AbortSignal): unknown => {
  try {
    throwIfAborted(signal);
    return undefined;
  } catch (error) {
    return error;
  }
};

describe('a safety limit', () => {
  it.each<[string, Condition, Sample, boolean]>([
    ['min reached', { min: 5 }, { t: 1, value: 5 }, true],
    ['min not reached', { min: 5 }, { t: 1, value: 4 }, false],
    ['max reached', { max: 1 }, { t: 1, value: 0 }, true],
    ['equals', { equals: 3 }, { t: 1, value: 3 }, true],
    ['between two bounds', { min: 2, max: 4 }, { t: 1, value: 5 }, false],
    ['a word', { is: 'unhealthy' }, { t: 1, value: 2, state: 'unhealthy' }, true],
    ['another word', { is: 'unhealthy' }, { t: 1, value: 3, state: 'healthy' }, false],
    ['a reading that failed', { max: 1 }, { t: 1, error: 'no answer' }, false],
    ['a reading before the method', { max: 1 }, { t: -1, value: 0 }, false],
  ])('%s', (_name, condition, sample, stops) => {
    const { watch } = watching(condition, [sample]);
    expect(watch.signal.aborted).toBe(stops);
    expect(watch.stopped !== undefined).toBe(stops);
  });

  it('is not missed when the readings after it are well again, and says what was read', () => {
    const { watch, timeline } = watching({ min: 5 }, [
      { t: 1000, value: 1 },
      { t: 2000, value: 9 },
      { t: 3000, value: 0 },
    ]);
    expect(watch.stopped).toEqual({ t: 2000, probe: 'p', condition: 'min 5', statement: 'it read 9 at 2 s' });
    expect(timeline.entries.map((entry) => entry.text)).toEqual(['stopped: p (min 5): it read 9 at 2 s']);
  });

  it('is told apart from an interrupt', () => {
    const stopped = watching({ min: 5 }, [{ t: 1, value: 9 }]).watch;
    expect(stopped.caused(thrownBy(stopped.signal))).toBe(true);
    expect(stopped.caused(new Error('anything else'))).toBe(false);
    const { watch, interrupt } = watching({ min: 5 }, []);
    interrupt.abort('SIGINT');
    expect(watch.signal.aborted).toBe(true);
    expect(watch.caused(thrownBy(watch.signal))).toBe(false);
  });
});
