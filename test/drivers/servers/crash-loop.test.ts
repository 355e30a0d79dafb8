import { describe, expect, it } from 'vitest';
import { CrashLoops } from '../../../src/drivers/servers/crash-loop.ts';
import { until } from '../../../src/support/deadline.ts';

const LIMIT = { timeoutMs: 10_000, everyMs: 1, what: 'enough rounds' };

describe('a crash loop', () => {
  it('kills, waits, starts and lives by its rhythm, until it is stopped, and touches nothing afterwards', async () => {
    const timeline: string[] = [];
    const log = (word: string) => () => Promise.resolve(void timeline.push(word));
    const waiting = (word: string) => () => (timeline.push(word), 1);
    const loops = new CrashLoops();
    await loops.start(
      'c/n1',
      { kill: log('kill'), start: log('start') },
      { downMs: waiting('down'), upMs: waiting('up') },
    );
    await until(() => Promise.resolve(timeline.length > 8), LIMIT);
    await loops.stop('c/n1');
    const timelineThen = [...timeline];
    const round = ['kill', 'down', 'start', 'up'];
    // The last round may have been cut short.
    expect(timelineThen.slice(0, 8)).toEqual([...round, ...round]);
    await loops.stop('c/n1');
    expect(timeline).toEqual(timelineThen);
  });

  it('goes on when a kill or a start fails', async () => {
    let starts = 0;
    const loops = new CrashLoops();
    const server = {
      kill: () => Promise.reject(new Error('too slow')),
      start: () => {
        starts += 1;
        return Promise.reject(new Error('port taken'));
      },
    };
    await loops.start('c/n1', server, { downMs: () => 0, upMs: () => 1 });
    await until(() => Promise.resolve(starts >= 3), LIMIT);
    await loops.stopAll();
    expect(starts).toBeGreaterThanOrEqual(3);
  });
});
