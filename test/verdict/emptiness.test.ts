import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { historyOf } from '../../src/history/in-memory.ts';
import type { PublishEvent } from '../../src/history/events.ts';
import type { Sample } from '../../src/history/record.ts';
import type { Observer } from '../../src/nats/monitor/observer.ts';
import type { Condition } from '../../src/probes/condition.ts';
import { probes } from '../../src/probes/index.ts';
import type { ProbeContext } from '../../src/probes/probe.ts';
import { evaluate } from '../../src/run/readings/expectation.ts';
import { judge } from '../../src/verdict/judge.ts';
import { measureThresholds, type Threshold } from '../../src/verdict/thresholds.ts';
import { Timeline } from '../checkers/history.ts';
import { check } from '../checkers/spoil.ts';
import { cleanRun } from './clean-run.ts';
import { tableUnder } from './page.ts';

const time = fc.double({ min: 0, max: 1000, noNaN: true });

describe('nothing, and one', () => {
  it.each([...tableUnder('Checks', 'Check')])('check %s', (kind, [nothing, one]) => {
    fc.assert(
      fc.property(fc.constantFrom('p1' as const, 'p2' as const), (publisher) => {
        const options = {
          ...(['no-loss', 'exactly-once'].includes(kind) ? { published: publisher } : {}),
          ...(kind === 'slo' ? { workload: publisher, availability: 0.5 } : {}),
        };
        expect(check(new Timeline([]), kind, options).verdict).toBe(nothing);
        expect(check(new Timeline([publisher]), kind, options).verdict).toBe(one);
        // What is not read back proves nothing either, however much there was.
        const unread = new Timeline([publisher, publisher]);
        unread.unaudited.add('a/qa').add('b/qa_mirror');
        // How often something is delivered, and what was acknowledged, can be told without that.
        expect(check(unread, kind, options).verdict).toBe(
          ['redelivery-bounded', 'slo'].includes(kind) ? 'pass' : 'inconclusive',
        );
      }),
    );
  });

  const CONDITIONS: Record<string, (value: number) => Condition> = {
    min: (value) => ({ min: value }),
    max: (value) => ({ max: value }),
    equals: (value) => ({ equals: value }),
    is: () => ({ is: 'word' }),
    advances: () => ({ advances: true }),
    grows: () => ({ grows: true }),
    growsAtLeast: () => ({ growsAtLeast: 1 }),
    growsAtMost: (value) => ({ growsAtMost: Math.abs(value) }),
    within: (value) => ({ min: value, within: 1000 }),
    after: (value) => ({ min: value, after: 0 }),
  };

  it.each([...tableUnder('Conditions', 'Condition')])('condition %s', (name, [nothing, one]) => {
    const condition = CONDITIONS[name];
    if (condition === undefined) throw new Error(`there is no case for the condition ${name}`);
    const failed = fc.array(time.map((t): Sample => ({ t, error: 'no answer' })));
    fc.assert(
      fc.property(failed, time, fc.double({ noNaN: true }), (errors, t, value) => {
        const outcome = (samples: Sample[]) =>
          evaluate({ probe: 'p', condition: condition(value) }, samples, { start: 0, end: 2000 }).outcome;
        expect(outcome([])).toBe(nothing);
        expect(outcome(errors)).toBe(nothing);
        const reading: Sample = name === 'is' ? { t, state: 'word' } : { t, value };
        expect(outcome([reading])).toBe(one);
        expect(outcome([...errors, reading])).toBe(one);
        expect(outcome([{ ...reading, t: 3000 }])).toBe(nothing);
      }),
    );
  });

  it.each([...tableUnder('Probes', 'Probe')])('probe %s', async (kind, [empty, silent]) => {
    const probe = probes.find((one) => one.kind === kind)!;
    const options = {
      ...{ stream: 'a/s', consumer: 'a/s/c', servers: 'a', service: 'a', workload: 'w', staleAfter: 3000 },
      ...{ cluster: 'a', direction: 'outbound', from: 'a', to: 'b', account: 'A' },
      ...{ endpoint: 'varz', nodes: 'a/n1', path: 'cluster.name' },
      ...{ url: 'http://127.0.0.1:1', query: 'up', argv: ['true'], exitCode: 0, timeout: 2000 },
    };
    const told = async (ctx: ProbeContext): Promise<string> => {
      const reading = await Promise.resolve()
        .then(() => probe.read(ctx, options))
        .catch(() => null);
      if (reading === null) return 'no reading';
      return [reading.value, reading.state].filter((part) => part !== undefined).join(', ');
    };
    expect(await told(surroundings(HOLDS_NOTHING, 0))).toBe(empty);
    expect(await told(surroundings(ANSWERS_NOTHING, undefined))).toBe(silent);
  });

  const THRESHOLDS: Record<string, Threshold> = {
    'recovery-time': { metric: 'recovery-time', phase: 'recovery', maxMs: 1e6 },
    'publish-latency': { metric: 'publish-latency', workload: 'w', phase: 'fault', p50Ms: 1e6, maxMs: 1e6 },
    'publish-errors': { metric: 'publish-errors', workload: 'w', phase: 'fault', max: 1 },
    latency: { metric: 'latency', workload: 'w', phase: 'fault', p50Ms: 1e6, maxMs: 1e6 },
    errors: { metric: 'errors', workload: 'w', phase: 'fault', max: 1 },
  };

  it.each([...tableUnder('Thresholds', 'Threshold')].filter(([name]) => name in THRESHOLDS))(
    'threshold %s',
    (name, [nothing, one]) => {
      const threshold = THRESHOLDS[name]!;
      const outcomes = (events: PublishEvent[], recoveryMs?: number): string[] => {
        const { record } = cleanRun();
        for (const phase of record.phases) {
          delete phase.recoveryMs;
          if (phase.name === 'recovery' && recoveryMs !== undefined) phase.recoveryMs = recoveryMs;
        }
        const results = measureThresholds([threshold], record, historyOf(events, {}));
        return [...new Set(results.map(({ outcome }) => outcome))];
      };
      fc.assert(
        fc.property(time, fc.double({ min: 0, max: 1e5, noNaN: true }), (t, latencyMs) => {
          expect(outcomes([])).toEqual([nothing]);
          const event: PublishEvent = {
            ...{ type: 'publish', t, workload: 'w', stream: 'a/s', n: 1, id: 'r/w/1' },
            ...{ outcome: 'ok', seq: 1, latencyMs, attempts: 1 },
          };
          expect(outcomes([event], latencyMs)).toEqual([one]);
          // What another workload did, or what was done in another phase, is nothing.
          expect(outcomes([{ ...event, workload: 'x' }])).toEqual([nothing]);
          expect(outcomes([{ ...event, t: 5000 }])).toEqual([nothing]);
        }),
      );
    },
  );

  it('a run that claims nothing is inconclusive, and so is one of which nothing is known', () => {
    const run = cleanRun();
    const { record } = run;
    Object.assign(record, { steadyStateBefore: [], steadyStateAfter: [], probes: [], workloads: [] });
    for (const phase of record.phases) phase.expectations = [];
    const quiet = { record, findings: [], thresholds: [] };
    expect(judge(quiet)).toMatchObject({
      verdict: 'inconclusive',
      headline: expect.stringMatching(/^Nothing was claimed/) as string,
    });
    Object.assign(record, { phases: [], faults: [], guard: { checks: 0, bypasses: [] } });
    expect(judge(quiet).verdict).toBe('inconclusive');
  });
});

