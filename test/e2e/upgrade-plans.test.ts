import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isLeftOut } from '../support/surroundings/left-out.ts';
import { smallEnvironment, smallExperiment, soonAgain, Workbench } from './harness.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = new Workbench();
  bench.environment((await smallEnvironment(soonAgain)).file);
});
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([]);
  bench.remove();
});

describe.skipIf(isLeftOut('upgrades'))('a plan of upgrades by the clock', () => {
  it('is carried out one after the other, among kills, and the phase waits for it; what is elsewhere does not wait', async () => {
    const method = [
      {
        phase: 'plan',
        for: '3s',
        grace: '3m',
        faults: [
          { kind: 'kill', nodes: 'c/n2', after: '800ms', for: '1s', onConflict: 'wait', maySkip: true },
        ],
        actions: [
          { kind: 'upgrade', nodes: 'c/n1', to: '2.12+assertions', after: '100ms' },
          { kind: 'upgrade', nodes: 'c/n3', to: '2.10', after: '200ms' },
          // The others: one of its nodes is there already.
          { kind: 'upgrade', cluster: 'c', to: '2.10', after: '300ms' },
          { kind: 'step-down', stream: 'c/s', after: '400ms' },
          { kind: 'pause-workload', workload: 'worker', after: '500ms' },
        ],
      },
      {
        phase: 'back',
        actions: [{ kind: 'resume-workload', workload: 'worker' }],
        until: 'steady',
        within: '60s',
      },
    ];
    const workloads = {
      publisher: { kind: 'publish', stream: 'c/s', subject: 's.x', rate: '100/s', timeout: '2s', retries: 5 },
      worker: { kind: 'consume', consumer: 'c/s/worker' },
    };
    const { report, folder, timeline } = await bench
      .run(bench.experiment(smallExperiment({ workloads, method })))
      .ends();
    expect(report.reasons, timeline).toEqual([]);
    const [plan] = report.phases;
    const done = plan?.actions ?? [];
    const named = (title: RegExp): (typeof done)[number] => done.find((one) => title.test(one.title))!;
    expect(
      done.map(({ ok }) => ok),
      timeline,
    ).toEqual([true, true, true, true, true]);
    const [first, second, third, last] = [/n1 to/, /n3 to/, /^c to/, /step down/].map(named);
    const released = /2\.12\.\d+, now 2\.10\.\d+/.source;
    expect(third?.evidence).toMatch(
      new RegExp(`^c/n1: ${released}; c/n2: ${released}; c/n3: 2\\.10\\.\\d+ already$`),
    );
    // In turn, with their true times: each began when the one before it was over.
    for (const [before, after] of [
      [first, second],
      [second, third],
      [third, last],
    ]) {
      expect(after?.t).toBeGreaterThanOrEqual(before?.endedAt ?? Infinity);
      expect(after?.waitedMs, timeline).toBeGreaterThan(0);
    }
    const elsewhere = named(/pause/);
    expect(elsewhere.waitedMs).toBeUndefined();
    expect(elsewhere.t).toBeLessThan(last?.t ?? 0);
    expect(plan?.endedAt).toBeGreaterThanOrEqual(last?.endedAt ?? Infinity);
    expect(plan?.note).toMatch(/^its actions were over .* after the time that it was to last$/);
    // Only the server that the plan brought has assertions, and a file for them.
    const files = readdirSync(join(folder, 'logs')).filter((name) => name.includes('.assertions-'));
    expect(files.map((name) => name.split('.assertions-')[0])).toEqual(['c.n1']);
  });
});
