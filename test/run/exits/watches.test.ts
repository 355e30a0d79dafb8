import { describe, expect, it } from 'vitest';
import type { HarnessProblem, ServerExit } from '../../../src/drivers/driver.ts';
import type { FaultRecord } from '../../../src/history/record.ts';
import { ExitWatch } from '../../../src/run/exits/exit-watch.ts';
import { HarnessWatch } from '../../../src/run/exits/harness-watch.ts';
import { exit } from './exit.ts';

/** A timeline whose clock stands where it is put. */
function fakeTimeline() {
  const told: string[] = [];
  const at = { t: 0 };
  return { told, at, now: () => at.t, log: (_kind: string, text: string) => void told.push(text) };
}

describe('the watch over servers', () => {
  function watching(exits: ServerExit[], faults: FaultRecord[] = []) {
    const timeline = fakeTimeline();
    const driver = { exits: () => Promise.resolve(exits) };
    const mayCrash = (phase: string): boolean => phase === 'loose';
    return { timeline, watch: new ExitWatch({ driver, timeline, startMs: 1_000_000, faults, mayCrash }) };
  }

  it('records each end once, in the phase that it happened in, not the one in which it was seen', async () => {
    const exits: ServerExit[] = [];
    const { timeline, watch } = watching(exits);
    watch.entered('strict');
    timeline.at.t = 5_000;
    watch.entered('loose');
    exits.push(exit({ at: 1_004_000, signal: 'SIGKILL' }), exit({ at: 1_006_000, node: 'c/n2', code: 0 }));
    await watch.observe();
    await watch.observeNow();
    timeline.at.t = 9_000;
    watch.entered(undefined);
    exits.push(exit({ at: 1_009_500, node: 'c/n3', code: 1 }));
    await watch.observe();
    expect(watch.crashes.map(({ node, t, phase, accepted }) => [node, t, phase, accepted])).toEqual([
      ['c/n1', 4_000, 'strict', undefined],
      ['c/n2', 6_000, 'loose', 'phase loose allows it'],
      ['c/n3', 9_500, undefined, undefined],
    ]);
    expect(timeline.told[0]).toBe('c/n1 ended by itself: it was ended by SIGKILL');
    expect(timeline.told[1]).toMatch(/^c\/n2 was asked to end by somebody else: it exited with code 0; /);
  });

  it('leaves out what the run did, and knows whether it came last', async () => {
    const exits = [exit({ at: 1_001_000, signal: 'SIGSEGV' })];
    const { watch } = watching(exits);
    await watch.observe();
    expect(watch.lastCrashOf('c/n1')).toBeDefined();
    exits.push(exit({ at: 1_002_000, asked: 'kill', signal: 'SIGKILL' }));
    await watch.observe();
    expect(watch.crashes).toHaveLength(1);
    expect(watch.lastCrashOf('c/n1')).toBeUndefined();
  });

  it('goes on when the driver cannot say', async () => {
    const timeline = fakeTimeline();
    const driver = { exits: () => Promise.reject(new Error('no answer')) };
    const watch = new ExitWatch({ driver, timeline, startMs: 0, faults: [], mayCrash: () => false });
    await watch.observe();
    expect(watch.crashes).toEqual([]);
  });
});

describe('the watch over the harness', () => {
  function watching() {
    const timeline = fakeTimeline();
    const state: { problem: HarnessProblem | null } = { problem: null };
    const driver = { harnessProblem: () => Promise.resolve(state.problem) };
    return { timeline, state, watch: new HarnessWatch(driver, timeline, 1_000_000) };
  }
  const silent: HarnessProblem = { part: 'proxy', state: 'silent', text: 'it does not answer' };

  it('ends the run at once for what has died, and counts from its death on', async () => {
    const { timeline, state, watch } = watching();
    await watch.observe();
    expect(watch.signal.aborted).toBe(false);
    timeline.at.t = 8_000;
    state.problem = { part: 'proxy', state: 'dead', text: 'it has died', since: 1_007_500 };
    await watch.observe();
    expect(watch.record).toEqual({ t: 8_000, since: 7_500, part: 'proxy', text: 'it has died' });
    expect(watch.signal.reason).toMatchObject({ code: 'harness' });
  });

  it('waits for what is silent, and counts from its last answer on', async () => {
    const { timeline, state, watch } = watching();
    timeline.at.t = 1_000;
    await watch.observe();
    state.problem = silent;
    for (timeline.at.t = 2_000; timeline.at.t <= 6_000; timeline.at.t += 2_000) await watch.observe();
    expect(watch.record).toBeUndefined();
    state.problem = null;
    await watch.observe();
    state.problem = silent;
    timeline.at.t = 20_000;
    await watch.observe();
    // Once is not often enough, however long ago the last answer is.
    expect(watch.record).toBeUndefined();
    for (timeline.at.t = 22_000; timeline.at.t <= 24_000; timeline.at.t += 2_000) await watch.observe();
    expect(watch.record).toMatchObject({ t: 24_000, since: 8_000 });
  });

  it('leaves no doubt in the end', async () => {
    const { timeline, state, watch } = watching();
    state.problem = silent;
    const passing = setInterval(() => (timeline.at.t += 2_000), 20);
    await watch.settle();
    clearInterval(passing);
    expect(watch.record).toMatchObject({ since: 0, part: 'proxy' });
    const good = watching();
    good.state.problem = silent;
    await good.watch.observe();
    good.state.problem = null;
    await good.watch.settle();
    expect(good.watch.record).toBeUndefined();
  });
});