const HOLDS_NOTHING: Partial<Observer> = {
  streamInfo: () =>
    Promise.resolve({
      ...{
        messages: 0,
        firstSeq: 0,
        lastSeq: 0,
        leader: null,
        followers: [],
        currentReplicas: 0,
        replicas: 3,
      },
      // A mirror that has never heard of its source.
      mirror: { name: 'origin', lag: 0, activeNs: -1, error: null },
    }),
  consumerInfo: () =>
    Promise.resolve({
      ackFloor: 0,
      delivered: 0,
      pending: 0,
      ackPending: 0,
      redelivered: 0,
      leader: null,
      followers: [],
    }),
  streamLeader: () => Promise.resolve(null),
  healthy: () => Promise.resolve(false),
  routes: () => Promise.resolve([]),
  gateways: () => Promise.resolve({ outbound: [], inbound: [] }),
  outboundGateways: () => Promise.resolve([]),
  serverList: () => Promise.resolve([]),
  monitor: () => Promise.resolve({}),
};

const silence = () => Promise.reject(new Error('no answer'));
const ANSWERS_NOTHING: Partial<Observer> = {
  streamInfo: silence,
  consumerInfo: silence,
  streamLeader: silence,
  routes: silence,
  gateways: silence,
  outboundGateways: silence,
  serverList: silence,
  monitor: silence,
  // The observer itself takes silence for ill health.
  healthy: () => Promise.resolve(false),
};

function surroundings(observer: Partial<Observer>, done: number | undefined): ProbeContext {
  const progress = { failed: 0, unknown: 0, paused: false, finished: false };
  return {
    observer: observer as Observer,
    nodes: [{ address: 'a/n1', cluster: 'a' }] as ProbeContext['nodes'],
    clients: { clientServers: () => [{ node: 'a/n1', server: '127.0.0.1:1' }], access: () => ({}) },
    services: {
      list: () => [{ address: 'a/1', service: 'a', name: 'a-1', ports: {} }],
      healthy: () => Promise.resolve(false),
      role: () => Promise.resolve(null),
      scale: silence,
      scaleBack: silence,
      obtain: silence,
      update: silence,
    },
    accounts: [],
    mirrorOf: () => 'a/origin',
    progress: () => (done === undefined ? undefined : { ...progress, done }),
    connectAs: silence,
    commandMark: {},
    signal: new AbortController().signal,
  };
}
