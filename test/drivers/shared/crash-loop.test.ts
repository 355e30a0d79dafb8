import { describe, expect, it } from 'vitest';
import { CrashLoops } from '../../../src/drivers/shared/crash-loop.ts';
import { until } from '../../../src/support/deadline.ts';

const LIMIT = { timeoutMs: 10_000, everyMs: 1, what: 'enough rounds' };

describe('a crash loop', () => {
  it('kills, waits, starts and lives by its rhythm, until it is stopped, and touches nothing afterwards', async () => {
    const story: string[] = [];
    const tell = (word: string) => () => Promise.resolve(void story.push(word));
    const waiting = (word: string) => () => (story.push(word), 1);
    const loops = new CrashLoops();
    await loops.start(
      'c/n1',
      { kill: tell('kill'), start: tell('start') },
      { downMs: waiting('down'), upMs: waiting('up') },
    );
    await until(() => Promise.resolve(story.length > 8), LIMIT);
    await loops.stop('c/n1');
    const told = [...story];
    const round = ['kill', 'down', 'start', 'up'];
    // The last round may have been cut short.
    expect(told.slice(0, 8)).toEqual([...round, ...round]);
    await loops.stop('c/n1');
    expect(story).toEqual(told);
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
